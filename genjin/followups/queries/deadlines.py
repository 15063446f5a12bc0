"""Which clocks a list shows, and those of one customer with both hands of the first contact."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, QuerySet

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.models import Deadline
from genjin.followups.rules import DeadlineKind

STATES = ("running", "warned", "breached", "high_risk", "open")


def clocks_listed(
    user: User, state: str, *, kind: str = "", person: int | None = None
) -> "QuerySet[Deadline]":
    """Return running clocks of customers in sight, in one state, the most urgent first."""
    rows = Deadline.objects.in_state(state).filter(customer__deleted_at=None)
    rows = rows if user.scope.sees_all else rows.visible_to(user)
    if kind:
        rows = rows.filter(kind=kind)
    if person is not None:
        rows = rows.filter(responsible=person)
    return rows.order_by("due_at", "id")


@dataclass(frozen=True, slots=True)
class Hands:
    """The two hands of the first contact: how long the customer waited, how long the rep took; None while nobody was."""

    waited: timedelta | None = None
    took: timedelta | None = None
    is_waiting: bool = False
    is_owed: bool = False


def running_clocks(customer: Customer) -> list[Deadline]:
    """Return the clocks that run for one customer, the soonest due first."""
    return list(
        Deadline.objects.running().filter(customer=customer).select_related("responsible").order_by("due_at")
    )


def hands_of(customer: Customer, now: datetime) -> Hands:
    """Return both hands of the first contact, the running ones up to `now`; one query."""
    kinds = [DeadlineKind.CUSTOMER_WAIT, DeadlineKind.FIRST_CONTACT]
    rows = Deadline.objects.filter(customer=customer, kind__in=kinds).order_by("-starts_at", "-id")
    newest: dict[str, Deadline] = {}
    for row in rows:
        newest.setdefault(row.kind, row)
    wait, first = (newest.get(kind) for kind in kinds)
    return Hands(
        waited=_span(wait, now), took=_span(first, now),
        is_waiting=wait is not None and wait.met_at is None and wait.ended_at is None,
        is_owed=first is not None and first.met_at is None and first.ended_at is None,
    )  # fmt: skip


def _span(row: Deadline | None, now: datetime) -> timedelta | None:
    return None if row is None else (row.met_at or row.ended_at or now) - row.starts_at


def overdue_since(customer_ids: Iterable[int]) -> dict[int, datetime]:
    """Return since when each of the customers has a limit that was missed; one query."""
    rows = Deadline.objects.running().exclude(breached_at=None).exclude(kind=DeadlineKind.RECYCLE)
    found = rows.filter(customer__in=list(customer_ids)).values("customer").annotate(since=Min("breached_at"))
    return dict(found.order_by().values_list("customer", "since"))


def risk_levels(customer_ids: Iterable[int]) -> dict[int, int]:
    """Return the step of the ladder of the next contact each of the customers has come to; one query."""
    rows = Deadline.objects.running().filter(kind=DeadlineKind.CONTACT_GAP, customer__in=list(customer_ids))
    found = rows.values("customer").annotate(top=Max("level")).order_by()
    return dict(found.values_list("customer", "top"))
