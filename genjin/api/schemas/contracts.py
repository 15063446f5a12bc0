"""How contracts, their plan and their amendments look from outside."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.customers import Given
from genjin.api.schemas.followups import show_name, show_title
from genjin.api.schemas.money import ProfileOut, show_profile
from genjin.api.schemas.offers import Percent, Title, Yuan
from genjin.api.wire import Day, Id, In, Moment, Money, Out, Ref, ref
from genjin.contracts.models import Amendment, Contract, ContractFile, ContractLine, Milestone
from genjin.contracts.queries.billing import (
    CLAUSES,
    billed_to,
    contract_seen,
    reads,
    side_seen,
    words_seen,
)
from genjin.contracts.queries.money import invoiced, rest_of
from genjin.contracts.rules import (
    AmendmentKind,
    AmendmentState,
    ContractKind,
    ContractState,
    FileKind,
    Trigger,
    shown_state,
)
from genjin.contracts.rules.milestones import Age, age_of, days_late
from genjin.proposals.rules.sums import LineSum, quote

Clause = Annotated[str, Field(max_length=10_000)]
Reason = Annotated[str, Field(max_length=1000)]
# What a contract always says: null leaves these as they are, of an amendment the amount, too.
KEPT = frozenset({"title", "kind", "product", "discount", "our_side", *CLAUSES})
KEPT_BY_AMENDMENT = KEPT | {"amount"}


class ContractsAsked(Cut):
    """Which contracts."""

    state: ContractState | None = Field(None, description="`expired`: in force, and past the last day")
    customer: Id | None = None
    opportunity: Id | None = None
    owner: Id | None = None
    ends_within: int | None = Field(
        None, ge=0, le=3650, description="running ones that end within so many days"
    )
    q: Annotated[str, Field(max_length=60)] = Field("", description="part of number, title or company")


class ContractLineIn(In):
    """A line: what, how many, at which price with tax."""

    name: Title
    product: Id | None = None
    source: Id | None = Field(None, description="the proposal's line it was taken over from")
    quantity: Annotated[Decimal, Field(gt=0, lt=10**10, decimal_places=2)] = Decimal(1)
    price: Yuan
    discount: Percent = Decimal(0)
    tax_rate: Annotated[Decimal, Field(ge=0, lt=100, decimal_places=2)] = Decimal(13)


class MilestoneIn(In):
    """A payment milestone: all of a plan in percent, or all as amounts; `id` keeps one that is there."""

    id: Id | None = None
    name: Annotated[str, Field(max_length=60)]
    trigger: Trigger
    percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=3)] | None = None
    amount: Yuan | None = None
    offset_days: int = Field(0, ge=0, le=3650, description="days after what makes it due")
    to_working_day: bool = False
    fixed_on: Day | None = Field(None, description="of the trigger `date` only")
    expected_on: Day | None = None


class ContractFields(In):
    """What a contract says. Without `net_amount` it follows from the lines where they come to the amount."""

    title: Title | None = None
    kind: ContractKind | None = None
    product: Title | None = None
    amount: Yuan | None = Field(None, description="with tax; null: what the lines come to")
    net_amount: Yuan | None = None
    discount: Percent | None = Field(None, description="on the whole, in percent")
    starts_on: Day | None = None
    ends_on: Day | None = None
    profile: Id | None = Field(None, description="a billing profile of the customer")
    our_side: Annotated[str, Field(max_length=120)] | None = None
    payment_terms: Clause | None = None
    liability_terms: Clause | None = None
    scope_terms: Clause | None = None
    other_terms: Clause | None = None
    legal: Given | None = Field(None, description="who reviews the terms")
    finance: Given | None = Field(None, description="who watches the payments")
    lines: list[ContractLineIn] | None = Field(None, max_length=200)
    milestones: list[MilestoneIn] | None = Field(None, max_length=60)


class ContractIn(ContractFields):
    """A contract to draft; of a proposal's version that was sent it takes over title, lines and amount."""

    opportunity: Id
    proposal_version: Id | None = None
    plan: Literal["30_70", "30_60_10", "30_30_30_10", "100"] | None = Field(
        None, description="a usual plan, where `milestones` are not given"
    )


