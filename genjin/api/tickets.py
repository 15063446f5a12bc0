"""Complaints and requests, from the first word to the customer's yes."""

from typing import Any

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.api.customers import seen
from genjin.api.paging import Order, Page, page
from genjin.api.references import named, person
from genjin.api.schemas.care import (
    NoteIn,
    Reason,
    TicketAccept,
    TicketAnswer,
    TicketConfirm,
    TicketDetail,
    TicketHandOn,
    TicketIn,
    TicketMerge,
    TicketOut,
    TicketPatch,
    TicketsAsked,
    TicketSolution,
    show_detail,
    show_ticket,
)
from genjin.api.wire import Call, Id
from genjin.care.actions import deeds
from genjin.care.actions.tickets import NewTicket, accept_ticket, decline_ticket, open_ticket
from genjin.care.models import Ticket
from genjin.care.models.tickets import TicketQuerySet
from genjin.care.rules.words import TicketWay
from genjin.delivery.models import Project

router = Router(tags=["tickets"])


def visible(request: Call) -> TicketQuerySet:
    """Return the tickets in sight with what their answer shows."""
    return Ticket.objects.visible_to(request.auth).select_related(
        "customer__owner", "customer__pool", "owner"
    )


def one(request: Call, pk: int) -> Ticket:
    """Return a ticket in sight."""
    return visible(request).get(pk=pk)


def shown(request: Call, pk: int) -> TicketDetail:
    """Return a ticket read anew; who handed it on may have lost sight of it and reads it a last time."""
    related = Ticket.objects.select_related("customer__owner", "customer__pool", "owner")
    return show_detail(request.auth, related.get(pk=pk))


def who(request: Call, given: Any) -> User | None:
    """Return the colleague a body names."""
    return None if given is None else person(request.auth, given, "owner")


@router.get("/tickets", response=Page[TicketOut], summary="List complaints and requests")
def list_tickets(request: Call, asked: Query[TicketsAsked]) -> Page[TicketOut]:
    rows = visible(request)
    for name in ("customer", "kind", "priority", "state"):
        if getattr(asked, name) is not None:
            rows = rows.filter(**{name: getattr(asked, name)})
    if asked.owner is not None:
        rows = rows.filter(owner=who(request, asked.owner))
    if asked.late is not None:
        late = Ticket.objects.late(timezone.now()).values("pk")
        rows = rows.filter(pk__in=late) if asked.late else rows.exclude(pk__in=late)
    return page(
        request,
        rows,
        asked,
        order=Order("id", descending=True),
        show=lambda row: show_ticket(request.auth, row),
    )


@router.post("/tickets", response={201: TicketDetail}, summary="Take down a complaint or request")
def post_ticket(request: Call, body: TicketIn) -> Status[TicketDetail]:
    customer = seen(request, body.customer)
    projects = Project.objects.visible_to(request.auth).filter(customer=customer)
    new = NewTicket(
        kind=body.kind, title=body.title, details=body.details, priority=body.priority, owner=who(request, body.owner), way=TicketWay.API,
        project=None if body.delivery is None else named(projects, body.delivery, "delivery"), sender=body.sender,
        sender_reach=body.sender_reach, since=body.reported_at,
    )  # fmt: skip
    row = open_ticket(request.auth, customer, new, now=timezone.now())
    return Status(201, shown(request, row.pk))


@router.get("/tickets/{ticket_id}", response=TicketDetail, summary="Read a ticket and what was said about it")
def read_ticket(request: Call, ticket_id: Id) -> TicketDetail:
    return show_detail(request.auth, one(request, ticket_id))


@router.patch("/tickets/{ticket_id}", response=TicketDetail, summary="Change a ticket")
def change_ticket(request: Call, ticket_id: Id, body: TicketPatch) -> TicketDetail:
    changes = body.model_dump(exclude_unset=True, exclude={"version"})
    known = {name: value for name, value in changes.items() if value is not None}
    deeds.change_ticket(
        request.auth, one(request, ticket_id), known, version=body.version, now=timezone.now()
    )
    return shown(request, ticket_id)


@router.post("/tickets/{ticket_id}/accept", response=TicketDetail, summary="Accept what a customer reported")
def post_accept(request: Call, ticket_id: Id, body: TicketAccept) -> TicketDetail:
    new = NewTicket(**body.model_dump(exclude={"owner"}), owner=who(request, body.owner))
    accept_ticket(request.auth, one(request, ticket_id), new, now=timezone.now())
    return shown(request, ticket_id)


@router.post(
    "/tickets/{ticket_id}/decline", response=TicketDetail, summary="Do not accept what a customer reported"
)
def post_decline(request: Call, ticket_id: Id, body: Reason) -> TicketDetail:
    decline_ticket(request.auth, one(request, ticket_id), reason=body.reason, now=timezone.now())
    return shown(request, ticket_id)


@router.post(
    "/tickets/{ticket_id}/answer", response=TicketDetail, summary="Put on record what the customer was told"
)
def post_answer(request: Call, ticket_id: Id, body: TicketAnswer) -> TicketDetail:
    deeds.answer_ticket(request.auth, one(request, ticket_id), text=body.text, now=timezone.now())
    return shown(request, ticket_id)


@router.post("/tickets/{ticket_id}/solve", response=TicketDetail, summary="Say how it was solved")
def post_solve(request: Call, ticket_id: Id, body: TicketSolution) -> TicketDetail:
    deeds.solve_ticket(request.auth, one(request, ticket_id), **body.model_dump(), now=timezone.now())
    return shown(request, ticket_id)


@router.post("/tickets/{ticket_id}/confirm", response=TicketDetail, summary="Take down the customer's yes")
def post_confirm(request: Call, ticket_id: Id, body: TicketConfirm) -> TicketDetail:
    deeds.confirm_ticket(request.auth, one(request, ticket_id), **body.model_dump(), now=timezone.now())
    return shown(request, ticket_id)


@router.post("/tickets/{ticket_id}/reopen", response=TicketDetail, summary="Open a ticket again")
def post_reopen(request: Call, ticket_id: Id, body: Reason) -> TicketDetail:
    deeds.reopen_ticket(request.auth, one(request, ticket_id), reason=body.reason, now=timezone.now())
    return shown(request, ticket_id)


@router.post("/tickets/{ticket_id}/merge", response=TicketDetail, summary="Merge a ticket into another")
def post_merge(request: Call, ticket_id: Id, body: TicketMerge) -> TicketDetail:
    row = one(request, ticket_id)
    kept = deeds.merge_ticket(
        request.auth, row, named(visible(request), body.into, "into"), now=timezone.now()
    )
    return shown(request, kept.pk)


@router.post("/tickets/{ticket_id}/hand-on", response=TicketDetail, summary="Give a ticket to a colleague")
def post_hand_on(request: Call, ticket_id: Id, body: TicketHandOn) -> TicketDetail:
    owner = person(request.auth, body.owner, "owner")
    deeds.hand_on_ticket(request.auth, one(request, ticket_id), owner, note=body.note, now=timezone.now())
    return shown(request, ticket_id)


@router.post("/tickets/{ticket_id}/notes", response={201: TicketDetail}, summary="Add a note to a ticket")
def post_note(request: Call, ticket_id: Id, body: NoteIn) -> Status[TicketDetail]:
    deeds.note_ticket(
        request.auth, one(request, ticket_id), kind=body.kind, text=body.text, now=timezone.now()
    )
    return Status(201, shown(request, ticket_id))
