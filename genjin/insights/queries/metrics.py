"""What a metric is: a figure with a name, a formula in words, and the fact it is counted from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from genjin.insights.queries.facts.base import Fact
from genjin.insights.rules.figures import Unit


class How(StrEnum):
    COUNT = "count"
    SUM = "sum"
    SHARE = "share"
    MEDIAN = "median"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of the catalogue.

    Counted are the rows of `part` ("" is all rows); a share is of those of `whole`, or of the sum `amount_of` where amounts
    are compared; a median is of the split `number`, a mean of `amount`. `by` is how it is cut when nobody says otherwise. `is_of_now`: of the past it says what is known
    of those rows today, so that it is compared with nothing.
    """

    key: str
    name: Any
    formula: Any
    group: str
    unit: Unit
    fact: Fact
    how: How = How.COUNT
    part: str = ""
    whole: str = ""
    amount: str = ""
    amount_of: str = ""
    number: str = ""
    by: str = "person"
    is_bad: bool = False
    is_of_now: bool = False

    @property
    def needs_many(self) -> bool:
        """Whether it says nothing of a few rows (S2-21)."""
        return self.how in {How.SHARE, How.MEDIAN, How.MEAN} and not self.amount_of