class ContractPatch(ContractFields):
    """What changes of a contract that is not signed, as seen at `version`; what is left out stays."""

    version: int = Field(ge=1, le=2**31 - 1)


class SignIn(In):
    """When both sides signed; the scan comes as `file` of the same form."""

    signed_on: Day | None = None


class FileIn(In):
    """What a file of a contract is."""

    kind: FileKind = FileKind.TEXT


class HappenedIn(In):
    """What milestones wait for has happened; signing and acceptance have records of their own that say so."""

    trigger: Trigger
    on: Day | None = Field(None, description="today unless given")


class ExpectIn(In):
    """When something milestones wait for is expected instead, and why."""

    trigger: Trigger
    on: Day
    why: Annotated[str, Field(max_length=200)]


class AmendIn(In):
    """What shall stand instead, and why; what is left out stays. Lines, their discount, parties and people stay with the contract."""

    reason: Reason
    title: Title | None = None
    product: Title | None = None
    amount: Yuan | None = None
    net_amount: Yuan | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    payment_terms: Clause | None = None
    liability_terms: Clause | None = None
    scope_terms: Clause | None = None
    other_terms: Clause | None = None
    milestones: list[MilestoneIn] | None = Field(None, max_length=60)


class TerminateIn(In):
    """An early end, for what both sides settle in all; what was paid already counts."""

    settled: Yuan
    ends_on: Day
    reason: Reason


class MilestoneOut(Out):
    """A payment milestone with what is paid of it; it is due only once its trigger happened."""

    id: int
    name: str
    percent: Decimal | None
    amount: Money
    paid: Money
    open: Money
    state: Literal["paid", "waiting", "due", "overdue"]
    trigger: Trigger
    offset_days: int
    to_working_day: bool
    fixed_on: date | None
    triggered_on: date | None
    due_on: date | None
    expected_on: date | None
    expected_why: str
    settled_on: date | None
    days_late: int
    age: Age


class ContractOut(Out):
    """A contract as lists show it; `paid` and `rest` are the amount, of a void one `rest` is nothing."""

    id: int
    number: str
    title: str
    kind: ContractKind
    state: ContractState
    is_expired: bool
    customer: Ref
    opportunity: Ref | None
    owner: Ref | None
    amount: Money
    net_amount: Money | None
    discount: Decimal
    paid: Money
    rest: Money
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None
    version: int


class ContractLineOut(Out):
    """A line with what it comes to."""

    name: str
    product: int | None
    source: int | None
    quantity: Decimal
    price: Money
    discount: Decimal
    tax_rate: Decimal
    total: Money


class ContractFileOut(Out):
    """A file of a contract; `sha256` is of what was kept."""

    id: int
    file: Ref
    kind: FileKind
    sha256: str


class AmendmentOut(Out):
    """A change of a signed contract: `before` and `after` are what stood and what shall stand."""

    id: int
    contract: int
    number: int
    kind: AmendmentKind
    state: AmendmentState
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    asked_by: Ref | None
    asked_at: Moment
    decided_by: Ref | None
    decided_at: Moment | None
    answer: str
    signed_on: date | None


class Waiting(Out):
    """The last request to approve a contract or its amendment."""

    id: int
    status: str


class ContractDetail(ContractOut):
    """A contract whole."""

    proposal_version: int | None
    product: str
    profile: ProfileOut | None
    our_side: str
    payment_terms: str
    liability_terms: str
    scope_terms: str
    other_terms: str
    legal: Ref | None
    finance: Ref | None
    approved_by: Ref | None
    approved_at: Moment | None
    answer: str
    void_reason: str
    invoiced: Money
    request: Waiting | None
    lines: list[ContractLineOut]
    milestones: list[MilestoneOut]
    files: list[ContractFileOut]
    amendments: list[AmendmentOut]


def facts_of(user: User, row: Contract, paid: Decimal, today: date) -> dict[str, Any]:
    """Return what lists show of a contract."""
    names = (
        "number",
        "amount",
        "net_amount",
        "discount",
        "signed_on",
        "starts_on",
        "ends_on",
        "version",
    )
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk, "title": reads(user, row.customer)(row.title), "kind": ContractKind(row.kind), "state": ContractState(row.state),
        "is_expired": shown_state(row.state, row.ends_on, today) == ContractState.EXPIRED,
        "customer": show_name(user, row.customer), "opportunity": show_title(user, row.customer, row.opportunity),
        "owner": ref(row.owner), "paid": paid, "rest": rest_of(row, paid),
    }  # fmt: skip


