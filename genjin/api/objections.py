"""Products, and what customers object to."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.api.customers import seen
from genjin.api.paging import Order, Page, page
from genjin.api.references import named
from genjin.api.schemas.offers import (
    AnswerIn,
    ObjectionFilter,
    ObjectionIn,
    ObjectionOut,
    ProductFilter,
    ProductIn,
    ProductOut,
    show_objection,
    show_product,
)
from genjin.api.wire import Call, Id
from genjin.followups.models import FollowUp
from genjin.library.models import Entry
from genjin.proposals.actions.objections import Answer, NewObjection, answer_objection, note_objection
from genjin.proposals.models import Objection
from genjin.selling.actions.products import save_product
from genjin.selling.models import Opportunity, Product

router = Router(tags=["proposals"])


@router.get("/products", response=Page[ProductOut], summary="List products")
def list_products(request: Call, asked: Query[ProductFilter]) -> Page[ProductOut]:
    rows = Product.objects.all()
    if asked.is_active is not None:
        rows = rows.filter(is_active=asked.is_active)
    if asked.code is not None:
        rows = rows.filter(code=asked.code)
    return page(request, rows, asked, order=Order("id"), show=show_product)


@router.post("/products", response={201: ProductOut}, summary="Add a product")
def post_product(request: Call, body: ProductIn) -> Status[ProductOut]:
    return Status(
        201, show_product(save_product(request.auth, Product(), body.model_dump(), now=timezone.now()))
    )


@router.patch("/products/{product_id}", response=ProductOut, summary="Change a product")
def change_product(request: Call, product_id: Id, body: ProductIn) -> ProductOut:
    row = Product.objects.get(pk=product_id)
    return show_product(
        save_product(request.auth, row, body.model_dump(exclude_unset=True), now=timezone.now())
    )


def _answer(body: AnswerIn) -> Answer:
    entry = None if body.entry is None else named(Entry.objects.all(), body.entry, "entry")
    return Answer(body.acceptance, body.answer, entry)


@router.get("/objections", response=Page[ObjectionOut], summary="List objections")
def list_objections(request: Call, asked: Query[ObjectionFilter]) -> Page[ObjectionOut]:
    rows = Objection.objects.visible_to(request.auth).select_related("entry", "customer__owner")
    wanted = {
        name: value
        for name in ("customer", "category", "acceptance")
        if (value := getattr(asked, name)) is not None
    }
    rows = rows.filter(**wanted)
    if asked.is_open is not None:
        rows = rows.filter(answered_at__isnull=asked.is_open)
    return page(
        request,
        rows,
        asked,
        order=Order("id", descending=True),
        show=lambda row: show_objection(request.auth, row),
    )


@router.post("/customers/{customer_id}/objections", response={201: ObjectionOut}, summary="Note an objection")
def post_objection(request: Call, customer_id: Id, body: ObjectionIn) -> Status[ObjectionOut]:
    row = seen(request, customer_id)
    deals, records = Opportunity.objects.filter(customer=row), FollowUp.objects.filter(customer=row)
    new = NewObjection(
        body.category, body.said, None if body.opportunity is None else named(deals, body.opportunity, "opportunity"),
        None if body.followup is None else named(records, body.followup, "followup"),
    )  # fmt: skip
    answer = _answer(body.answer) if body.answer else None
    return Status(
        201, show_objection(request.auth, note_objection(request.auth, row, new, answer, now=timezone.now()))
    )


@router.post("/objections/{objection_id}/answer", response=ObjectionOut, summary="Answer an objection")
def post_answer(request: Call, objection_id: Id, body: AnswerIn) -> ObjectionOut:
    row = Objection.objects.visible_to(request.auth).get(pk=objection_id)
    return show_objection(
        request.auth, answer_objection(request.auth, row, _answer(body), now=timezone.now())
    )
