"""Figures of use, and what customers could buy again."""

from typing import Any

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.api.customers import seen
from genjin.api.paging import Order, Page, page
from genjin.api.references import named
from genjin.api.schemas.growth import (
    BuyAgainIn,
    ConfirmedIn,
    RepurchaseIn,
    RepurchaseOut,
    RepurchasesAsked,
    UsageAsked,
    UsageIn,
    UsageOut,
    WhyIn,
    show_repurchase,
    show_usage,
)
from genjin.api.wire import Call, Id
from genjin.care.actions.repurchase import (
    Confirmed,
    Plan,
    add_repurchase,
    confirm_repurchase,
    dismiss_repurchase,
    plan_repurchase,
)
from genjin.care.actions.usage import NewUsage, record_usage
from genjin.care.models import Repurchase, UsageFigure
from genjin.care.rules.usage import Figures, Origin, read_period
from genjin.selling.models import Product

router = Router(tags=["usage"])


@router.get("/usage", response=Page[UsageOut], summary="List figures of use")
def list_usage(request: Call, asked: Query[UsageAsked]) -> Page[UsageOut]:
    rows = UsageFigure.objects.visible_to(request.auth).select_related("customer")
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer)
    if asked.metric is not None:
        rows = rows.filter(metric=asked.metric)
    return page(
        request, rows, asked, order=Order("id", descending=True), show=lambda row: show_usage(request.auth, row)
    )  # fmt: skip


@router.post(
    "/usage", response=UsageOut, summary="Record figures of use, over those of the same metric and period"
)
def post_usage(request: Call, body: UsageIn) -> UsageOut:
    customer = seen(request, body.customer)
    figures = Figures(
        body.metric, read_period(body.period), body.percent, body.value, body.active_users, body.last_login_on
    )  # fmt: skip
    row = record_usage(request.auth, [NewUsage(customer, figures)], origin=Origin.API, now=timezone.now())[0]
    return show_usage(request.auth, UsageFigure.objects.select_related("customer").get(pk=row.pk))


def visible(request: Call) -> Any:
    """Return the proposals in sight with what an answer shows."""
    rows = Repurchase.objects.visible_to(request.auth)
    return rows.select_related("customer", "product", "owner", "opportunity")


def shown(request: Call, pk: int) -> RepurchaseOut:
    """Return a proposal read anew."""
    return show_repurchase(request.auth, visible(request).get(pk=pk))


@router.get("/repurchases", response=Page[RepurchaseOut], summary="List proposals to buy again")
def list_repurchases(request: Call, asked: Query[RepurchasesAsked]) -> Page[RepurchaseOut]:
    rows = visible(request)
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer)
    return page(
        request, rows, asked, order=Order("id", descending=True), show=lambda row: show_repurchase(request.auth, row)
    )  # fmt: skip


@router.post("/repurchases", response={201: RepurchaseOut}, summary="Propose that a customer buys again")
def post_repurchase(request: Call, body: RepurchaseIn) -> Status[RepurchaseOut]:
    customer = seen(request, body.customer)
    product = None if body.product is None else named(Product.objects.offered(), body.product, "product")
    row = add_repurchase(request.auth, customer, why=body.why, product=product, now=timezone.now())
    return Status(201, shown(request, row.pk))


@router.post(
    "/repurchases/{repurchase_id}/plan", response=RepurchaseOut, summary="Plan how a customer buys again"
)
def plan(request: Call, repurchase_id: Id, body: BuyAgainIn) -> RepurchaseOut:
    row = visible(request).get(pk=repurchase_id)
    given = body.model_dump(exclude={"version"})
    plan_repurchase(request.auth, row, Plan(**given), version=body.version, now=timezone.now())
    return shown(request, repurchase_id)


@router.post(
    "/repurchases/{repurchase_id}/confirm", response=RepurchaseOut, summary="Open what the customer confirmed"
)
def confirm(request: Call, repurchase_id: Id, body: ConfirmedIn) -> RepurchaseOut:
    row = visible(request).get(pk=repurchase_id)
    given = body.model_dump(exclude={"version"})
    confirm_repurchase(request.auth, row, Confirmed(**given), version=body.version, now=timezone.now())
    return shown(request, repurchase_id)


@router.post("/repurchases/{repurchase_id}/dismiss", response=RepurchaseOut, summary="Put a proposal aside")
def dismiss(request: Call, repurchase_id: Id, body: WhyIn) -> RepurchaseOut:
    row = visible(request).get(pk=repurchase_id)
    dismiss_repurchase(request.auth, row, why=body.reason, version=body.version, now=timezone.now())
    return shown(request, repurchase_id)
