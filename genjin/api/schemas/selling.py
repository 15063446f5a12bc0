"""How opportunities, needs, deciders and competitors look from outside."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.customers import Given
from genjin.api.schemas.gates import EvidenceIn
from genjin.api.wire import Id, In, Moment, Out, Ref, Words, ref
from genjin.customers.queries.sight import said
from genjin.selling.models import ChainMember, Competitor, Need
from genjin.selling.rules import Attitude, ChainRole, Forecast, Influence, OpportunityKind, OpportunityStage

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Money = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]


class LineIn(In):
    """A product that is wanted; without a price its list price."""

    product: Id
    quantity: Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)] = Decimal(1)
    price: Money | None = None


class OpportunityFields(In):
    """What one may say of a purchase."""

    amount: Money | None = None
    expected_close: date | None = None
    probability: Annotated[int, Field(ge=0, le=100)] | None = Field(
        None, description="null: that of its stage"
    )
    forecast: Forecast = Forecast.PIPELINE
    owner: Given | None = Field(None, description="id, login or name; the customer's owner unless given")
    notes: Words = ""
    lines: list[LineIn] = Field(default_factory=list, max_length=100)


class OpportunityIn(OpportunityFields):
    """A purchase to be pursued."""

    customer: Id
    name: str = Field(max_length=200)
    kind: OpportunityKind | None = Field(
        None, description="first, or repeat for who has bought, unless given"
    )


class OpportunityPatch(OpportunityFields):
    """Changes of a purchase as you saw it at `version`."""

    version: Version
    name: str | None = Field(None, max_length=200)


class OpportunityMove(In):
    """Where a purchase goes; with evidence both go on record, or neither."""

    stage: OpportunityStage
    reason: Words = ""
    lost_reason: Given | None = None
    evidence: EvidenceIn | None = None
    version: Version | None = None


class OpportunityLoss(In):
    """Why a purchase was lost: a word of the dictionary, by id or name."""

    lost_reason: Given
    reason: Words = ""
    version: Version | None = None


class OpportunityFilter(Cut):
    """Filters of the list."""

    q: str = Field("", max_length=80)
    tab: str = Field("all", max_length=12, description="open, mine, attention, won, lost or all")
    stage: OpportunityStage | None = None
    kind: OpportunityKind | None = None
    forecast: Forecast | None = None
    month: str = Field("", max_length=8, description="2026-03, late or undated")
    owner: Id | None = None
    customer: Id | None = None
    product: Id | None = None


class LineOut(Out):
    """A product that is wanted."""

    product: Ref | None
    quantity: Decimal
    price: Decimal | None


class OpportunityOut(Out):
    """A purchase being pursued; `weighted` is its amount at its probability."""

    id: int
    customer: int
    name: str
    kind: str
    stage: str
    stage_entered_at: Moment
    owner: Ref | None
    amount: Decimal | None
    probability: int
    weighted: Decimal
    expected_close: date | None
    forecast: str
    lost_reason: Ref | None
    on_new_need: bool
    notes: str
    code: str
    opened_at: Moment
    closed_at: Moment | None
    lines: list[LineOut]
    version: int


def show_opportunity(row: Any) -> OpportunityOut:
    """Return a purchase that has its weight, as everybody who sees it sees it."""
    names = (
        "name", "kind", "stage", "stage_entered_at", "amount", "weighted", "expected_close", "forecast", "on_new_need", "notes", "code",
        "opened_at", "closed_at", "version",
    )  # fmt: skip
    lines = [
        LineOut(product=ref(line.product), quantity=line.quantity, price=line.price)
        for line in row.lines.all()
    ]
    return OpportunityOut(
        id=row.pk, customer=row.customer_id, owner=ref(row.owner), lost_reason=ref(row.lost_reason), probability=row.chance, lines=lines,
        **{name: getattr(row, name) for name in names},
    )  # fmt: skip


class NeedFields(In):
    """A need in the order one asks: situation, problem, implication, payoff."""

    situation: Words = ""
    problem: Words = ""
    implication: Words = ""
    payoff: Words = ""
    current_tool: str = Field("", max_length=200)
    pains: list[Annotated[str, Field(max_length=300)]] = Field(default_factory=list, max_length=20)
    wishes: Words = ""
    budget_min: Money | None = None
    budget_max: Money | None = None
    decision_process: str = Field("", max_length=300)
    joint_deciders: str = Field("", max_length=200)
    told_at: Moment | None = Field(None, description="when it was told; now unless given")
    overwrite: list[str] = Field(
        default_factory=list, max_length=4, description="fields of the customer that follow even when filled: need, pain_points, budget, decision_process"
    )  # fmt: skip


class NeedIn(NeedFields):
    """A need of a customer; `is_new` opens the repeat purchase of who has bought."""

    title: str = Field(max_length=120)
    opportunity: Id | None = None
    is_new: bool = False


class NeedPatch(NeedFields):
    """Changes of a need as you saw it at `version`."""

    title: str | None = Field(None, max_length=120)
    version: Version


class NeedChangeOut(Out):
    """A field that changed."""

    field: str
    old: str
    new: str
    told_at: Moment
    at: Moment
    is_late: bool
    by: Ref | None


class NeedOut(Out):
    """A need with its history."""

    id: int
    customer: int
    opportunity: int | None
    title: str
    situation: str
    problem: str
    implication: str
    payoff: str
    current_tool: str
    pains: list[str]
    wishes: str
    budget_min: Decimal | None
    budget_max: Decimal | None
    decision_process: str
    joint_deciders: str
    is_new: bool
    is_late: bool
    told_at: Moment
    recorded_at: Moment
    changes: list[NeedChangeOut]
    version: int


def show_need(user: User, row: Need) -> NeedOut:
    """Return a need with what changed about it."""
    changes = [
        NeedChangeOut(
            field=one.field,
            old=said(user, row.customer, one.old),
            new=said(user, row.customer, one.new),
            told_at=one.told_at,
            at=one.at,
            is_late=one.is_late,
            by=ref(one.by),
        )
        for one in row.changes.all()
    ]
    names = set(NeedOut.model_fields) - {"id", "customer", "opportunity", "changes"}
    known = {name: getattr(row, name) for name in names}
    known |= {name: said(user, row.customer, text) for name, text in known.items() if isinstance(text, str)}
    known["pains"] = [said(user, row.customer, pain) for pain in row.pains]
    return NeedOut(
        id=row.pk, customer=row.customer_id, opportunity=row.opportunity_id, changes=changes, **known
    )


class PlaceIn(In):
    """A contact's part in the decision."""

    contact: Id
    role: ChainRole
    attitude: Attitude = Attitude.UNKNOWN
    influence: Influence = Influence.SOME
    reports_to: Id | None = Field(None, description="a member of the chain")
    position: Annotated[int, Field(ge=0, le=1000)] = 0
    notes: str = Field("", max_length=300)


