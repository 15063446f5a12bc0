"""The cash forecast: what is still to come, month by month, with how late money usually is (idea 12)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from genjin.accounts.models import User
from genjin.contracts.models import Contract, ContractQuerySet, Milestone, ReceiptPart
from genjin.contracts.queries.money import with_open

ENOUGH = 10  # receipts before a habit is spoken of
MOST_RECEIPTS = 5000
MOST_SHOWN = 200  # milestones of a month; how many more there are is said

type Habits = tuple["Pace", Mapping[int, "Pace"]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How late money usually comes: the median of days past due, out of so many receipts."""

    days: int | None
    count: int

    @property
    def is_enough(self) -> bool:
        return self.count >= ENOUGH


@dataclass(frozen=True, slots=True)
class Expected:
    """What is left of a milestone, when it is due or expected, and when by habit it will come; None: nobody can say yet."""

    milestone: Milestone
    amount: Decimal
    planned: date | None
    likely: date | None
    pace: Pace
    confidence: str  # due, expected or open


@dataclass(slots=True)
class Month:
    """A month of the forecast; `first` None holds what has no day yet."""

    first: date | None
    due: Decimal = Decimal(0)  # by a fact
    expected: Decimal = Decimal(0)  # by a plan
    rows: list[Expected] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.due + self.expected

    @property
    def key(self) -> str:
        """As what it is asked for: `2026-07`, or `open`."""
        return f"{self.first:%Y-%m}" if self.first else "open"

    @property
    def shown(self) -> list[Expected]:
        """The first milestones of it."""
        return self.rows[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many stand behind those shown."""
        return len(self.rows) - len(self.shown)


def paces(user: User) -> Habits:
    """Return how late money came in the past: of all customers in sight, and by customer. Reversed receipts do not count."""
    parts = ReceiptPart.objects.filter(
        receipt__reverses=None, receipt__reversal=None, milestone__due_on__isnull=False,
        milestone__contract__in=_contracts(user),
    ).order_by("-receipt__received_on", "-id")  # fmt: skip
    late: dict[int, list[int]] = defaultdict(list)
    for pk, received, due in parts.values_list(
        "milestone__contract__customer", "receipt__received_on", "milestone__due_on"
    )[:MOST_RECEIPTS]:
        if due is not None:
            late[pk].append((received - due).days)
    together = [days for found in late.values() for days in found]
    return pace_of(together), {pk: pace_of(found) for pk, found in late.items()}


def pace_of(late: Iterable[int]) -> Pace:
    """Return the habit behind days past due; early counts as below nothing."""
    found = list(late)
    return Pace(round(median(found)) if found else None, len(found))


def _contracts(user: User) -> ContractQuerySet:
    return Contract.objects.visible_to(user).order_by()


def expected_of(user: User, habits: Habits) -> list[Expected]:
    """Return all that is still to come in sight of `user`, the soonest first, each with its likely day by `paces`."""
    of_all, by_customer = habits
    rows = with_open(Milestone.objects.of_running().filter(settled_on=None, contract__in=_contracts(user)))
    rows = rows.filter(open__gt=0).select_related("contract__customer__owner", "contract__customer__pool")
    found = []
    for one in rows:
        own = by_customer.get(one.contract.customer_id, Pace(None, 0))
        pace = own if own.is_enough else of_all
        planned = one.due_on or one.expected_on
        delay = pace.days if pace.is_enough and pace.days is not None else 0
        likely = None if planned is None else _later(planned, delay)
        standing = "due" if one.due_on else "expected" if planned else "open"
        found.append(Expected(one, one.open, planned, likely, pace, standing))
    return sorted(found, key=lambda each: (each.likely is None, each.likely or date.max, each.milestone.pk))


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def by_month(rows: Iterable[Expected], today: date) -> list[Month]:
    """Return the forecast by month; what should have come already stands in the present one, what has no day at the end."""
    months: dict[date | None, Month] = {}
    for one in rows:
        day = None if one.likely is None else max(one.likely, today)
        first = day.replace(day=1) if day else None
        month = months.setdefault(first, Month(first))
        if one.confidence == "due":
            month.due += one.amount
        else:
            month.expected += one.amount
        month.rows.append(one)
    return sorted(months.values(), key=lambda each: (each.first is None, each.first or date.max))
