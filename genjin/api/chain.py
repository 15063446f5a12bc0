"""Needs as they were told, who decides, and against whom one competes."""

from typing import Any

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.api.customers import seen
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.references import named
from genjin.api.schemas.gates import Moved
from genjin.api.schemas.selling import (
    NeedIn,
    NeedOut,
    NeedPatch,
    PlaceIn,
    PlaceOut,
    RivalIn,
    RivalOut,
    show_need,
    show_place,
    show_rival,
)  # fmt: skip
from genjin.api.wire import Call, Id
from genjin.customers.models import Contact, Customer
from genjin.customers.queries.sight import said, sees_person, show_contact
from genjin.selling.actions.chain import NewPlace, place_person, remove_from_chain, verify_chain
from genjin.selling.actions.needs import NewNeed, change_need, record_need
from genjin.selling.actions.rivals import remove_rival, save_rival
from genjin.selling.models import ChainMember, Competitor, Need, Opportunity
from genjin.selling.rules.chain import is_stale

router = Router(tags=["needs and deciders"])
BESIDE = {"told_at", "overwrite", "version", "opportunity", "is_new"}  # of a body, what is no field of a need


def _need(request: Call, pk: int) -> Need:
    return (
        Need.objects.visible_to(request.auth)
        .select_related("customer__owner")
        .prefetch_related("changes__by")
        .get(pk=pk)
    )


@router.get(
    "/customers/{customer_id}/need-records", response=Page[NeedOut], summary="List a customer's needs"
)
def list_needs(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[NeedOut]:
    rows = (
        Need.objects.visible_to(request.auth)
        .filter(customer=seen(request, customer_id))
        .select_related("customer__owner")
        .prefetch_related("changes__by")
    )
    return page(
        request,
        rows,
        asked,
        order=Order("id", descending=True),
        show=lambda row: show_need(request.auth, row),
    )


@router.post("/customers/{customer_id}/need-records", response={201: NeedOut}, summary="Write down a need")
def post_need(request: Call, customer_id: Id, body: NeedIn) -> Status[NeedOut]:
    row = seen(request, customer_id)
    deals = Opportunity.objects.visible_to(request.auth).filter(customer=row)
    new = NewNeed(
        body.model_dump(exclude=BESIDE), told_at=body.told_at, ticked=body.overwrite, is_new=body.is_new,
        opportunity=None if body.opportunity is None else named(deals, body.opportunity, "opportunity"),
    )  # fmt: skip
    need = record_need(request.auth, row, new, now=timezone.now())
    return Status(201, show_need(request.auth, _need(request, need.pk)))


@router.get("/need-records/{need_id}", response=NeedOut, summary="Read a need")
def read_need(request: Call, need_id: Id) -> NeedOut:
    return show_need(request.auth, _need(request, need_id))


@router.patch("/need-records/{need_id}", response=NeedOut, summary="Change a need; old and new values stay")
def patch_need(request: Call, need_id: Id, body: NeedPatch) -> NeedOut:
    values = body.model_dump(exclude_unset=True, exclude=BESIDE)
    row = _need(request, need_id)
    more: dict[str, Any] = {"told_at": body.told_at, "ticked": body.overwrite, "version": body.version}
    change_need(request.auth, row, values, now=timezone.now(), **more)
    return show_need(request.auth, _need(request, need_id))


def _place(request: Call, row: ChainMember, customer: Customer) -> PlaceOut:
    name = show_contact(row.contact, unmasked=sees_person(request.auth, customer)).name
    notes = said(request.auth, customer, row.notes)
    return show_place(row, name, notes, stale=is_stale(row.verified_at, timezone.now()))


@router.get("/customers/{customer_id}/decision-chain", response=list[PlaceOut], summary="Read who decides")
def list_chain(request: Call, customer_id: Id) -> list[PlaceOut]:
    customer = seen(request, customer_id)
    rows = ChainMember.objects.filter(customer=customer).select_related("contact__role")
    return [_place(request, row, customer) for row in rows]


@router.post(
    "/customers/{customer_id}/decision-chain",
    response=PlaceOut,
    summary="Give a contact its part in the decision",
)
def post_place(request: Call, customer_id: Id, body: PlaceIn) -> PlaceOut:
    customer = seen(request, customer_id)
    contact = named(Contact.objects.filter(customer=customer), body.contact, "contact")
    members = ChainMember.objects.filter(customer=customer)
    leader = None if body.reports_to is None else named(members, body.reports_to, "reports_to")
    new = NewPlace(body.role, body.attitude, body.influence, leader, body.position, body.notes)
    row = place_person(request.auth, contact, new, now=timezone.now())
    return _place(request, ChainMember.objects.select_related("contact__role").get(pk=row.pk), customer)


@router.post(
    "/customers/{customer_id}/decision-chain/verify",
    response=Moved,
    summary="Say that titles and parts are still so",
)
def verify(request: Call, customer_id: Id) -> Moved:
    return Moved(count=verify_chain(request.auth, seen(request, customer_id), now=timezone.now()))


@router.api_operation(
    ["DELETE"], "/decision-chain/{place_id}", response={204: None}, summary="Take a person out of the chain"
)
def drop_place(request: Call, place_id: Id) -> Status[None]:
    row = ChainMember.objects.visible_to(request.auth).get(pk=place_id)
    remove_from_chain(request.auth, row, now=timezone.now())
    return Status(204, None)


def _rival_values(request: Call, customer: Customer, body: RivalIn) -> dict[str, Any]:
    deals = Opportunity.objects.visible_to(request.auth).filter(customer=customer)
    deal = None if body.opportunity is None else named(deals, body.opportunity, "opportunity")
    return body.model_dump(exclude={"opportunity"}) | {"opportunity": deal}


@router.get(
    "/customers/{customer_id}/competitors", response=list[RivalOut], summary="List competitors at a customer"
)
def list_rivals(request: Call, customer_id: Id) -> list[RivalOut]:
    return [show_rival(row) for row in Competitor.objects.filter(customer=seen(request, customer_id))]


@router.post("/customers/{customer_id}/competitors", response={201: RivalOut}, summary="Note a competitor")
def post_rival(request: Call, customer_id: Id, body: RivalIn) -> Status[RivalOut]:
    row = seen(request, customer_id)
    return Status(
        201, show_rival(save_rival(request.auth, row, _rival_values(request, row, body), now=timezone.now()))
    )


@router.put(
    "/competitors/{competitor_id}", response=RivalOut, summary="Write anew what is known of a competitor"
)
def put_rival(request: Call, competitor_id: Id, body: RivalIn) -> RivalOut:
    rival = Competitor.objects.visible_to(request.auth).select_related("customer").get(pk=competitor_id)
    values = _rival_values(request, rival.customer, body)
    return show_rival(save_rival(request.auth, rival.customer, values, rival=rival, now=timezone.now()))


@router.api_operation(
    ["DELETE"], "/competitors/{competitor_id}", response={204: None}, summary="Take a competitor off the list"
)
def drop_rival(request: Call, competitor_id: Id) -> Status[None]:
    remove_rival(
        request.auth, Competitor.objects.visible_to(request.auth).get(pk=competitor_id), now=timezone.now()
    )
    return Status(204, None)
