"""`python -m benchmarks [--rows N] [--small N] [--large N]`: prints a table of figures; ratios, not absolutes, count."""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("GENJIN_HOME", str(Path(__file__).resolve().parents[1] / "var" / "bench"))
os.environ.setdefault("GENJIN_STATEMENT_SECONDS", "900")
os.environ.setdefault("GENJIN_ALLOWED_HOSTS", "testserver")


def main() -> None:
    """Measure import, then pages at two sizes, and print them with their growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the imported sheet")
    parser.add_argument("--small", type=int, default=10_000, help="customers at the small size")
    parser.add_argument("--only", choices=["figures"], help="measure these alone")
    parser.add_argument("--large", type=int, default=1_000_000, help="customers at the large size")
    asked = parser.parse_args()
    start()
    if asked.only:
        print_figures(asked.small, asked.large)
        return
    print_import(asked.rows)
    small, large = at_size(asked.small), at_size(asked.large)
    print(
        f"\n| page | {asked.small:,} p50 / p95 ms | {asked.large:,} p50 / p95 ms | growth | queries | bytes |"
    )
    print("|---|---|---|---|---|---|")
    for one, two in zip(small, large, strict=True):
        print(
            f"| {one.name} | {one.p50:.1f} / {one.p95:.1f} | {two.p50:.1f} / {two.p95:.1f} | {two.p50 / one.p50:.2f} | {two.queries} | {two.size:,} |"
        )
    print_rules()
    print_clocks()
    print_figures(asked.small, asked.large)


def start() -> None:
    """Start the database of the benchmarks and see to its tables and people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
    from genjin.config.main import start_database

    start_database()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def people() -> list:
    """Return ten reps of one team, made when missing."""
    from django.utils import timezone

    from genjin.accounts.actions import NewUser, add_user
    from genjin.accounts.models import User

    names = [f"bench{at}" for at in range(10)]
    known = {user.username: user for user in User.objects.filter(username__in=names)}
    return [
        known.get(name) or add_user(None, NewUser(name, role="rep"), now=timezone.now()) for name in names
    ]


def print_import(rows: int) -> None:
    """Measure the import against the raw limit and print the ratio."""
    from benchmarks.imports import ImportTiming, ours, raw, write_sheet
    from benchmarks.population import clear

    clear()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "leads.xlsx")
        write_sheet(path, rows)
        timing = ImportTiming(rows, raw(path), ours(path, people()[0]))
    print(
        f"import of {rows:,} rows: raw {timing.raw_seconds:.1f} s, ours {timing.our_seconds:.1f} s, ratio {timing.ratio:.2f}, "
        f"{rows / timing.our_seconds:,.0f} rows/s"
    )


def at_size(count: int) -> list:
    """Fill the database with `count` customers and measure the pages as one rep of ten."""
    from django.test import Client

    from benchmarks.pages import pages
    from benchmarks.population import clear, populate

    team = people()
    clear()
    populate([user.pk for user in team], count)
    client = Client()
    client.force_login(team[0], backend="django.contrib.auth.backends.ModelBackend")
    return pages(client, count)


def admin() -> Any:
    """Return who sees everything, made when missing."""
    from django.utils import timezone

    from genjin.accounts.actions import NewUser, add_user
    from genjin.accounts.models import User

    known = User.objects.filter(username="benchadmin").first()
    return known or add_user(None, NewUser("benchadmin", role="admin"), now=timezone.now())


def print_rules() -> None:
    """Measure the rules of the night over the customers that are there."""
    from benchmarks.rules import rules

    one = rules(admin())
    print(
        f"\nrules over {one.customers:,} customers: reading them {one.raw:.1f} s, setting clocks {one.clocks:.1f} s, dry run "
        f"{one.dry_run:.1f} s, a run that takes back {one.taken:,} {one.run:.1f} s, its undo {one.undo:.1f} s"
    )


def print_clocks() -> None:
    """Measure a run of the clocks' ladders over the customers that are there."""
    from benchmarks.clocks import clocks
    from genjin.accounts.models import User

    one = clocks(User.objects.get(username="benchadmin"))
    print(
        f"\n{one.clocks:,} open clocks, {one.due:,} due: the bare UPDATE {one.raw:.2f} s, the run {one.run:.1f} s; a page of the list "
        f"{one.page_alone:.1f} ms, while it runs {one.page_meanwhile:.1f} ms"
    )


def print_figures(small: int, large: int) -> None:
    """Measure the pages of figures at two sizes, for who sees everything and for a rep: after the roll-up, and with changed customers."""
    from django.test import Client

    from benchmarks.figures import figures
    from benchmarks.population import clear, populate

    found = []
    for count in (small, large):
        team = people()
        clear()
        populate([user.pk for user in team], count)
        clients = {"all": Client(), "a rep": Client()}
        for client, user in zip(clients.values(), (admin(), team[0]), strict=True):
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        found.append(figures(clients))
        one = found[-1]
        print(
            f"\n{count:,} customers, roll-up of {one.rows:,} rows: {one.rebuilt:.0f} s (copying the contacts alone {one.bare:.1f} s), "
            f"brought up to date {one.brought:.1f} s"
        )
    print(
        f"\n| figures | {small:,} p50 / p95 ms | {large:,} p50 / p95 ms | growth | queries |\n|---|---|---|---|---|"
    )
    for one, two in zip(found[0].pages, found[1].pages, strict=True):
        print(
            f"| {one.name} | {one.p50:.1f} / {one.p95:.1f} | {two.p50:.1f} / {two.p95:.1f} | {two.p50 / one.p50:.2f} | {two.queries} |"
        )


if __name__ == "__main__":
    main()
