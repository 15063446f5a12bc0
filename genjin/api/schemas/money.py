"""How receipts, invoices, billing profiles and the cash forecast look from outside."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.followups import show_name
from genjin.api.schemas.offers import Yuan
from genjin.api.wire import Day, Id, In, Moment, Money, Out, Ref, Words, ref
from genjin.contracts.models import BillingProfile, Contract, Invoice, Receipt
from genjin.contracts.queries.billing import as_seen, payer_seen, reads, words_seen
from genjin.contracts.queries.forecast import Expected, Month, Pace
from genjin.contracts.rules import InvoiceKind, InvoiceState, PayMethod
from genjin.customers.models import Customer

Text = Annotated[str, Field(max_length=120)]
Searched = Annotated[str, Field(max_length=60)]


class ProfileIn(In):
    """A billing profile; a change names only what changes."""

    name: Text | None = Field(None, description="as it stands on invoices")
    tax_number: Annotated[str, Field(max_length=20)] | None = None
    bank: Text | None = None
    account: Annotated[str, Field(max_length=40)] | None = None
    address: Annotated[str, Field(max_length=200)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None


class ProfileOut(Out):
    """As what a customer stands in contracts and on invoices."""

    id: int
    customer: int
    name: str
    tax_number: str
    bank: str
    account: str
    address: str
    phone: str
    is_default: bool


def show_profile(user: User, row: BillingProfile) -> ProfileOut:
    """Return a billing profile as `user` may see it; comes with its customer."""
    said = as_seen(user, row.customer, row.as_text())
    return ProfileOut(id=row.pk, customer=row.customer_id, is_default=row.is_default, **said)


class ReceiptsAsked(Cut):
    """Which money that came in."""

    contract: Id | None = None
    customer: Id | None = None
    since: Day | None = Field(None, description="received on this day or later")
    until: Day | None = Field(None, description="received on this day or earlier")
    q: Searched = Field("", description="part of number, title, company, payer or bank reference")


class PartIn(In):
    """How much of a receipt pays which milestone."""

    milestone: Id
    amount: Yuan


class ReceiptIn(In):
    """Money of a signed contract; without `parts` it fills the milestones in the order they are due."""

    contract: Id
    amount: Yuan
    received_on: Day | None = Field(None, description="today unless given")
    method: PayMethod = PayMethod.TRANSFER
    payer: Text = ""
    reference: Searched = Field("", description="of the bank; the same with the same amount counts once")
    note: Annotated[str, Field(max_length=500)] = ""
    parts: list[PartIn] | None = Field(None, max_length=60)


class PartOut(Out):
    """Which milestone a receipt pays, and how much of it."""

    milestone: Ref
    amount: Money


class ReceiptOut(Out):
    """Money that came in; a reversal is a row of its own below nothing, `reverses` names what it takes back."""

    id: int
    contract: Ref | None
    customer: Ref
    amount: Money
    received_on: date
    method: PayMethod
    payer: str
    reference: str
    note: str
    reverses: int | None
    reversed_by: int | None
    parts: list[PartOut]
    recorded_by: Ref | None
    recorded_at: Moment


def show_receipt(user: User, row: Receipt) -> ReceiptOut:
    """Return a receipt; comes with its contract, reversal and parts."""
    names = ("amount", "received_on", "reference", "recorded_at")
    reversal, customer = getattr(row, "reversal", None), row.contract.customer
    return ReceiptOut(
        payer=payer_seen(user, customer, row.payer), note=reads(user, customer)(row.note),
        **{name: getattr(row, name) for name in names}, id=row.pk, contract=contract_ref(user, customer, row.contract), customer=show_name(user, row.contract.customer),
        method=PayMethod(row.method), reverses=row.reverses_id, reversed_by=reversal.pk if reversal else None,
        parts=[
            PartOut(milestone=Ref(id=one.milestone_id, name=one.milestone.name), amount=one.amount) for one in row.parts.all()
        ],
        recorded_by=ref(row.recorded_by),
    )  # fmt: skip


def contract_ref(user: User, customer: Customer, row: Contract) -> Ref:
    """Return a customer's contract as id, number and title."""
    return Ref(id=row.pk, name=f"{row.number} {reads(user, customer)(row.title)}")