class PlaceOut(Out):
    """A person's part in the decision; the name as the caller may see it."""

    id: int
    contact: int
    name: str
    role: str
    attitude: str
    influence: int
    reports_to: int | None
    position: int
    notes: str
    verified_at: Moment
    is_stale: bool


def show_place(row: ChainMember, name: str, notes: str, *, stale: bool) -> PlaceOut:
    """Return a person's part."""
    return PlaceOut(
        id=row.pk, contact=row.contact_id, name=name, role=row.role, attitude=row.attitude, influence=row.influence, reports_to=row.reports_to_id,
        position=row.position, notes=notes, verified_at=row.verified_at, is_stale=stale,
    )  # fmt: skip


class RivalIn(In):
    """A competitor at a customer, or for one of its opportunities."""

    name: str = Field(max_length=120)
    price: str = Field("", max_length=120)
    strengths: Words = ""
    weaknesses: Words = ""
    answer: Words = ""
    is_current: bool = False
    opportunity: Id | None = None


class RivalOut(Out):
    """A competitor, and our answer."""

    id: int
    customer: int
    name: str
    price: str
    strengths: str
    weaknesses: str
    answer: str
    is_current: bool
    opportunity: int | None
    updated_at: Moment


def show_rival(row: Competitor) -> RivalOut:
    """Return a competitor."""
    return RivalOut(
        id=row.pk, customer=row.customer_id, name=row.name, price=row.price, strengths=row.strengths, weaknesses=row.weaknesses,
        answer=row.answer, is_current=row.is_current, opportunity=row.opportunity_id, updated_at=row.updated_at,
    )  # fmt: skip
