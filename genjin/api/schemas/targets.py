"""How targets look from outside, and in which shape they are set."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field

from genjin.api.paging import Cut
from genjin.api.schemas.metrics import MetricsAsked
from genjin.api.wire import Day, Id, In, Moment, Money, Named, Out, Ref, ref
from genjin.insights.models import Target
from genjin.insights.queries.rankings import Place
from genjin.insights.queries.targets import Aimed
from genjin.insights.rules.stretches import Stretch
from genjin.insights.rules.targets import Aim


class TargetsAsked(Cut):
    """Which targets; all in sight unless narrowed."""

    metric: Aim | None = None
    person: Named | None = Field(None, description="login or name")
    team: Id | None = None
    since: date | None = Field(None, description="those whose stretch begins on this day or later")
    until: date | None = Field(None, description="those whose stretch begins on this day or earlier")


class TargetIn(In):
    """A target of a person, a team, or (neither) the company."""

    metric: Aim
    stretch: str = Field(pattern="^(month|quarter|year)$")
    first: Day = Field(description="the first day of the month, quarter or year")
    amount: Decimal | None = Field(description="yuan, or a whole number; null takes the target away", max_digits=14, decimal_places=2)  # fmt: skip
    person: Named | None = Field(None, description="login or name")
    team: Id | None = None


class TargetsIn(In):
    """Targets to be set; all or none are."""

    targets: list[TargetIn] = Field(min_length=1, max_length=1000)


class TargetOut(Out):
    id: int
    metric: Aim
    stretch: str
    first: date
    amount: Money
    person: Ref | None
    team: Ref | None
    changed_at: Moment
    changed_by: Ref | None


class TargetsOut(Out):
    """What was set: those that are new or changed; what stood already or was taken away is not among them."""

    items: list[TargetOut]


class AttainmentAsked(BaseModel):
    """Which days, and whose; without a name, of oneself and of whom one leads."""

    stretch: Stretch | None = Field(None, description="a named stretch of days; this month unless given")
    person: Named | None = None
    team: Id | None = None


class AttainmentOut(Out):
    """How far a target is reached; `attainment` 1 is all of it, null where the target is 0."""

    metric: Aim
    whose: str = Field(description="`company`, `team:3` or `person:7`")
    name: str
    first: date
    last: date
    actual: Decimal
    target: Decimal | None
    attainment: Decimal | None
    gap: Decimal | None = Field(description="what is missing; below 0 where more was reached")
    working_days_left: int
    daily: Decimal | None = Field(description="what each working day left must bring")


class RankingAsked(MetricsAsked):
    """Which days, and of which team; order by what was reached or by attainment."""

    kind: str = Field("people", pattern="^(people|teams)$")
    sort: str = Field("value", pattern="^(value|attainment)$")


class PlaceOut(Out):
    """A line of a ranking. Of a colleague one does not lead there is the total, no target and no rows."""

    rank: int | None = Field(
        description="equals share a place; null where there is no figure or too little for one"
    )
    whose: str = Field(description="`team:3` or `person:7`")
    name: str
    value: Decimal | None
    too_few: bool
    target: Decimal | None
    attainment: Decimal | None
    is_own: bool
    opens: bool = Field(description="whether its rows may be listed")


def show_place(one: Place) -> PlaceOut:
    value = None if one.cell.value is None else Decimal(one.cell.value)
    return PlaceOut(
        rank=one.rank, whose=one.subject.key, name=one.subject.name, value=value, too_few=one.cell.too_few, target=one.target if one.opens else None,
        attainment=one.attainment, is_own=one.is_own, opens=one.opens,
    )  # fmt: skip


def show_target(row: Target) -> TargetOut:
    return TargetOut(
        id=row.pk, metric=Aim(row.metric), stretch=row.grain, first=row.first, amount=row.amount, person=ref(row.person), team=ref(row.team),
        changed_at=row.changed_at, changed_by=ref(row.changed_by),
    )  # fmt: skip


def show_aimed(one: Aimed, days: int, each: Decimal | None) -> AttainmentOut:
    return AttainmentOut(
        metric=Aim(one.metric), whose=one.subject.key, name=one.subject.name, first=one.period.first, last=one.period.last, actual=one.actual,
        target=one.target, attainment=one.attainment, gap=one.gap, working_days_left=days, daily=each,
    )  # fmt: skip