class InvoicesAsked(Cut):
    """Which invoices."""

    state: InvoiceState | None = None
    contract: Id | None = None
    customer: Id | None = None
    q: Searched = Field("", description="part of the invoice's number, of number, title or company")


class InvoiceIn(In):
    """An invoice to be asked for."""

    contract: Id
    profile: Id = Field(description="a billing profile of the contract's customer")
    amount: Yuan
    kind: InvoiceKind = InvoiceKind.SPECIAL
    tax_rate: Annotated[Decimal, Field(ge=0, lt=100, decimal_places=2)] = Decimal(13)
    note: Words = ""


class IssueIn(In):
    """The number of an invoice that was issued."""

    number: Annotated[str, Field(max_length=40)]
    issued_on: Day | None = Field(None, description="today unless given")


class InvoiceOut(Out):
    """An invoice; `billed_to` is the billing profile as it was when it was issued."""

    id: int
    contract: Ref | None
    customer: Ref
    profile: Ref | None
    kind: InvoiceKind
    state: InvoiceState
    amount: Money
    tax_rate: Decimal
    tax: Money
    number: str
    issued_on: date | None
    billed_to: dict[str, str]
    note: str
    void_reason: str
    requested_by: Ref | None
    requested_at: Moment
    issued_by: Ref | None


def show_invoice(user: User, row: Invoice) -> InvoiceOut:
    """Return an invoice; comes with its contract, profile and people."""
    names = (
        "amount",
        "tax_rate",
        "tax",
        "number",
        "issued_on",
        "note",
        "void_reason",
        "requested_at",
    )
    customer = row.contract.customer
    profile = Ref(id=row.profile_id, name=as_seen(user, customer, row.profile.as_text())["name"])
    row = words_seen(user, customer, row, "note", "void_reason")
    return InvoiceOut(
        **{name: getattr(row, name) for name in names}, id=row.pk, contract=contract_ref(user, customer, row.contract), customer=show_name(user, row.contract.customer),
        billed_to=as_seen(user, customer, row.billed_to),
        profile=profile, kind=InvoiceKind(row.kind), state=InvoiceState(row.state), requested_by=ref(row.requested_by),
        issued_by=ref(row.issued_by),
    )  # fmt: skip


class ForecastAsked(In):
    """Of which month the milestones are listed: `2026-07`, or `open` for those nobody can tell a day of."""

    month: Annotated[str, Field(pattern="^([0-9]{4}-[0-9]{2}|open)$")] | None = None


class PaceOut(Out):
    """How late money usually comes: the median of days past due over `count` receipts; null when they are too few."""

    days: int | None
    count: int


class MonthOut(Out):
    """What will come in within a month: by facts, and by plans."""

    month: str
    due: Money
    expected: Money
    total: Money
    count: int


class ExpectedOut(Out):
    """What is left of a milestone, when it is planned, and when by habit it will come."""

    milestone: Ref
    contract: Ref | None
    customer: Ref
    amount: Money
    planned: date | None
    likely: date | None
    confidence: str = Field(description="`due` by a fact, `expected` by a plan, `open`: nobody can say yet")
    pace: PaceOut


class ForecastOut(Out):
    """The cash forecast; `items` are the milestones of the month that was asked for."""

    pace: PaceOut
    months: list[MonthOut]
    items: list[ExpectedOut]
    more: int = Field(description="milestones of that month behind the first 200 in `items`")


def show_pace(pace: Pace) -> PaceOut:
    """Return a habit, or that too little is known."""
    return PaceOut(days=pace.days if pace.is_enough else None, count=pace.count)


def show_month(month: Month) -> MonthOut:
    """Return a month's sums."""
    return MonthOut(
        month=month.key,
        due=month.due,
        expected=month.expected,
        total=month.total,
        count=len(month.rows),
    )


def show_expected(user: User, one: Expected) -> ExpectedOut:
    """Return what is still to come of a milestone."""
    return ExpectedOut(
        milestone=Ref(id=one.milestone.pk, name=one.milestone.name), contract=contract_ref(user, one.milestone.contract.customer, one.milestone.contract),
        customer=show_name(user, one.milestone.contract.customer), amount=one.amount, planned=one.planned, likely=one.likely,
        confidence=one.confidence, pace=show_pace(one.pace),
    )  # fmt: skip
