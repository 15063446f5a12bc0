"""What the workbench shows: today's list of a rep, and a lead's team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.models import Deadline, FollowUp, Task

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Days:
    """The borders of today, tomorrow and this week (Monday first) in the company's time zone."""

    now: datetime
    today: datetime
    tomorrow: datetime
    day_after: datetime
    week: datetime

    @classmethod
    def of(cls, now: datetime) -> "Days":
        local = timezone.localtime(now, timezone.get_default_timezone())
        today = datetime.combine(local.date(), time.min, local.tzinfo)
        return cls(
            now,
            today,
            today + timedelta(days=1),
            today + timedelta(days=2),
            today - timedelta(days=local.weekday()),
        )


@dataclass(frozen=True, slots=True)
class TaskList:
    """Some tasks with how many there are in all (counted up to 1,000)."""

    tasks: Sequence[Task]
    count: int


def _listed(rows: "QuerySet[Task]") -> TaskList:
    rows = rows.select_related("customer", "assignee")
    return TaskList(list(rows[:SHOWN]), rows.order_by()[:1000].count())


def tasks_by_day(user: User, days: Days) -> dict[str, TaskList]:
    """Return one's open tasks: overdue (before today), today, tomorrow; later ones are not on the list."""
    mine = Task.objects.of(user).open()
    return {
        "overdue": _listed(mine.filter(due_at__lt=days.today)),
        "today": _listed(mine.filter(due_at__gte=days.today, due_at__lt=days.tomorrow)),
        "tomorrow": _listed(mine.filter(due_at__gte=days.tomorrow, due_at__lt=days.day_after)),
    }


def asked_of_others(user: User) -> "QuerySet[Task]":
    """Return what `user` asked colleagues for and waits for, the most urgent first (S0-24)."""
    rows = Task.objects.visible_to(user).open().filter(created_by=user).exclude(assignee=user)
    return rows.select_related("customer", "assignee").order_by("due_at", "id")


def without_next_step(user: User) -> "QuerySet[Customer]":
    """Return one's own customers on the list 无下次跟进, the longest waiting first (S0-5)."""
    return Customer.objects.without_next_step().filter(owner=user).order_by("no_next_step_since")


def waiting_for_first_contact(user: User) -> "QuerySet[Deadline]":
    """Return new assignments nobody has spoken to yet, the most urgent first (S4-7)."""
    return (
        Deadline.objects.running()
        .filter(responsible=user, kind="first_contact", customer__owner=user, customer__deleted_at=None)
        .select_related("customer")
        .order_by("due_at")
    )


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person's line on the lead's workbench."""

    person: User
    overdue: int
    today: int
    without_next_step: int
    contacts_today: int
    contacts_this_week: int


def team_lines(user: User, days: Days) -> list[PersonLine]:
    """Return a line for everybody `user` leads, four grouped queries in all."""
    people = list(
        User.objects.active()
        .led_by(user)
        .filter(role__in=["rep", "lead"])
        .exclude(pk=user.pk)
        .order_by("name")[:100]
    )
    ids = [person.pk for person in people]
    tasks = Task.objects.open().filter(assignee__in=ids, customer__deleted_at=None)
    open_tasks = dict(_grouped(tasks.filter(due_at__lt=days.today), "assignee"))
    today = dict(_grouped(tasks.filter(due_at__gte=days.today, due_at__lt=days.tomorrow), "assignee"))
    idle = dict(_grouped(Customer.objects.without_next_step().filter(owner__in=ids), "owner"))
    week = FollowUp.objects.filter(author__in=ids, happened_at__gte=days.week).visible_to(user)
    contacts = {
        row["author"]: row
        for row in week.order_by()
        .values("author")
        .annotate(week=Count("id"), today=Count("id", filter=Q(happened_at__gte=days.today)))
    }
    none = {"week": 0, "today": 0}
    return [
        PersonLine(
            person, open_tasks.get(person.pk, 0), today.get(person.pk, 0), idle.get(person.pk, 0),
            contacts.get(person.pk, none)["today"], contacts.get(person.pk, none)["week"],
        )
        for person in people
    ]  # fmt: skip


def _grouped(rows: "QuerySet[Task] | QuerySet[Customer]", by: str) -> list[tuple[int, int]]:
    return list(rows.order_by().values_list(by).annotate(count=Count("id")))


def team_stream(user: User, days: Days) -> list[FollowUp]:
    """Return today's contacts of the people one leads, newest first."""
    rows = FollowUp.objects.filter(happened_at__gte=days.today, happened_at__lt=days.tomorrow)
    rows = rows if user.scope.sees_all else rows.filter(author__in=user.scope.people)
    return list(rows.visible_to(user).exclude(author=user).select_related("customer", "author")[:SHOWN])
