"""Whose a customer is: unassigned ones, handovers, extensions and locks."""

from typing import Any

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.api.customers import seen
from genjin.api.paging import LARGEST, Cut, Order, Page, page
from genjin.api.references import unknown
from genjin.api.schemas.routing import (
    AskedOut,
    Chosen,
    HandoverIn,
    HandoverOut,
    LockIn,
    Shared,
    UnassignedOut,
    Why,
    show_asked,
    show_handover,
    show_unassigned,
)
from genjin.api.wire import Call, Id
from genjin.customers.actions.ownership import lock_customers
from genjin.routing.actions.assignment import assign_chosen
from genjin.routing.actions.extension import ask_for_extension
from genjin.routing.actions.handover import (
    NewHandover,
    accept_handover,
    decline_handover,
    offer_handover,
    withdraw_handover,
)
from genjin.routing.models import Handover, HandoverQuerySet, Unassigned
from genjin.routing.rules.credit import CreditSplit

router = Router(tags=["routing"])


@router.get("/unassigned", response=Page[UnassignedOut], summary="List customers the rules gave to nobody")
def list_unassigned(request: Call) -> Page[UnassignedOut]:
    """Return the 200 that wait longest; the list empties itself as they find their owners."""
    require(request.auth, Right.ASSIGN)
    rows = Unassigned.objects.visible_to(request.auth).select_related("customer")[:LARGEST]
    return Page(items=[show_unassigned(request.auth, one) for one in rows], next=None)


@router.post("/unassigned/assign", response=Shared, summary="Let the rules give customers away")
def assign_unassigned(request: Call, body: Chosen) -> Shared:
    found = assign_chosen(request.auth, body.customers, now=timezone.now())
    return Shared(given=found.given, waiting=found.waiting, reasons=found.reasons)


@router.post(
    "/customers/{customer_id}/extension", response={201: AskedOut}, summary="Ask to keep a customer longer"
)
def extend(request: Call, customer_id: Id, body: Why) -> Status[AskedOut]:
    row = seen(request, customer_id)
    asked = ask_for_extension(request.auth, row, reason=body.reason, now=timezone.now())
    return Status(201, show_asked(asked))


@router.post("/customers/{customer_id}/lock", response={204: None}, summary="Keep a customer from recycling")
def lock(request: Call, customer_id: Id, body: LockIn) -> Status[None]:
    lock_customers(request.auth, [customer_id], locked=body.locked, reason=body.reason, now=timezone.now())
    return Status(204, None)


def visible(user: User) -> HandoverQuerySet:
    """Return the handovers in sight with what their answer shows."""
    rows = Handover.objects.visible_to(user).select_related("giver", "receiver", "made_by")
    return rows.prefetch_related("items")


def led(caller: User, given: Any, field: str) -> User:
    """Return one of the people the caller leads, also who may no longer sign in."""
    rows = User.objects.led_by(caller)
    row: User | None = (
        rows.filter(pk=given).first() if isinstance(given, int) else rows.filter(username=given).first()
    )
    if row is None:
        raise unknown(field)
    return row


@router.get("/handovers", response=Page[HandoverOut], summary="List handovers")
def list_handovers(request: Call, asked: Query[Cut]) -> Page[HandoverOut]:
    newest = Order("id", descending=True)
    return page(request, visible(request.auth), asked, order=newest, show=show_handover)


@router.post("/handovers", response={201: HandoverOut}, summary="Hand a person's customers on")
def add_handover(request: Call, body: HandoverIn) -> Status[HandoverOut]:
    user = request.auth
    require(user, Right.ASSIGN)
    giver, receiver = led(user, body.giver, "giver"), led(user, body.receiver, "receiver")
    new = NewHandover(
        giver,
        receiver,
        body.customers,
        note=body.note,
        at_once=body.at_once,
        split=CreditSplit(body.giver_percent, body.shared_until),
    )
    one = offer_handover(user, new, now=timezone.now())
    return Status(201, show_handover(visible(user).get(pk=one.pk)))


def _shown(request: Call, pk: int) -> HandoverOut:
    return show_handover(visible(request.auth).get(pk=pk))


@router.post("/handovers/{handover_id}/accept", response=HandoverOut, summary="Accept a handover")
def accept(request: Call, handover_id: Id) -> HandoverOut:
    accept_handover(request.auth, visible(request.auth).get(pk=handover_id), now=timezone.now())
    return _shown(request, handover_id)


@router.post("/handovers/{handover_id}/decline", response=HandoverOut, summary="Decline a handover")
def decline(request: Call, handover_id: Id, body: Why) -> HandoverOut:
    one = visible(request.auth).get(pk=handover_id)
    decline_handover(request.auth, one, answer=body.reason, now=timezone.now())
    return _shown(request, handover_id)


@router.post("/handovers/{handover_id}/withdraw", response=HandoverOut, summary="Withdraw a handover")
def withdraw(request: Call, handover_id: Id) -> HandoverOut:
    withdraw_handover(request.auth, visible(request.auth).get(pk=handover_id), now=timezone.now())
    return _shown(request, handover_id)
