"""How unassigned customers, handovers, locks and extensions look from outside."""

from datetime import date, datetime

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.schemas.customers import Given
from genjin.api.wire import Id, In, Out, Ref, Words, ref
from genjin.approvals.models import Request as Asked
from genjin.customers.queries.sight import shown_name
from genjin.routing.models import Handover, Unassigned


class UnassignedOut(Out):
    """A customer the rules could give to nobody, and why."""

    customer: Ref
    reason: str
    since: datetime
    tried_at: datetime


class Chosen(In):
    """Customers by id."""

    customers: list[Id] = Field(min_length=1, max_length=1000)


class Shared(Out):
    """What came of asking the rules."""

    given: int
    waiting: int
    reasons: dict[str, int]


class HandoverIn(In):
    """Whose customers go to whom; all of them unless some are named."""

    giver: Given
    receiver: Given
    customers: list[Id] | None = Field(None, max_length=10_000)
    note: Words = ""
    at_once: bool = Field(False, description="for somebody who has left: the customers move now")
    giver_percent: int = Field(0, ge=0, le=100, description="of the credit that stays with the giver")
    shared_until: date | None = Field(None, description="the last day of that share")


class HandoverOut(Out):
    """Customers on their way from one person to another."""

    id: int
    giver: Ref
    receiver: Ref
    made_by: Ref
    made_at: datetime
    note: str
    giver_percent: int
    shared_until: date | None
    status: str
    moved_at: datetime | None
    answered_at: datetime | None
    answer: str
    customers: int


class Why(In):
    """A reason."""

    reason: Words


class LockIn(In):
    """Keep a customer from being recycled, or let the rules have it again."""

    locked: bool
    reason: Words = ""


class AskedOut(Out):
    """A request that waits for the word of who leads."""

    id: int
    kind: str
    subject: str
    reason: str
    status: str


def show_unassigned(user: User, one: Unassigned) -> UnassignedOut:
    """Return a waiting customer as `user` may see it."""
    name = shown_name(user, one.customer)
    return UnassignedOut(
        customer=Ref(id=one.customer_id, name=name), reason=one.reason, since=one.since, tried_at=one.tried_at
    )


def show_handover(one: Handover) -> HandoverOut:
    """Return a handover; comes with giver, receiver, made_by and items."""
    giver, receiver, made_by = ref(one.giver), ref(one.receiver), ref(one.made_by)
    assert giver and receiver and made_by  # noqa: S101 (never empty in the table)
    return HandoverOut(
        id=one.pk, giver=giver, receiver=receiver, made_by=made_by, made_at=one.made_at, note=one.note,
        giver_percent=one.giver_percent, shared_until=one.shared_until, status=one.status, moved_at=one.moved_at, answered_at=one.answered_at, answer=one.answer,
        customers=len(one.items.all()),
    )  # fmt: skip


def show_asked(one: Asked) -> AskedOut:
    """Return a request."""
    return AskedOut(id=one.pk, kind=one.kind, subject=one.subject, reason=one.reason, status=one.status)
