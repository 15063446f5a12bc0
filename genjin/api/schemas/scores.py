"""How score rules, their drafts, back-tests and past scores look from outside."""

from datetime import date, datetime

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.wire import Day, In, Out, Ref, Words, ref
from genjin.customers.models import Customer, Override, ScoreRuleSet
from genjin.customers.queries.scores import Change, PastScore, last_look
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Label, RuleSet, ScoreRow
from genjin.insights.rules.backtest import BackTest, TopClass


class RulesIn(In):
    """A draft of the score rules: points by rule, marks, target industries."""

    points: dict[str, int] = Field(
        description="by rule: industry_fit, budget_clear, authority_clear, need_stated, timing_near"
    )
    pass_mark: int = Field(ge=1, le=1000)
    ordinary_mark: int = Field(ge=1, le=1000)
    industries: list[Words] = Field([], max_length=500)
    note: str = Field("", max_length=300)


class RulesFilter(Cut):
    """Drafts or versions only."""

    is_draft: bool | None = None


class RulesOut(Out):
    """A published version, or a draft (without version)."""

    id: int
    version: int | None
    points: dict[str, int]
    pass_mark: int
    ordinary_mark: int
    industries: list[str]
    note: str
    saved_at: datetime | None
    published_at: datetime | None
    unproven_reason: str = Field(description="why it was published without a back-test")
    backtested_at: datetime | None = Field(
        description="of a draft: when a back-test of exactly it was looked at"
    )


class ChangeOut(Out):
    """How many customers in sight would go from one class to another."""

    origin: Label
    target: Label
    customers: int


class ShadowOut(RulesOut):
    """A draft with what it would change."""

    changes: list[ChangeOut]


class ChangedFilter(Cut):
    """Which of the customers that would change class."""

    origin: Label | None = None
    target: Label | None = None


class ChangedOut(Out):
    """A customer in sight that would change class."""

    id: int
    name: str
    score: int
    label: Label
    shadow_score: int
    shadow_label: Label


class BackTestIn(In):
    """On which day after a customer came in the question is asked: 7, 14 or 30."""

    days: int = 7


class TopOut(Out):
    """The top class of a rule set; null is what too few would have to say."""

    customers: int | None
    won: int | None
    precision: float | None
    lift: float | None


class BackTestOut(Out):
    """What a draft would have been worth on closed customers, beside the rules in force."""

    days: int
    closed: int
    won: int
    base: float | None
    is_enough: bool
    unknown: int = Field(description="closed, but what was known of them then is not kept")
    changed: int | None
    in_force: TopOut
    draft: TopOut


class PublishIn(In):
    """Why without a back-test; not needed when one of exactly this draft was looked at."""

    reason: Words = ""


class PastScoreOut(Out):
    """A score that stands or stood, computed again: identical, differs, no_rules or no_day."""

    until: datetime | None
    score: int
    label: str
    version: int
    scored_on: date | None
    override: int | None
    computed: int | None
    verdict: str


class OverrideIn(In):
    """A score set by hand, why, and the last day it counts."""

    points: int
    reason: Words
    until: Day


class OverrideOut(Out):
    """A grade or score that stood above the rules; `end` is empty while it stands."""

    id: int
    axis: str
    value: str
    computed: str
    reason: str
    by: Ref | None
    at: datetime
    until: date
    ended_at: datetime | None
    end: str


def show_override(row: Override) -> OverrideOut:
    """Return a word above the rules; it comes with who set it."""
    return OverrideOut(
        id=row.pk, axis=row.axis, value=row.value, computed=row.computed, reason=row.reason, by=ref(row.by), at=row.at,
        until=row.until, ended_at=row.ended_at, end=row.end,
    )  # fmt: skip


def as_rules(body: RulesIn) -> RuleSet:
    """Return a body as the action takes it; rules without points are left out."""
    rows = tuple(ScoreRow(key, points) for key, points in body.points.items() if points)
    return RuleSet(
        0, rows, body.pass_mark, body.ordinary_mark, tuple(filter(None, map(str.strip, body.industries)))
    )


def show_rules(row: ScoreRuleSet) -> RulesOut:
    """Return a version or a draft."""
    look = last_look(row) if row.version is None else None
    return RulesOut(
        id=row.pk, version=row.version, points=dict(row.rows), pass_mark=row.pass_mark, ordinary_mark=row.ordinary_mark,
        industries=row.industries, note=row.note, saved_at=row.saved_at, published_at=row.published_at,
        unproven_reason=row.unproven_reason, backtested_at=look.at if look else None,
    )  # fmt: skip


def show_shadow(row: ScoreRuleSet, found: list[Change]) -> ShadowOut:
    """Return a draft with what it would change."""
    changes = [
        ChangeOut(origin=Label(one.origin), target=Label(one.target), customers=one.customers)
        for one in found
    ]
    return ShadowOut(**show_rules(row).model_dump(), changes=changes)


def show_changed(user: User, row: Customer) -> ChangedOut:
    """Return a customer that was rated in shadow."""
    return ChangedOut(
        id=row.pk, name=shown_name(user, row), score=row.score, label=Label(row.label),
        shadow_score=row.shadow_score, shadow_label=Label(row.shadow_label),  # type: ignore[attr-defined]
    )  # fmt: skip


def show_backtest(found: BackTest) -> BackTestOut:
    """Return a back-test."""
    return BackTestOut(
        days=found.days, closed=found.closed, won=found.won, base=found.base, is_enough=found.is_enough, unknown=found.unknown,
        changed=found.changed, in_force=_top(found.now), draft=_top(found.tried),
    )  # fmt: skip


def _top(found: TopClass) -> TopOut:
    return TopOut(customers=found.customers, won=found.won, precision=found.precision, lift=found.lift)


def show_past(one: PastScore) -> PastScoreOut:
    """Return a score with what computing it again says."""
    kept = one.kept
    return PastScoreOut(
        until=one.until, score=kept.score, label=kept.label, version=kept.version, scored_on=kept.on, override=kept.override,
        computed=one.again.computed, verdict=one.again.verdict.value,
    )  # fmt: skip
