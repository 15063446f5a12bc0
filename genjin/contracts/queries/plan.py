"""The payment plan of all running contracts: what is to come, what is overdue and since when."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from genjin.accounts.models import User
from genjin.contracts.models import Contract, Milestone
from genjin.contracts.queries.money import with_open
from genjin.contracts.rules.milestones import Age, age_of
from genjin.contracts.rules.states import RUNNING
from genjin.customers.queries.find import named_like

NOTHING = Decimal(0)
SOON = timedelta(days=30)
_BANDS = {Age.D30: (1, 30), Age.D60: (31, 60), Age.D90: (61, 90), Age.OVER: (91, 36_500)}


def about(text: str, prefix: str = "contract__") -> Q:
    """Return the condition that a contract's number, title or company holds a text; people are not looked for."""
    named = named_like(text, f"{prefix}customer__")
    return Q(**{f"{prefix}number__icontains": text}) | Q(**{f"{prefix}title__icontains": text}) | named


def planned(user: User, text: str = "", states: Collection[str] = RUNNING) -> Any:
    """Return the milestones of contracts in sight, the running ones, with what is paid and open of each."""
    rows = Milestone.objects.filter(
        contract__in=Contract.objects.visible_to(user).order_by(), contract__state__in=states
    )
    rows = rows.filter(about(text)) if text else rows
    rows = rows.select_related("contract__customer__owner", "contract__customer__pool", "contract__owner")
    return with_open(rows)


def cut(rows: Any, state: str, today: date) -> Any:
    """Return of planned milestones those `open` (still to come), due `soon`, `waiting` for a fact, `overdue` or `paid`."""
    if state == "paid":
        return rows.filter(open__lte=0)
    rows = rows.filter(settled_on=None, open__gt=0)
    if state == "soon":
        return rows.filter(due_on__lte=today + SOON)
    if state == "waiting":
        return rows.filter(due_on=None)
    return rows.filter(due_on__lt=today) if state == "overdue" else rows


def by_age(rows: Any, today: date) -> dict[Age, tuple[Decimal, int]]:
    """Return by band of age how much is overdue of planned milestones, and in how many; one query."""
    found = dict.fromkeys(_BANDS, (NOTHING, 0))
    late = cut(rows, "overdue", today).order_by().values_list("due_on")
    for day, amount, count in late.annotate(sum=Sum("open"), count=Count("pk")).values_list(
        "due_on", "sum", "count"
    ):
        age = age_of(day, today)
        found[age] = (found[age][0] + amount, found[age][1] + count)
    return found


def of_age(age: Age, today: date) -> Q:
    """Return the condition of a band of age: due so many days ago."""
    first, last = _BANDS[age]
    return Q(due_on__lte=today - timedelta(days=first), due_on__gte=today - timedelta(days=last))
