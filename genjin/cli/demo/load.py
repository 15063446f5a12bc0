"""Plays all stories side by side in the order of their moments, so that the trail reads like real months."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection

from genjin.cli.demo.clock import Clock
from genjin.cli.demo.companies import Companies
from genjin.cli.demo.staff import Staff, hire
from genjin.cli.demo.story import Setting, Story
from genjin.cli.demo.words import TAGS
from genjin.customers.actions.axes import make_tag
from genjin.customers.models import Choice, Pool
from genjin.followups.actions.deadlines import watch_deadlines
from genjin.followups.queries.calendar import company_zone, work_calendar
from genjin.kit.errors import RuleError

MONTHS = timedelta(days=183)
SIZE, SEED = 2000, 2026
LIMITS = {"claim_limit", "hold_cap"}


@dataclass(frozen=True, slots=True)
class Demo:
    """What there is to load: how many customers, and from which dice."""

    size: int = SIZE
    seed: int = SEED


@dataclass(order=True, slots=True)
class Turn:
    """Whose turn it is when; the number settles equal moments."""

    moment: datetime
    number: int
    story: Story
    steps: Iterator[datetime] | None = None


def load_demo(demo: Demo, *, now: datetime, on_progress: Callable[[int, int], None]) -> Staff:
    """Load the demo company as of `now`; the same seed gives the same customers and the same talk."""
    clock = Clock(now - MONTHS, now, work_calendar(), company_zone())
    staff = hire(clock.start)
    pool = Pool.objects.all()[0]
    reasons = list(Choice.objects.of("lost_reason")[:8])
    setting = Setting(staff, clock, pool, reasons, [make_tag(staff.manager, tag) for tag in TAGS])
    turns, today = arrivals(setting, demo), clock.start.date()
    with connection.cursor() as cursor:
        # A demo cut off by a power failure is loaded anew; waiting for the disk after each deed would take an hour.
        cursor.execute("SET synchronous_commit = off")
    while turns:
        moment = take(turns, clock.end)
        if moment.date() > today:
            today = moment.date()
            watch_deadlines(moment)
            on_progress(min(99, int(100 * (moment - clock.start) / MONTHS)), 100)
    watch_deadlines(now)
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")
    on_progress(100, 100)
    return staff


def arrivals(setting: Setting, demo: Demo) -> list[Turn]:
    """Return the first turn of every customer, a heap by moment."""
    dice = Random(demo.seed)  # noqa: S311 (a story, no secret)
    companies = Companies(dice)
    sources = list(Choice.objects.of("source"))
    turns = []
    for number in range(demo.size):
        story = Story(setting, companies.draw(sources), Random(f"{demo.seed}/{number}"))  # noqa: S311
        turns.append(Turn(min(setting.clock.arrival(dice), setting.clock.end), number, story))
    heapq.heapify(turns)
    return turns


def take(turns: list[Turn], end: datetime) -> datetime:
    """Let the earliest story take one step and return when; those that reach the present stop there."""
    turn = heapq.heappop(turns)
    turn.story.now = turn.moment
    turn.steps = turn.steps or turn.story.run()
    try:
        following = next(turn.steps, None)
    except RuleError as refusal:
        if refusal.code not in LIMITS:
            raise
        return turn.moment  # the seller's hands are full: the customer stays in the pool
    if following is not None and following <= end:
        heapq.heappush(turns, Turn(max(following, turn.moment), turn.number, turn.story, turn.steps))
    return turn.moment
