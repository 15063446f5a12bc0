"""How renewals, figures of use, proposals to buy again and churn alarms look from outside."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.followups import show_name, show_title
from genjin.api.schemas.money import contract_ref
from genjin.api.wire import Id, In, Moment, Named, Out, Ref, Words, ref
from genjin.care.models import ChurnAlert, Renewal, Repurchase, UsageFigure, WinBack
from genjin.care.rules.churn import explain
from genjin.customers.queries.sight import said, worded
from genjin.customers.rules import Level

Money = Decimal


class RenewalsAsked(Cut):
    """Which renewals."""

    outcome: Literal["open", "renewed", "changed", "lost", "void"] | None = None
    customer: Id | None = None
    days: int | None = Field(
        None, ge=0, le=3650, description="open ones whose contract ends within so many days"
    )


class RenewalOut(Out):
    """What becomes of a contract's end."""

    id: int
    customer: Ref
    contract: Ref
    owner: Ref | None
    ends_on: date
    amount: Money = Field(description="of the contract that ends")
    plan: str
    plan_until: date | None
    outcome: str
    new_amount: Money | None
    new_contract: Ref | None
    lost_reason: Ref | None
    reason: str
    opportunity: Ref | None
    opened_at: Moment
    decided_at: Moment | None
    version: int


class RenewalPlanIn(In):
    """What is done until when."""

    plan: Words
    until: date
    version: int | None = None


class DecisionIn(In):
    """How a renewal ended."""

    outcome: Literal["renewed", "changed", "lost"]
    amount: Money | None = Field(None, description="renewed or changed; the new contract's when left out")
    reason: Words = ""
    lost_reason: Id | Named | None = Field(None, description="of those of GET /references, when not renewed")
    new_contract: Id | None = None
    version: int | None = None


def show_renewal(user: User, row: Renewal) -> RenewalOut:
    """Return a renewal."""
    row = worded(user, row.customer, row, "plan", "reason")
    return RenewalOut(
        id=row.pk, customer=show_name(user, row.customer), contract=contract_ref(user, row.customer, row.contract), owner=ref(row.owner), ends_on=row.ends_on,
        amount=row.contract.amount, plan=row.plan, plan_until=row.plan_until, outcome=row.outcome, new_amount=row.amount,
        new_contract=None if row.new_contract is None else contract_ref(user, row.customer, row.new_contract), lost_reason=ref(row.lost_reason),
        reason=row.reason, opportunity=show_title(user, row.customer, row.opportunity),
        opened_at=row.opened_at, decided_at=row.decided_at, version=row.version,
    )  # fmt: skip


class UsageAsked(Cut):
    """Which figures."""

    customer: Id | None = None
    metric: Named | None = None


class UsageIn(In):
    """Figures of one metric of one customer in one period; sent again they are written over."""

    customer: Id
    metric: str = Field(min_length=1, max_length=60)
    period: str = Field(
        max_length=20, description="a month, a quarter or a year: 2026-03, 2026Q1, 2026", examples=["2026Q1"]
    )
    percent: Decimal | None = Field(None, description="share of functions used, 0 to 100")
    value: Decimal | None = None
    active_users: int | None = Field(None, le=10**8)
    last_login_on: date | None = None


class UsageOut(Out):
    """Figures on record."""

    id: int
    customer: Ref
    metric: str
    period: str
    percent: Decimal | None
    value: Decimal | None
    active_users: int | None
    last_login_on: date | None
    origin: str
    recorded_at: Moment


def show_usage(user: User, row: UsageFigure) -> UsageOut:
    """Return figures of use."""
    return UsageOut(
        id=row.pk, customer=show_name(user, row.customer), metric=row.metric, period=row.period, percent=row.percent, value=row.value,
        active_users=row.active_users, last_login_on=row.last_login_on, origin=row.origin, recorded_at=row.recorded_at,
    )  # fmt: skip


class RepurchasesAsked(Cut):
    """Which proposals."""

    state: Literal["proposed", "planned", "confirmed", "dismissed"] | None = None
    customer: Id | None = None


class RepurchaseIn(In):
    """A proposal to buy again, by hand."""

    customer: Id
    why: Words
    product: Id | None = None


class BuyAgainIn(In):
    """The plan to let a customer buy again."""

    plan: Words
    next_step: Named
    next_on: date
    intent: Level | Literal[""] = ""
    budget: Money | None = None
    budget_when: Named = ""
    version: int | None = None


