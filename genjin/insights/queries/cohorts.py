"""How far the customers of a week or month got, and the very customers of each cell."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from genjin.followups.rules import Period
from genjin.insights.queries.asking import Question, records, tallies
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.facts.cohort import COHORT, cohort_fact, read_split, split_of
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.rules.cohorts import Cohort, Step, followed, last_over, together
from genjin.insights.rules.figures import Unit
from genjin.insights.rules.stretches import Grain

FORMULA = _(
    "Customers entered in a week or month that got there by its end, or by the end of one of those after it ÷ all entered in it."
)
CAME = replace(METRICS["leads"], key="cohort", fact=COHORT)


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell: of which cohort (None: of all where it is over), by the end of which week or month after (None: by now)."""

    step: Step
    grain: Grain
    came: date | None = None
    after: int | None = None

    def metric(self) -> Metric:
        """Return the share of customers that got there by then, as a figure."""
        part = "ever" if self.after is None else str(self.after)
        fact = cohort_fact(self.step, self.grain)
        return Metric(f"cohort_{self.step}", self.step.label, FORMULA, "leads", Unit.SHARE, fact, How.SHARE, part=part, by=self.grain.value)  # fmt: skip

    def narrow(self, question: Question) -> Question:
        """Return the question about its cohorts alone."""
        if self.came is not None:
            return replace(question, where={**question.where, "came": self.came.isoformat()})
        if self.after is None:
            return question
        last = min(question.period.last, last_over(self.grain, self.after, _day(question)))
        return replace(question, period=Period(question.period.first, last))


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The cohorts of a stretch of days, and all of them together."""

    step: Step
    grain: Grain
    rows: tuple[Cohort, ...]
    all: Cohort


def cohorts_of(question: Question, step: Step, grain: Grain) -> Cohorts:
    """Return who came when and how far they got."""
    found = tallies(CAME, question, split_of(step, grain))
    counts = {read_split(value): one.rows for value, one in found.items()}
    rows = tuple(followed(grain, counts, _day(question)))
    return Cohorts(step, grain, rows, together(rows))


def _day(question: Question) -> date:
    return min(question.as_of or question.today, question.today)


def cohort_records(question: Question, spot: Spot, *, of: str = "part") -> "QuerySet[Any]":
    """Return the very customers of a cell; `of="whole"` all of its cohort."""
    return records(spot.metric(), spot.narrow(question), of=of)
