"""How cohorts look from outside."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field

from genjin.api.paging import Cut
from genjin.api.schemas.metrics import MetricsAsked
from genjin.api.wire import Out
from genjin.insights.queries.cohorts import Cohorts
from genjin.insights.rules.cohorts import MOST_AFTER, Cohort, Reached, Step
from genjin.insights.rules.stretches import Grain


class Way(BaseModel):
    """How far, and by week or month."""

    step: Step = Field(Step.WON, description="how far customers got")
    grain: Grain = Field(Grain.MONTH, pattern="^(week|month)$", description="cohorts by `week` or by `month`")


class CohortsAsked(MetricsAsked, Way):
    """Which customers: those that came in these days; without days: this month."""


class SpotAsked(MetricsAsked, Way, Cut):
    """Which cell: of which cohort, by the end of which week or month after it."""

    came: date | None = Field(
        None,
        description="the `first` of a cohort; all of them unless given, with `after` those where it is over",
    )
    after: int | None = Field(None, ge=0, le=MOST_AFTER, description="by now unless given")
    of: str = Field("part", pattern="^(part|whole)$", description="who got there, or all that came")


class ReachedOut(Out):
    after: int | None = Field(None, description="weeks or months after the one they came in; none: by now")
    count: int
    share: Decimal | None
    is_running: bool = Field(description="the week or month is not over yet")


class CohortOut(Out):
    first: date | None
    size: int
    too_few: bool
    cells: list[ReachedOut]
    ever: ReachedOut


class CohortsOut(Out):
    step: Step
    grain: Grain
    first: date
    last: date
    as_of: date | None
    cohorts: list[CohortOut]
    all: CohortOut = Field(description="all together; each cell of the cohorts whose week or month is over")


def _reached(cell: Reached) -> ReachedOut:
    return ReachedOut(after=cell.after, count=cell.count, share=cell.share, is_running=cell.is_running)


def _cohort(row: Cohort) -> CohortOut:
    cells = [_reached(cell) for cell in row.cells]
    return CohortOut(
        first=row.first, size=row.size, too_few=row.too_few, cells=cells, ever=_reached(row.ever)
    )


def show_cohorts(found: Cohorts, first: date, last: date, as_of: date | None) -> CohortsOut:
    return CohortsOut(
        step=found.step, grain=found.grain, first=first, last=last, as_of=as_of, cohorts=[_cohort(row) for row in found.rows], all=_cohort(found.all),
    )  # fmt: skip
