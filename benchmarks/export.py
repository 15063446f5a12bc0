"""Exports a large list: `python -m benchmarks.export --rows 100000 [--format csv]`.

Prints seconds, rows a second, the file's size, and the memory of a process that does nothing but write the export: the
worker's share. Customers are made by SQL in the benchmarks' own database.
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.__main__ import people, start


def main() -> None:
    """Fill the database, write one export in a process of its own, and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--format", choices=["xlsx", "csv"], default="xlsx")
    parser.add_argument("--columns", default="", help="keys with commas between them; the usual ones without")
    parser.add_argument(
        "--bare", action="store_true", help="customers without contacts and what hangs on them"
    )
    parser.add_argument("--seconds", type=int, default=0, help="stop after so long")
    parser.add_argument("--write", type=int, help=argparse.SUPPRESS)  # the process that is measured
    asked = parser.parse_args()
    start()
    if asked.write:
        write(asked.write, asked.seconds)
        return
    columns = [key for key in asked.columns.split(",") if key]
    number = ask(asked.rows, asked.format, columns, bare=asked.bare)
    subprocess.run(
        [sys.executable, "-m", "benchmarks.export", "--write", str(number), "--seconds", str(asked.seconds)],
        check=True,
    )


def ask(rows: int, form: str, columns: list[str], *, bare: bool) -> int:
    """Make customers, tag each tenth, and ask for all of them as an administrator; returns the export's number."""
    from django.db import connection
    from django.utils import timezone

    from benchmarks.population import clear, populate, populate_bare
    from genjin.accounts.actions import NewUser, add_user
    from genjin.accounts.models import User
    from genjin.customers.models import Customer
    from genjin.intake.actions.export import NewExport, ask_export, set_policy

    now = timezone.now()
    if Customer.objects.order_by()[: rows + 1].count() != rows:
        clear()
        (populate_bare if bare else populate)([user.pk for user in people()], rows)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO customers_tag (namespace, name) VALUES ('行业', '制造') ON CONFLICT DO NOTHING"
            )
            cursor.execute(
                "INSERT INTO customers_customer_tags (customer_id, tag_id) SELECT c.id, t.id FROM customers_customer c, customers_tag t"
                " WHERE c.id % 10 = 0 AND t.name = '制造'"
            )
    admin = User.objects.filter(username="benchadmin").first() or add_user(
        None, NewUser("benchadmin", role="admin"), now=now
    )
    set_policy(admin, most_rows=1_000_000, days_kept=1, now=now)
    new = NewExport("benchmark", query="tab=all", columns=columns, format=form, is_unmasked=True)
    return ask_export(admin, new, now=now).pk


def peak() -> int:
    """Return the most memory this process has had, in MiB; what it inherited at its start does not count."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20  # macOS counts bytes
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) >> 10


def write(number: int, seconds: int) -> None:
    """Write an export as the worker does, for at most so many seconds, and print what it took."""
    from django.utils import timezone

    import genjin.intake.jobs  # noqa: F401 (what a worker has loaded)
    from genjin.intake.actions.export import run_export
    from genjin.intake.models import Export

    before = peak()
    began = time.perf_counter()

    def stop(_done: int, _total: int) -> None:
        if seconds and time.perf_counter() - began > seconds:
            Export.objects.filter(pk=number).update(status=Export.Status.CANCELLED)

    row = run_export(number, now=timezone.now(), on_progress=stop)
    spent = time.perf_counter() - began
    after = peak()
    print(
        f"export of {row.rows:,} of {row.total:,} rows as {row.format} ({len(row.columns)} columns): {row.status} in {spent:.1f} s, "
        f"{row.rows / spent:,.0f} rows/s, file {row.size >> 20} MiB, memory {before} -> {after} MiB"
    )
    if row.file:
        row.file.delete(save=False)


if __name__ == "__main__":
    main()
