"""A simulated year: people do what they do, workers fail for days, and at its end the facts are asked what the clocks say.

`GENJIN_YEAR_DEEDS=5000` makes it a busy year, `GENJIN_YEAR_SEED` another one.
"""

import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from genjin.accounts.queries import company_zone, work_calendar
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Choice, Customer, OwnerChange, StageChange
from genjin.events.models import Event
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.evidence import NewEvidence, add_evidence
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.ladder import watch_deadlines
from genjin.followups.actions.ownership import (
    add_customer,
    assign_customers,
    claim_customer,
    release_customers,
)  # fmt: skip
from genjin.followups.actions.stages import move_stage
from genjin.followups.actions.tasks import NewTask, finish_task
from genjin.followups.models import Deadline, FollowUp, Task
from genjin.followups.rules.clocks import speaks_at, steps_due
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from tests.followups.test_never_forgotten import broken

DEEDS = int(os.environ.get("GENJIN_YEAR_DEEDS", "120"))
MOST_CUSTOMERS = max(24, DEEDS // 40)
YEAR, DAY = timedelta(days=365), timedelta(days=1)
GAPS = {"A": 7 * DAY, "B": 14 * DAY, "C": 30 * DAY}
WEIGHTS = {
    "add": 3, "add_for": 4, "add_to_pool": 4, "assign": 5, "claim": 6, "release": 4, "say": 40, "say_late": 8, "mumble": 8,
    "finish": 6, "lose": 3, "come_back": 3,
}  # fmt: skip


class Year:
    """Reps, an administrator, a pool, and a random working life; a refused deed is nothing that happened."""

    def __init__(self, cast: list[Any], pool: Any, now: datetime, seed: int) -> None:
        self.reps, self.boss, self.pool, self.now = cast[:3], cast[3], pool, now
        self.rng = random.Random(seed)
        words = {"name": "信息错误", "defaults": {"waives_touches": True}}
        self.lost = Choice.objects.get_or_create(kind="lost_reason", **words)[0]
        self.released = Choice.objects.get_or_create(kind="release_reason", **words)[0]
        self.done: Counter[str] = Counter()

    def deed(self) -> None:
        name = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        rows = list(Customer.objects.select_related("owner").order_by("pk"))
        if not rows or (name.startswith("add") and len(rows) < MOST_CUSTOMERS):
            name, row = (name if name.startswith("add") else "add_for"), None
        elif name.startswith("add"):
            name, row = "say", self.rng.choice(rows)
        else:
            row = self.rng.choice(rows)
        try:
            with transaction.atomic():
                getattr(self, f"_{name}")(row)
        except RuleError:
            return
        self.done[name] += 1

    def _new(self, actor: Any, **where: Any) -> None:
        fields = {"name": f"第{Customer.objects.count() + 1}号机电有限公司"}
        row = add_customer(actor, NewCustomer(fields, **where), now=self.now)
        # A person has said which grade it is, so that no rule proposes another one on the way.
        grade = self.rng.choice("ABC")
        Customer.objects.filter(pk=row.pk).update(grade=grade, is_grade_confirmed=True)
        Deadline.objects.filter(customer=row, kind="contact_gap").delete()
        keep_clocks([row.pk], self.now)

    def _add(self, _row: Any) -> None:
        self._new(self.rng.choice(self.reps))

    def _add_for(self, _row: Any) -> None:
        self._new(self.boss, owner=self.rng.choice(self.reps))

    def _add_to_pool(self, _row: Any) -> None:
        self._new(self.boss, pool=self.pool)

    def _assign(self, row: Any) -> None:
        assign_customers(self.boss, [row.pk], self.rng.choice(self.reps), now=self.now)

    def _claim(self, row: Any) -> None:
        claim_customer(self.rng.choice(self.reps), row, now=self.now)

    def _release(self, row: Any) -> None:
        if row.owner is not None:
            words = {"reason": self.released.name, "choice": self.released}
            release_customers(self.boss, [row.pk], self.pool, **words, now=self.now)

    def _say(self, row: Any, ago: timedelta = timedelta(0), text: str = "") -> None:
        if row.owner is not None:
            text = text or f"{self.now:%m月%d日%H时%M分}谈了第{self.rng.randrange(10**6)}件事，客户愿意继续"
            steps = [NewTask("下一步", self.now + self.rng.randrange(1, 20) * DAY)]
            record_contact(
                row.owner, row, NewFollowUp("phone", text, self.now - ago, next_actions=steps), now=self.now
            )

    def _say_late(self, row: Any) -> None:
        self._say(row, timedelta(hours=self.rng.choice([3, 30, 100, 400])))

    def _mumble(self, row: Any) -> None:
        self._say(row, text="打过")

    def _finish(self, row: Any) -> None:
        task = Task.objects.open().filter(customer=row).select_related("assignee").first()
        if task is not None:
            finish_task(task.assignee, task, outcome="做完了", now=self.now)

    def _lose(self, row: Any) -> None:
        add_evidence(self.boss, row, NewEvidence("verbal", ["refusal"], "客户明确说不买了"), now=self.now)
        move_stage(self.boss, row, "lost", reason="不买", lost_reason=self.lost, now=self.now)

    def _come_back(self, row: Any) -> None:
        if row.stage == "lost":
            move_stage(self.boss, row, "prospect", reason="又来询价", now=self.now)


@dataclass
class Clock:
    """A clock as the facts say it; compared with the stored one as a tuple."""

    starts: datetime
    due: datetime
    met: datetime | None = None
    ended: datetime | None = None
    closed: datetime | None = None  # when it stopped running, by the books

    def row(self, end: datetime) -> tuple[Any, ...]:
        breached = self.due if (self.closed or end) > self.due else None
        return (self.starts, self.due, self.met, self.ended, breached)


@dataclass
class Told:
    """One thing that happened to a customer, in the order it was put on record."""

    at: datetime
    what: str  # owner, pool, lost, back, contact
    happened: datetime | None = None
    starts_first: bool = False


@dataclass
class Life:
    """What the three clocks of contact must have been, worked out from the trail of one customer alone."""

    grade: str
    created: datetime
    owned_since: datetime | None = None
    last: datetime | None = None
    is_lost: bool = False
    first: list[Clock] = field(default_factory=list)
    gap: list[Clock] = field(default_factory=list)
    wait: Clock | None = None

    def live(self, trail: list[Told]) -> None:
        self.wait = Clock(self.created, self.created + DAY)
        for told in trail:
            getattr(self, f"_{told.what}")(told)

    def _running(self, clocks: list[Clock]) -> Clock | None:
        return clocks[-1] if clocks and clocks[-1].closed is None else None

    def _end(self, clock: Clock | None, at: datetime) -> None:
        if clock is not None:
            clock.ended = clock.closed = at

    def _owner(self, told: Told) -> None:
        self.owned_since = told.at
        if told.starts_first:
            self._end(self._running(self.first), told.at)
            if not self.is_lost:
                self.first.append(Clock(told.at, told.at + DAY))
        self._move_gap(told.at)

    def _pool(self, told: Told) -> None:
        self.owned_since = None
        self._end(self._running(self.first), told.at)
        self._end(self._running(self.gap), told.at)

    def _lost(self, told: Told) -> None:
        self.is_lost = True
        for clock in (self._running(self.first), self._running(self.gap)):
            self._end(clock, told.at)
        if self.wait is not None and self.wait.closed is None:
            self._end(self.wait, told.at)

    def _back(self, told: Told) -> None:
        self.is_lost = False
        self._move_gap(told.at)

    def _contact(self, told: Told) -> None:
        happened = told.happened
        assert happened is not None
        self.last = max(self.last or happened, happened)
        if self.wait is not None and self.wait.closed is None:
            self.wait.met, self.wait.closed = max(happened, self.wait.starts), told.at
        first = self._running(self.first)
        if first is not None and happened >= first.starts.replace(second=0, microsecond=0):
            first.met, first.closed = max(happened, first.starts), told.at
        self._move_gap(told.at)

    def _move_gap(self, at: datetime) -> None:
        """Begin the gap anew: kept it moves, broken it is closed and another one follows."""
        if self.owned_since is None or self.is_lost:
            return
        starts = max(self.owned_since, self.last or self.owned_since)
        wanted, running = Clock(starts, starts + GAPS[self.grade]), self._running(self.gap)
        if running is not None and (running.starts, running.due) == (wanted.starts, wanted.due):
            return
        if running is not None and at > running.due:
            if self.last is not None and self.last > running.starts:
                running.met = self.last
            else:
                running.ended = at
            running.closed = at
        elif running is not None:
            self.gap.pop()
        self.gap.append(wanted)


def trails() -> dict[int, list[Told]]:
    """Return what happened to each customer, read from its history and records."""
    found: dict[int, list[tuple[datetime, int, Told]]] = defaultdict(list)
    for row in OwnerChange.objects.order_by("at", "pk"):
        first = row.how == "claimed" or row.by_id != row.target_id
        told = Told(row.at, "owner" if row.target_id else "pool", starts_first=first)
        found[row.customer_id].append((row.at, 0, told))
    for move in StageChange.objects.exclude(origin="").order_by("at", "pk"):
        if "lost" in {move.origin, move.target}:
            found[move.customer_id].append(
                (move.at, 1, Told(move.at, "lost" if move.target == "lost" else "back"))
            )
    for said in FollowUp.objects.filter(is_effective=True).order_by("recorded_at", "pk"):
        told = Told(said.recorded_at, "contact", said.happened_at)
        found[said.customer_id].append((said.recorded_at, 2, told))
    return {
        pk: [told for _at, _order, told in sorted(rows, key=lambda row: row[:2])]
        for pk, rows in found.items()
    }


def stored(customer: Customer, kind: str) -> list[tuple[Any, ...]]:
    rows = Deadline.objects.filter(customer=customer, kind=kind).order_by("pk")
    return sorted(rows.values_list("starts_at", "due_at", "met_at", "ended_at", "breached_at"), key=str)


def live_a_year(year: Year, rng: random.Random) -> datetime:
    """Let the year pass: deeds at random moments, a worker that looks now and then and is down for days at times."""
    began = year.now
    moments = sorted(began + rng.random() * YEAR for _deed in range(DEEDS))
    outages = [(start, start + rng.choice([6, 30, 100, 250]) * timedelta(hours=1))
               for start in (began + rng.random() * YEAR for _outage in range(8))]  # fmt: skip
    look = began
    for moment in [*moments, began + YEAR]:
        while look < moment:
            look += timedelta(hours=rng.choice([5, 13, 26, 40]))
            if look < moment and not any(down <= look < up for down, up in outages):
                for _worker in range(rng.choice([1, 1, 1, 2])):  # two of them at the same minute, sometimes
                    watch_deadlines(look)
        year.now = moment
        year.deed()
    return began + YEAR


def differences(now: datetime) -> list[tuple[int, str]]:
    """Return the customers and kinds whose stored clocks are not what the facts say."""
    told_of, found = trails(), []
    for customer in Customer.objects.order_by("pk"):
        life = Life(customer.grade, customer.created_at)
        life.live(told_of.get(customer.pk, []))
        waits = [life.wait] if life.wait else []
        for kind, clocks in (
            ("customer_wait", waits),
            ("first_contact", life.first),
            ("contact_gap", life.gap),
        ):
            if stored(customer, kind) != sorted((clock.row(now) for clock in clocks), key=str):
                found.append((customer.pk, kind))
    return found


def test_the_comparison_sees_a_clock_that_was_stopped_moved_or_doubled(alice, make_customer, now):
    row = make_customer(owner=alice)
    later = now + timedelta(hours=1)
    assert differences(later) == []
    for change in ({"met_at": later}, {"ended_at": later}, {"due_at": later}, {"breached_at": later}):
        with transaction.atomic():
            Deadline.objects.filter(customer=row, kind="first_contact").update(**change)
            assert differences(later) == [(row.pk, "first_contact")]
            transaction.set_rollback(True)
    clock = Deadline.objects.get(customer=row, kind="contact_gap")
    clock.pk, clock.ended_at = None, later
    clock.save()
    assert differences(later) == [(row.pk, "contact_gap")]


@pytest.mark.parametrize("seed", [int(os.environ.get("GENJIN_YEAR_SEED", "20261126"))])
def test_a_year_later_the_clocks_say_what_the_facts_say(alice, bob, charlie, dora, pool, now, seed):
    for person in (alice, bob, charlie, dora):
        person.scope  # noqa: B018 (asked once, when all four are there)
    year = Year([alice, charlie, bob, dora], pool, now, seed)
    end = live_a_year(year, random.Random(seed + 1))
    morning = speaks_at(end, work_calendar(), company_zone()).replace(hour=10)
    for _worker in range(2):
        watch_deadlines(morning)
    assert sum(year.done.values()) > DEEDS // 2 and year.done["say"] > DEEDS // 8
    assert broken() == {}
    assert differences(morning) == []
    _no_clock_is_missing(morning)
    _each_step_once(morning)


def _no_clock_is_missing(now: datetime) -> None:
    """Whoever is on the way to a deal has its weekly look, and one of this week or the next."""
    rows = Customer.objects.in_work().filter(stage__in=["lead", "prospect", "qualified", "negotiation"])
    due = dict(Deadline.objects.running().filter(kind="status_refresh").values_list("customer", "due_at"))
    assert set(rows.values_list("pk", flat=True)) == set(due)
    assert all(now - 7 * DAY < moment < now + 21 * DAY for moment in due.values())


def _each_step_once(now: datetime) -> None:
    """No step stands in the trail twice, nobody was told one twice, and every ladder stands where it must."""
    steps = Counter(
        (event.subject_id, event.kind, event.data.get("level"), event.data["clock"])
        for event in Event.objects.filter(kind__startswith="deadline.")
    )
    moved = {
        "contact_gap",
        "status_refresh",
        "existing_review",
        "plan",
    }  # one row for many rounds: warned anew in each
    assert [key for key, count in steps.items() if count > 1 and key[3] not in moved] == []
    assert [key for key, count in steps.items() if count > 1 and key[1] != "deadline.warned"] == []
    told = Counter(Notice.objects.filter(kind__startswith="deadline").values_list("person", "key"))
    assert told and max(told.values()) == 1
    for row in Deadline.objects.running().filter(customer__deleted_at=None).exclude(kind="recycle"):
        assert steps_due(row.kind, row.starts_at, row.due_at, level=row.level, now=now) == [], (
            row.pk,
            row.kind,
        )
