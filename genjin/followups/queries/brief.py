"""The figures of a working morning, for everybody in a handful of statements."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F

from genjin.customers.models import Customer
from genjin.followups.models import Deadline, Task
from genjin.followups.queries.workbench import Days
from genjin.followups.rules import DeadlineKind


@dataclass(frozen=True, slots=True)
class Morning:
    """What waits for somebody: tasks overdue and due today, customers at risk, and those without a next step."""

    overdue: int = 0
    today: int = 0
    risk: int = 0
    idle: int = 0

    def __add__(self, other: "Morning") -> "Morning":
        return Morning(
            self.overdue + other.overdue, self.today + other.today, self.risk + other.risk, self.idle + other.idle
        )  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.overdue or self.today or self.risk or self.idle)


def mornings(days: Days) -> dict[int, Morning]:
    """Return everybody's figures by user id; who has none is missing.

    At risk is a customer of one's own with a clock that ran out and still runs: nobody was in touch in time.
    """
    tasks = Task.objects.open().filter(customer__deleted_at=None).order_by()
    overdue = _by(tasks.filter(due_at__lt=days.today), "assignee")
    today = _by(tasks.filter(due_at__gte=days.today, due_at__lt=days.tomorrow), "assignee")
    late = Deadline.objects.running().exclude(breached_at=None).exclude(kind=DeadlineKind.RECYCLE).order_by()
    late = late.filter(customer__deleted_at=None, customer__owner=F("responsible"))
    risk = dict(
        late.values_list("responsible").annotate(count=Count("customer", distinct=True)).values_list("responsible", "count")
    )  # fmt: skip
    idle = _by(Customer.objects.without_next_step().order_by(), "owner")
    people = overdue.keys() | today.keys() | risk.keys() | idle.keys()
    return {
        pk: Morning(overdue.get(pk, 0), today.get(pk, 0), risk.get(pk, 0), idle.get(pk, 0))
        for pk in people
        if pk is not None
    }


def _by(rows: "object", whose: str) -> dict[int, int]:
    return dict(rows.values_list(whose).annotate(count=Count("id")).values_list(whose, "count"))  # type: ignore[attr-defined]


def summed(found: dict[int, Morning], people: Iterable[int]) -> Morning:
    """Return what waits for several people together."""
    total = Morning()
    for pk in people:
        total += found.get(pk, Morning())
    return total
