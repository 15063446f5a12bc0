"""Opportunities: lists, records, moves."""

from typing import Any

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.api.customers import seen
from genjin.api.gates import as_new, lost_word
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.references import all_named, named, person
from genjin.api.schemas.selling import (
    LineIn,
    OpportunityFilter,
    OpportunityIn,
    OpportunityLoss,
    OpportunityMove,
    OpportunityOut,
    OpportunityPatch,
    show_opportunity,
)  # fmt: skip
from genjin.api.wire import Call, Id
from genjin.customers.models import Customer
from genjin.selling.actions.opportunities import NewLine, NewOpportunity, change_opportunity, open_opportunity
from genjin.selling.actions.stages import move_opportunity
from genjin.selling.models import Opportunity, Product
from genjin.selling.queries.pipeline import chances, rows_of, with_weight

router = Router(tags=["opportunities"])
RELATED = ("owner", "lost_reason", "customer")


def seen_opportunity(request: Call, pk: int) -> Any:
    """Return an opportunity in sight with its weight; any other raises the same DoesNotExist."""
    rows = (
        Opportunity.objects.visible_to(request.auth)
        .select_related(*RELATED)
        .prefetch_related("lines__product")
    )
    return with_weight(rows, chances()).get(pk=pk)


def _lines(given: list[LineIn]) -> list[NewLine]:
    products = {
        row.pk: row for row in all_named(Product.objects.all(), [line.product for line in given], "lines")
    }
    return [NewLine(products[line.product], line.quantity, line.price) for line in given]


def _owner(caller: User, given: Any) -> User | None:
    return None if given is None else person(caller, given, "owner")


@router.get("/opportunities", response=Page[OpportunityOut], summary="List opportunities")
def list_opportunities(request: Call, asked: Query[OpportunityFilter]) -> Page[OpportunityOut]:
    words = {
        name: str(value)
        for name, value in asked.model_dump(exclude={"cursor", "page_size"}).items()
        if value not in {None, ""}
    }
    rows = (
        rows_of(request.auth, words, local_day(timezone.now()))
        .select_related(*RELATED)
        .prefetch_related("lines__product")
    )
    shown = with_weight(rows, chances())
    return page(request, shown, asked, order=Order("id", descending=True), show=show_opportunity)


@router.post("/opportunities", response={201: OpportunityOut}, summary="Open an opportunity")
def post_opportunity(request: Call, body: OpportunityIn) -> Status[OpportunityOut]:
    customer = named(Customer.objects.visible_to(request.auth), body.customer, "customer")
    new = NewOpportunity(
        name=body.name, kind=body.kind or "", amount=body.amount, expected_close=body.expected_close, owner=_owner(request.auth, body.owner),
        probability=body.probability, forecast=body.forecast, notes=body.notes, lines=_lines(body.lines),
    )  # fmt: skip
    row = open_opportunity(request.auth, customer, new, now=timezone.now())
    return Status(201, show_opportunity(seen_opportunity(request, row.pk)))


@router.get("/opportunities/{opportunity_id}", response=OpportunityOut, summary="Read an opportunity")
def read_opportunity(request: Call, opportunity_id: Id) -> OpportunityOut:
    return show_opportunity(seen_opportunity(request, opportunity_id))


@router.patch("/opportunities/{opportunity_id}", response=OpportunityOut, summary="Change an opportunity")
def patch_opportunity(request: Call, opportunity_id: Id, body: OpportunityPatch) -> OpportunityOut:
    row = seen_opportunity(request, opportunity_id)
    values = body.model_dump(exclude_unset=True, exclude={"version", "lines", "owner"})
    if "owner" in body.model_fields_set:
        values["owner"] = _owner(request.auth, body.owner)
    if "lines" in body.model_fields_set:
        values["lines"] = _lines(body.lines)
    change_opportunity(request.auth, row, values, version=body.version, now=timezone.now())
    return show_opportunity(seen_opportunity(request, opportunity_id))


@router.post("/opportunities/{opportunity_id}/move", response=OpportunityOut, summary="Move to another stage")
def move(request: Call, opportunity_id: Id, body: OpportunityMove) -> OpportunityOut:
    row = seen_opportunity(request, opportunity_id)
    evidence = None if body.evidence is None else as_new(request, row.customer, body.evidence)
    move_opportunity(
        request.auth, row, body.stage, reason=body.reason, lost_reason=lost_word(body.lost_reason), evidence=evidence, version=body.version,
        now=timezone.now(),
    )  # fmt: skip
    return show_opportunity(seen_opportunity(request, opportunity_id))


@router.post(
    "/opportunities/{opportunity_id}/lose", response=OpportunityOut, summary="Give an opportunity up"
)
def lose(request: Call, opportunity_id: Id, body: OpportunityLoss) -> OpportunityOut:
    row = seen_opportunity(request, opportunity_id)
    lost = lost_word(body.lost_reason)
    move_opportunity(
        request.auth,
        row,
        "lost",
        reason=body.reason,
        lost_reason=lost,
        version=body.version,
        now=timezone.now(),
    )
    return show_opportunity(seen_opportunity(request, opportunity_id))


@router.get(
    "/customers/{customer_id}/opportunities",
    response=Page[OpportunityOut],
    summary="List a customer's opportunities",
)
def list_of_customer(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[OpportunityOut]:
    rows = Opportunity.objects.visible_to(request.auth).filter(customer=seen(request, customer_id))
    shown = with_weight(rows.select_related(*RELATED).prefetch_related("lines__product"), chances())
    return page(request, shown, asked, order=Order("id", descending=True), show=show_opportunity)