class ConfirmedIn(In):
    """The customer's word."""

    said: Words
    how: Literal["verbal", "email", "chat", "minutes", "other"] = "verbal"
    kind: Literal["upsell", "repeat"] = "upsell"
    amount: Money | None = None
    expected_close: date | None = None
    version: int | None = None


class WhyIn(In):
    """A reason."""

    reason: Words
    version: int | None = None


class RepurchaseOut(Out):
    """A proposal to buy again."""

    id: int
    customer: Ref
    product: Ref | None
    why: str
    owner: Ref | None
    state: str
    plan: str
    intent: str
    budget: Money | None
    budget_when: str
    next_step: str
    next_on: date | None
    answer: str
    opportunity: Ref | None
    opened_at: Moment
    closed_at: Moment | None
    version: int


def show_repurchase(user: User, row: Repurchase) -> RepurchaseOut:
    """Return a proposal."""
    row = worded(user, row.customer, row, "why", "plan", "budget_when", "next_step", "answer")
    return RepurchaseOut(
        id=row.pk, customer=show_name(user, row.customer), product=ref(row.product), why=row.why, owner=ref(row.owner), state=row.state,
        plan=row.plan, intent=row.intent, budget=row.budget, budget_when=row.budget_when, next_step=row.next_step, next_on=row.next_on,
        answer=row.answer, opportunity=show_title(user, row.customer, row.opportunity), opened_at=row.opened_at, closed_at=row.closed_at, version=row.version,
    )  # fmt: skip


class AlertsAsked(Cut):
    """Which alarms."""

    state: Literal["open", "acting", "closed"] | None = None
    customer: Id | None = None


class SignOut(Out):
    """One sign that showed, in words."""

    part: str
    weight: int
    why: str


class WinBackOut(Out):
    """The plan to win a customer back, and its result."""

    reason: str
    measures: str
    owner: Ref | None
    until: date
    result: str
    outcome: str


class AlertOut(Out):
    """An alarm."""

    id: int
    customer: Ref
    score: int
    signs: list[SignOut]
    responsible: Ref | None
    raised_at: Moment
    due_at: Moment
    answer: str
    why: str
    answered_at: Moment | None
    closed_at: Moment | None
    win_back: WinBackOut | None


class WinBackIn(In):
    """Why a customer may leave, what is done, by whom, until when."""

    reason: Words
    measures: Words
    until: date
    owner: Id | Named | None = Field(None, description="the caller unless given")


class AnswerIn(In):
    """The answer to an alarm; acting wants a plan, false a reason."""

    answer: Literal["known", "false", "acting"]
    why: Words = ""
    win_back: WinBackIn | None = None


class ResultIn(In):
    """What came of winning a customer back."""

    result: Literal["won_back", "lost"]
    outcome: Words


class TallyOut(BaseModel):
    """Alarms counted: right, false, undecided; precision in percent."""

    name: str
    alarms: int
    right: int
    false: int
    undecided: int
    precision: int | None


class AccuracyOut(Out):
    """How often the alarms of the last year were right."""

    all: TallyOut
    months: list[TallyOut]
    parts: list[TallyOut]


def show_alert(user: User, row: ChurnAlert) -> AlertOut:
    """Return an alarm with its plan."""
    plan: WinBack | None = getattr(row, "win_back", None)
    return AlertOut(
        id=row.pk, customer=show_name(user, row.customer), score=row.score, responsible=ref(row.responsible), raised_at=row.raised_at,
        signs=[SignOut(part=part["part"], weight=part["weight"], why=explain(part)) for part in row.parts], due_at=row.due_at,
        answer=row.answer, why=said(user, row.customer, row.why), answered_at=row.answered_at, closed_at=row.closed_at,
        win_back=None if plan is None else _plan(worded(user, row.customer, plan, "reason", "measures", "outcome")),
    )  # fmt: skip


def _plan(row: WinBack) -> WinBackOut:
    return WinBackOut(
        reason=row.reason, measures=row.measures, owner=ref(row.owner), until=row.until, result=row.result, outcome=row.outcome
    )  # fmt: skip


def show_tally(name: str, count: Any) -> TallyOut:
    """Return a count of alarms."""
    return TallyOut(
        name=name, alarms=count.alarms, right=count.hits, false=count.misses, undecided=count.undecided, precision=count.precision
    )  # fmt: skip
