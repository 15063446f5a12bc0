"""A worker killed at random moments, again and again: what it leaves in the end is what it leaves undisturbed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime

import pytest
from django.db import connection

from genjin.events.models import Bookmark, Event
from genjin.followups.models import Deadline
from genjin.notices.models import Notice

ROUNDS = 10  # looks of the simulated worker, half a day apart
WORKER = """
import json, os, sys
from datetime import datetime, timedelta
import django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict.update(json.loads(sys.argv[1]))
from genjin.followups.actions import ladder
ladder.BATCH = 3
at = datetime.fromisoformat(sys.argv[2])
print("ready", flush=True)
for look in range(int(sys.argv[3])):
    ladder.watch_deadlines(at + look * timedelta(hours=12))
print("done", flush=True)
"""


def work(at: datetime, kill_after: float | None = None) -> bool:
    """Let a process of its own look through the days from `at`; kill it after some seconds of work. Says whether it ended."""
    where = json.dumps(
        {name: str(connection.settings_dict[name]) for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    )
    command = [sys.executable, "-c", WORKER, where, at.isoformat(), str(ROUNDS)]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    if kill_after is not None:
        time.sleep(kill_after)
        worker.send_signal(signal.SIGKILL)
    rest = worker.stdout.read()
    worker.wait(60)
    return rest == "done\n"


def outcome() -> dict[str, list[tuple[object, ...]]]:
    """Return what a worker left: clocks, and steps in the trail."""
    clocks = Deadline.objects.order_by("customer", "kind", "starts_at")
    steps = Event.objects.filter(kind__startswith="deadline.").order_by(
        "customer_id", "kind", "data__clock", "data__level"
    )
    return {
        "clocks": list(clocks.values_list("customer", "kind", "starts_at", "due_at", "breached_at", "level")),
        "steps": list(steps.values_list("customer_id", "kind", "data__clock", "data__level")),
    }


def forget(clocks: list[Deadline]) -> None:
    """Put everything back to before the worker's first look."""
    Event.objects.filter(kind__startswith="deadline.").delete()
    Notice.objects.filter(kind__startswith="deadline").delete()
    Bookmark.objects.filter(name__startswith="clocks").delete()
    Deadline.objects.all().delete()
    for clock in clocks:
        Deadline.objects.bulk_create([clock])


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_it_leaves_the_same(alice, bob, make_customer, now):
    for _number in range(8):
        make_customer(owner=alice)
    before = list(Deadline.objects.order_by("pk"))
    assert work(now)
    expected = outcome()
    assert {step[1] for step in expected["steps"]} >= {
        "deadline.warned",
        "deadline.breached",
        "deadline.escalated",
    }
    forget(before)
    rng = random.Random(7)
    kills = 0
    for _kill in range(int(os.environ.get("GENJIN_KILLS", "2"))):
        kills += not work(now, kill_after=rng.random() * 1.2)
    assert work(now)
    assert kills
    found = outcome()
    assert found["clocks"] == expected["clocks"]
    assert found["steps"] == expected["steps"]
    assert told_without_a_step() == []


def told_without_a_step() -> list[str]:
    """Return what people were told one by one although no clock took the step; how many at once make a digest depends on the kills."""
    taken = dict(Deadline.objects.values_list("pk", "level"))
    keys = [notice.key for notice in Notice.objects.filter(kind__startswith="deadline") if notice.subject_id]
    steps = [(key, *map(int, key.split(":")[1:])) for key in keys]
    assert len(keys) + Notice.objects.filter(kind="deadline_digest").count() > 0
    return [key for key, clock, level in steps if level > taken.get(clock, 0)]
