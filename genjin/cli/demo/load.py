"""Plays all stories side by side, day by day, so that the trail reads like real months."""

import heapq
import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Protocol

from django.db import connection, connections
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.queries import company_zone, work_calendar
from genjin.cli.demo.after import look_back
from genjin.cli.demo.aims import aim
from genjin.cli.demo.clock import Clock
from genjin.cli.demo.companies import REGIONS, Companies
from genjin.cli.demo.deals import offer
from genjin.cli.demo.desk import work_together
from genjin.cli.demo.morning import lay_out
from genjin.cli.demo.staff import Staff, hire
from genjin.cli.demo.story import Setting, Story
from genjin.cli.demo.words import TAGS
from genjin.customers.actions.axes import make_tag
from genjin.customers.models import Choice, Pool
from genjin.followups.actions.ladder import watch_deadlines
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from genjin.selling.actions.following import follow_trail

MONTHS = timedelta(days=183)
SIZE, SEED = 2000, 2026
WORTH_PROCESSES = 400
DAY_SECONDS = 300
WATCHED_EVERY = 7  # nights
LIMITS = {"claim_limit", "hold_cap", "cooldown"}
Progress = Callable[[int, int], None]


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


class Evening(Protocol):
    """Where those who play at the same time wait for each other; one of them gets 0."""

    def wait(self, timeout: float | None = None) -> int: ...

    def abort(self) -> None: ...


def load_demo(demo: Demo, *, now: datetime, on_progress: Progress) -> Staff:
    """Load the demo company as of `now`; the same seed gives the same customers and the same talk.

    Many customers are played by three processes, a team each, which end every day together.
    """
    clock = Clock(now - MONTHS, now, work_calendar(), company_zone())
    staff = hire(clock.start)
    offer(staff, now=clock.start)
    pool = Pool.objects.all()[0]
    reasons = list(Choice.objects.of("lost_reason")[:8])
    setting = Setting(staff, clock, pool, reasons, [make_tag(staff.manager, tag) for tag in TAGS])
    turns = arrivals(setting, demo)
    if demo.size < WORTH_PROCESSES:
        play(turns, clock, threading.Barrier(1), on_progress)
    else:
        teams = [[turn for turn in turns if turn.story.company.region == region] for region in REGIONS]
        play_side_by_side(teams, clock, on_progress)
    follow_trail(now)
    look_back(staff, now=now)
    lay_out(staff, now=now)
    work_together(staff, now=now)
    aim(staff, now=now)
    read_up(now)
    return staff


def read_up(now: datetime) -> None:
    """Let people have read what is older than a day, as people do."""
    Notice.objects.unread().filter(at__lt=now - timedelta(days=1)).update(read_at=F("at"))


def arrivals(setting: Setting, demo: Demo) -> list[Turn]:
    """Return the first turn of every customer in the order of their moments."""
    dice = Random(demo.seed)  # noqa: S311 (a story, no secret)
    companies = Companies(dice)
    sources = list(Choice.objects.of("source"))
    turns = []
    for number in range(demo.size):
        story = Story(setting, companies.draw(sources), Random(f"{demo.seed}/{number}"))  # noqa: S311
        turns.append(Turn(setting.clock.arrival(dice), number, story))
    return sorted(turns)


def play_side_by_side(teams: Sequence[list[Turn]], clock: Clock, on_progress: Progress) -> None:
    """Play each team in a process of its own. Raises RuleError `demo_failed` when one of them fails."""
    context = multiprocessing.get_context("fork")
    evening = context.Barrier(len(teams))
    connections.close_all()  # a connection must not be shared by two processes
    bars: list[Progress] = [on_progress, *[lambda _done, _total: None] * (len(teams) - 1)]
    workers = [
        context.Process(target=play, args=(turns, clock, evening, bar))
        for turns, bar in zip(teams, bars, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sentence = _("The demo company could not be loaded; start again with an empty database.")
        raise RuleError(sentence, "demo_failed")


def play(turns: list[Turn], clock: Clock, evening: Evening, on_progress: Progress) -> None:
    """Play the stories of `turns` (a heap) until the present, a day at a time."""
    with connection.cursor() as cursor:
        # A demo cut off by a power failure is loaded anew; waiting for the disk after each deed takes far longer.
        cursor.execute("SET synchronous_commit = off")
    try:
        for number, night in enumerate(nights(clock)):
            while turns and turns[0].moment < night:
                take(turns)
            if evening.wait(DAY_SECONDS) == 0 and (number % WATCHED_EVERY == 0 or night >= clock.end):
                watch_deadlines(night)  # a limit missed is known by its own moment, whenever somebody looks
            evening.wait(DAY_SECONDS)
            on_progress(int(100 * ((night - clock.start) / (clock.end - clock.start))), 100)
    except BaseException:
        evening.abort()
        raise
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")


def nights(clock: Clock) -> Iterator[datetime]:
    """Yield every midnight from the first day on, and at last the present."""
    day = clock.start.astimezone(clock.zone).date() + timedelta(days=1)
    while (night := datetime.combine(day, time.min, clock.zone)) < clock.end:
        yield night
        day += timedelta(days=1)
    yield clock.end


def take(turns: list[Turn]) -> None:
    """Let the earliest story take one step; those that have reached their end stop there."""
    turn = heapq.heappop(turns)
    story = turn.story
    story.now = turn.moment
    turn.steps = turn.steps or story.run()
    try:
        following = next(turn.steps, None)
    except RuleError as refusal:
        if refusal.code not in LIMITS:
            raise
        return  # the seller's hands are full: the customer stays in the pool
    if following is not None and following <= story.end:
        heapq.heappush(turns, Turn(max(following, turn.moment), turn.number, story, turn.steps))
