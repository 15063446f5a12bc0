"""Imports a large sheet with doubles and bad rows: `python -m benchmarks.large_import --rows 100000`.

Prints seconds and ratio to the raw limit, peak memory of worker and reading child, the longest silence between two signs
of progress, and how long others' saves take meanwhile.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.__main__ import people, start
from benchmarks.large_sheet import write_large_sheet


@dataclass
class Watch:
    """What a bystander sees while a sheet comes in."""

    saves: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)


def main() -> None:
    """Measure one import and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--raw", action="store_true", help="measure the raw limit, too")
    parser.add_argument("--watch", action="store_true", help="be the bystander of another run")
    asked = parser.parse_args()
    start()
    if asked.watch:
        watch()
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "leads.xlsx")
        write_large_sheet(path, asked.rows)
        print_import(path, with_raw=asked.raw)


def print_import(path: Path, *, with_raw: bool) -> None:
    """Import the sheet as the worker does, watched, and print what was seen."""
    from benchmarks.imports import raw
    from benchmarks.population import clear

    clear()
    raw_seconds = raw(path) if with_raw else 0
    clear()
    user = people()[0]
    with watched() as seen:
        began = time.perf_counter()
        batch = bring_in(path, user)
        spent = time.perf_counter() - began
    gaps = [later - earlier for earlier, later in zip(seen.moved, seen.moved[1:], strict=False)]
    # Memory of children counts the largest of them, the bystander too.
    worker, child = (
        resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        {name: batch.counts.get(name) for name in ("rows", "created", "duplicates", "rejected", "warnings")}
    )
    ratio = f", raw {raw_seconds:.1f} s, ratio {spent / raw_seconds:.2f}" if raw_seconds else ""
    print(f"{spent:.1f} s{ratio}; worker {worker} MiB, child {child} MiB; longest silence {max(gaps):.2f} s")
    saves = sorted(seen.saves)
    print(
        f"{len(saves)} saves meanwhile: p50 {statistics.median(saves) * 1000:.0f} ms,"
        f" p95 {saves[int(len(saves) * 0.95)] * 1000:.0f} ms, longest {saves[-1] * 1000:.0f} ms"
    )


def bring_in(path: Path, user: Any) -> Any:
    """Import a sheet the worker's way: uploaded, read, checked and written in one go."""
    from django.core.files.base import File
    from django.utils import timezone

    from genjin.intake.actions.commit import commit_batch
    from genjin.intake.actions.upload import start_import

    with path.open("rb") as stream:
        batch = start_import(user, File(stream, name=path.name), {}, now=timezone.now(), in_background=False)
    batch = commit_batch(batch.pk, unseen=True)
    if batch.status != "done":
        raise SystemExit(f"import: {batch.status} {batch.problem}")
    return batch


@contextmanager
def watched() -> Iterator[Watch]:
    """Let another process save contact records and look for progress, as long as the block runs."""
    command = [sys.executable, "-m", "benchmarks.large_import", "--watch"]
    bystander = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    seen = Watch()
    try:
        yield seen
    finally:
        told, _errors = bystander.communicate("over")
        found = json.loads(told.splitlines()[-1])
        seen.saves, seen.moved = found["saves"], found["moved"]


def watch() -> None:
    """Save a contact record five times a second and look for progress ten times, until told that it is over."""
    seen, over = Watch(), threading.Event()
    threads = [
        threading.Thread(target=deed, args=(seen, over, *more))
        for deed, more in ((save_now_and_then, (people()[0],)), (look_for_progress, ()))
    ]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    print(json.dumps(asdict(seen)))


def save_now_and_then(seen: Watch, over: threading.Event, user: Any) -> None:
    """Record contacts with a customer of the same person."""
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from genjin.customers.actions.records import NewCustomer
    from genjin.followups.actions.contact import NewFollowUp, record_contact
    from genjin.followups.actions.ownership import add_customer
    from genjin.followups.actions.tasks import NewTask

    row = add_customer(user, NewCustomer({"name": f"旁观者{time.time()}有限公司"}), now=timezone.now())
    while not over.wait(0.2):
        now = timezone.now()
        said = NewFollowUp(
            "phone", f"客户确认了演示的时间{now}", now,
            next_actions=[NewTask("演示", now + timedelta(days=1))],
        )  # fmt: skip
        began = time.perf_counter()
        record_contact(user, row, said, now=now)
        seen.saves.append(time.perf_counter() - began)
    connection.close()


def look_for_progress(seen: Watch, over: threading.Event) -> None:
    """Note when a batch was last seen to move."""
    from django.db import connection

    from genjin.intake.models import ImportBatch

    last: Any = None
    while not over.wait(0.1):
        now = ImportBatch.objects.order_by("-pk").values_list("phase", "phase_done", "status").first()
        if now and now != last:
            last = now
            seen.moved.append(time.perf_counter())
    connection.close()


if __name__ == "__main__":
    main()
