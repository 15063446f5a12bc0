"""Money: what is to come and since when it is late, what came in, and the cash forecast."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.permissions import Right, require
from genjin.api.paging import Order, Page, page, refuse_unknown
from genjin.api.references import named
from genjin.api.schemas.money import (
    ForecastAsked,
    ForecastOut,
    ReceiptIn,
    ReceiptOut,
    ReceiptsAsked,
    show_expected,
    show_month,
    show_pace,
    show_receipt,
)
from genjin.api.schemas.payments import (
    AgeingAsked,
    AgeingOut,
    PaymentOut,
    PaymentsAsked,
    show_ageing,
    show_payment,
)
from genjin.api.wire import Call, Id, ReasonIn
from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.contracts.models import CollectionHold, Contract, Receipt, ReceiptQuerySet
from genjin.contracts.queries.forecast import Month, by_month, expected_of, paces
from genjin.contracts.queries.lists import receipts_like
from genjin.contracts.queries.plan import by_age, cut, of_age, planned

router = Router(tags=["payments"])


def receipts_of(request: Call) -> ReceiptQuerySet:
    """Return the receipts in sight with what an answer shows."""
    return Receipt.objects.visible_to(request.auth).shown()


@router.get("/payments", response=Page[PaymentOut], summary="List payment milestones of running contracts")
def list_payments(request: Call, asked: Query[PaymentsAsked]) -> Page[PaymentOut]:
    today = timezone.localdate()
    rows = planned(request.auth, asked.q.strip())
    rows = (
        cut(rows, asked.state, today)
        if asked.age is None
        else cut(rows, "overdue", today).filter(of_age(asked.age, today))
    )
    if asked.contract is not None:
        rows = rows.filter(contract=asked.contract)
    if asked.customer is not None:
        rows = rows.filter(contract__customer=asked.customer)
    found: Page[Any] = page(request, rows, asked, order=Order("due_on", nulls="high"), show=lambda row: row)
    customers = {one.contract.customer_id for one in found.items}
    held = set(
        CollectionHold.objects.open().filter(customer__in=customers).values_list("customer", flat=True)
    )
    items = [show_payment(request.auth, one, held, today) for one in found.items]
    return Page(items=items, next=found.next)


@router.get("/payments/ageing", response=AgeingOut, summary="See how late what is overdue is")
def read_ageing(request: Call, asked: Query[AgeingAsked]) -> AgeingOut:
    refuse_unknown(request, AgeingAsked)
    rows = planned(request.auth, asked.q.strip())
    if asked.customer is not None:
        rows = rows.filter(contract__customer=asked.customer)
    return show_ageing(by_age(rows, timezone.localdate()))


@router.get("/payments/forecast", response=ForecastOut, summary="See what will come in, by month")
def read_forecast(request: Call, asked: Query[ForecastAsked]) -> ForecastOut:
    refuse_unknown(request, ForecastAsked)
    habits = paces(request.auth)
    months = by_month(expected_of(request.auth, habits), timezone.localdate())
    chosen = next((month for month in months if month.key == asked.month), Month(None))
    return ForecastOut(
        pace=show_pace(habits[0]), months=[show_month(month) for month in months],
        items=[show_expected(request.auth, one) for one in chosen.shown], more=chosen.more,
    )  # fmt: skip


@router.get("/payments/receipts", response=Page[ReceiptOut], summary="List money that came in")
def list_receipts(request: Call, asked: Query[ReceiptsAsked]) -> Page[ReceiptOut]:
    rows = receipts_like(receipts_of(request), asked.q)
    wanted = {
        "contract": asked.contract, "contract__customer": asked.customer, "received_on__gte": asked.since,
        "received_on__lte": asked.until,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    order = Order("received_on", descending=True)
    return page(request, rows, asked, order=order, show=lambda row: show_receipt(request.auth, row))


@router.post("/payments/receipts", response={201: ReceiptOut}, summary="Record money of a signed contract")
def post_receipt(request: Call, body: ReceiptIn) -> Status[ReceiptOut]:
    require(request.auth, Right.RECORD_MONEY)
    row = named(Contract.objects.visible_to(request.auth), body.contract, "contract")
    parts: dict[int, Decimal] = {}
    for one in body.parts or []:
        parts[one.milestone] = parts.get(one.milestone, Decimal(0)) + one.amount
    new = NewReceipt(
        body.amount, body.received_on or timezone.localdate(), body.method, body.payer, body.reference, body.note,
        None if body.parts is None else parts,
    )  # fmt: skip
    made = record_receipt(request.auth, row, new, now=timezone.now())
    return Status(201, show_receipt(request.auth, receipts_of(request).get(pk=made.pk)))


@router.get("/payments/receipts/{receipt_id}", response=ReceiptOut, summary="Read a receipt")
def read_receipt(request: Call, receipt_id: Id) -> ReceiptOut:
    return show_receipt(request.auth, receipts_of(request).get(pk=receipt_id))


@router.post(
    "/payments/receipts/{receipt_id}/reverse", response={201: ReceiptOut}, summary="Take a receipt back"
)
def reverse(request: Call, receipt_id: Id, body: ReasonIn) -> Status[ReceiptOut]:
    row = receipts_of(request).get(pk=receipt_id)
    back = reverse_receipt(request.auth, row, reason=body.reason, now=timezone.now())
    return Status(201, show_receipt(request.auth, receipts_of(request).get(pk=back.pk)))
