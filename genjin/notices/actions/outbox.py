"""What leaves the page is written down with the notice itself: whom it reaches how, and when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db import connections, transaction
from procrastinate.exceptions import AlreadyEnqueued

from genjin.accounts.models import Absence, User
from genjin.accounts.queries import company_zone, work_calendar
from genjin.events.actions import enqueue
from genjin.notices.models import Delivery, Habits, Robot
from genjin.notices.queries import audiences, urgent_kinds
from genjin.notices.rules import Channel, HowSoon, mode_of
from genjin.notices.rules.times import Rest, arrival, digest_time

WAKE = "notices.send"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that was just written."""

    notice: int
    person: int
    kind: str


def mail_is_on() -> bool:
    """Whether a mail server is named; without one, mails would only fill the log."""
    return bool(settings.HAS_MAIL_SERVER)


def plan_deliveries(told: Sequence[Told], at: datetime) -> None:
    """Write down how new notices leave the page, as each person wants it; asks little where nothing leaves."""
    robots = list(Robot.objects.in_use())
    if not told or (not robots and not mail_is_on()):
        return
    ids = {one.person for one in told}
    people = User.objects.in_bulk(ids)
    habits = Habits.objects.in_bulk(ids)
    served = _served(robots, people.values())
    clock = _Clock(at, ids)
    rows = []
    for one in told:
        person = people[one.person]
        habit = habits.get(one.person) or Habits(person=person)
        mode = mode_of(one.kind, habit.modes)
        if mode == HowSoon.OFF:
            continue
        moment = clock.of(one, mode, habit)
        base = {"notice_id": one.notice, "person_id": one.person, "created_at": at, "next_at": moment}
        if habit.by_mail and person.email and mail_is_on():
            rows.append(Delivery(channel=Channel.MAIL, **base))
        if habit.by_robot:
            rows += [
                Delivery(channel=Channel.ROBOT, robot=robot, **base)
                for robot in served[one.person]
                if not robot.kinds or one.kind in robot.kinds
            ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    if any(row.next_at <= at for row in rows):
        transaction.on_commit(partial(_wake))


def _served(robots: Sequence[Robot], people: Iterable[User]) -> dict[int, list[Robot]]:
    served: dict[int, list[Robot]] = defaultdict(list)
    if robots:
        reached = audiences(robots)
        for person in people:
            served[person.pk] = [robot for robot in robots if person.pk in reached[robot.pk]]
    return served


class _Clock:
    """When a notice may arrive; calendar, absences and urgent kinds are asked for once a transaction."""

    def __init__(self, at: datetime, people: Iterable[int]) -> None:
        self.at = at
        self.zone = company_zone()
        self.calendar = work_calendar()
        self.urgent = urgent_kinds()
        self.away: dict[int, list[tuple[date, date]]] = defaultdict(list)
        today = at.astimezone(self.zone).date()
        rows = Absence.objects.filter(person__in=list(people), ends_on__gte=today)
        for person, first, last in rows.values_list("person_id", "starts_on", "ends_on"):
            self.away[person].append((first, last))

    def of(self, one: Told, mode: HowSoon, habit: Habits) -> datetime:
        """Return when; what is urgent comes at once whatever the hour."""
        if one.kind in self.urgent:
            return self.at
        rest: Rest = replace(habit.rest(), away=self.away[one.person])
        ask = arrival if mode == HowSoon.AT_ONCE else digest_time
        return ask(self.at, rest, self.calendar, self.zone)


def _wake() -> None:
    """Have the worker send now; the minute's job finds what nobody was woken for."""
    if connections["default"].in_atomic_block:  # a test's own transaction would not survive the refusal
        return
    try:
        enqueue(WAKE, timestamp=0)
    except AlreadyEnqueued:
        return