def show_contract(user: User, row: Contract, paid: Decimal, today: date) -> ContractOut:
    """Return a contract as a list shows it."""
    return ContractOut(**facts_of(user, row, paid, today))


def show_whole(
    user: User, row: Contract, facts: dict[str, Any], milestones: list[MilestoneOut], *, request: Any
) -> ContractDetail:
    """Return a contract whole; `facts` are those of a list."""
    names = ("product", "our_side", *CLAUSES, "approved_at", "answer", "void_reason")
    profile, row = _profile(user, row), contract_seen(user, row)
    lines = list(row.lines.all())
    sums = quote([one.as_terms() for one in lines], row.discount).lines
    return ContractDetail(
        **facts, **{name: getattr(row, name) for name in names}, proposal_version=row.proposal_version_id,
        profile=profile, legal=ref(row.legal), finance=ref(row.finance),
        approved_by=ref(row.approved_by), invoiced=invoiced(row),
        request=Waiting(id=request.pk, status=request.status) if request else None,
        lines=[show_line(one, of) for one, of in zip(lines, sums, strict=True)], milestones=milestones,
        files=[show_file(one) for one in row.files.select_related("file")],
        amendments=[show_amendment(user, row, one) for one in row.amendments.select_related("asked_by", "decided_by")],
    )  # fmt: skip


def _profile(user: User, row: Contract) -> ProfileOut | None:
    """Return the billing profile as it was signed, else as it is."""
    return show_profile(user, row.profile).model_copy(update=billed_to(user, row)) if row.profile else None


def show_line(one: ContractLine, of: LineSum) -> ContractLineOut:
    """Return a line with what it comes to, the discount on the whole taken off."""
    return ContractLineOut(
        name=one.name, product=one.product_id, source=one.source_id, quantity=one.quantity, price=one.price,
        discount=one.discount, tax_rate=one.tax_rate, total=of.amount,
    )  # fmt: skip


def show_file(one: ContractFile) -> ContractFileOut:
    """Return a file of a contract."""
    return ContractFileOut(
        id=one.pk,
        file=Ref(id=one.file_id, name=one.file.name),
        kind=FileKind(one.kind),
        sha256=one.file.sha256,
    )


def show_amendment(user: User, contract: Contract, one: Amendment) -> AmendmentOut:
    """Return an amendment of a contract as it stands."""
    names = ("number", "reason", "asked_at", "decided_at", "answer", "signed_on")
    before, after = (side_seen(user, contract.customer, side) for side in (one.before, one.after))
    one = words_seen(user, contract.customer, one, "reason", "answer")
    return AmendmentOut(
        **{name: getattr(one, name) for name in names}, before=before, after=after, id=one.pk, contract=one.contract_id, kind=AmendmentKind(one.kind),
        state=AmendmentState(one.state), asked_by=ref(one.asked_by), decided_by=ref(one.decided_by),
    )  # fmt: skip


def milestone_facts(user: User, one: Milestone, paid: Decimal, today: date) -> dict[str, Any]:
    """Return what a milestone shows, wherever it stands; comes with its contract's customer."""
    names = (
        "name", "percent", "amount", "offset_days", "to_working_day", "fixed_on", "triggered_on", "due_on", "expected_on",
        "settled_on",
    )  # fmt: skip
    left = one.amount - paid
    late = days_late(one.due_on, today) if left > 0 else 0
    standing = "paid" if left <= 0 else "waiting" if one.due_on is None else "overdue" if late else "due"
    return {name: getattr(one, name) for name in names} | {
        "expected_why": reads(user, one.contract.customer)(one.expected_why),
        "id": one.pk, "trigger": Trigger(one.trigger), "paid": paid, "open": left, "state": standing, "days_late": late,
        "age": age_of(one.due_on, today) if left > 0 else Age.CURRENT,
    }  # fmt: skip


def show_milestone(user: User, one: Milestone, paid: Decimal, today: date) -> MilestoneOut:
    """Return a milestone of a contract."""
    return MilestoneOut(**milestone_facts(user, one, paid, today))
