"""Cohorts: customers by the week or month they came, and how far they got in those that followed. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from genjin.insights.rules.figures import FEW, share
from genjin.insights.rules.stretches import Grain, unit_of

MOST_AFTER = 12  # weeks or months a cohort is followed one by one
GRAINS = (Grain.WEEK, Grain.MONTH)


class Step(TextChoices):
    """How far a customer got."""

    CONTACTED = "contacted", pgettext_lazy("cohort", "Contacted")
    QUALIFIED = "qualified", pgettext_lazy("cohort", "Qualified")
    QUOTED = "quoted", pgettext_lazy("cohort", "Quoted")
    WON = "won", pgettext_lazy("cohort", "Won")


@dataclass(frozen=True, slots=True)
class Reached:
    """How many `of` a cohort got there by the end of the week or month `after` the one they came in (None: by now)."""

    after: int | None
    count: int
    of: int
    is_running: bool = False

    @property
    def share(self) -> Decimal | None:
        return share(self.count, self.of)

    @property
    def too_few(self) -> bool:
        """Whether they are too few to say anything (S2-21)."""
        return self.of < FEW


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers that came in one week or month, `first` being its first day; None: all together."""

    first: date | None
    size: int
    cells: tuple[Reached, ...]
    ever: Reached

    @property
    def too_few(self) -> bool:
        """Whether they are too few to say anything (S2-21)."""
        return self.size < FEW


def begins(grain: str, first: date, after: int) -> date:
    """Return the first day of the week or month that comes `after` so many of them."""
    if grain == Grain.WEEK:
        return first + timedelta(weeks=after)
    months = first.year * 12 + first.month - 1 + after
    return date(months // 12, months % 12 + 1, 1)


def last_over(grain: str, after: int, day: date) -> date:
    """Return the last day of the youngest week or month of which the one `after` it is over on `day`."""
    here = unit_of(grain, day)
    over = here.first if here.last <= day else begins(grain, here.first, -1)
    return unit_of(grain, begins(grain, over, -after)).last


def followed(grain: str, counts: Mapping[tuple[date, int | None], int], day: date) -> list[Cohort]:
    """Return the cohorts, oldest first, as they stood on `day`.

    `counts` holds customers by the first day of their week or month, and by how many of these passed until they got
    there (None: they did not). What has not begun on `day` has no cell; who was there before they came was there at once.
    """
    of: dict[date, Counter[int | None]] = {}
    for (first, after), count in counts.items():
        of.setdefault(first, Counter())[after] += count
    return [_cohort(grain, first, of[first], day) for first in sorted(of)]


def _cohort(grain: str, first: date, counts: Mapping[int | None, int], day: date) -> Cohort:
    size = sum(counts.values())
    arrived = {after: count for after, count in counts.items() if after is not None}
    cells = []
    for after in range(MOST_AFTER + 1):
        start = begins(grain, first, after)
        if start > day:
            break
        count = sum(some for when, some in arrived.items() if when <= after)
        cells.append(Reached(after, count, size, first > last_over(grain, after, day)))
    ever = sum(arrived.values())
    return Cohort(first, size, tuple(cells), Reached(None, ever, size))


def together(cohorts: Iterable[Cohort]) -> Cohort:
    """Return all cohorts as one: each cell of those whose week or month is over, so that young ones do not pull it down."""
    rows = list(cohorts)
    cells = []
    for after in range(max((len(row.cells) for row in rows), default=0)):
        whole = [row for row in rows if len(row.cells) > after and not row.cells[after].is_running]
        if not whole:
            break
        count = sum(row.cells[after].count for row in whole)
        cells.append(Reached(after, count, sum(row.size for row in whole)))
    size, ever = sum(row.size for row in rows), sum(row.ever.count for row in rows)
    return Cohort(None, size, tuple(cells), Reached(None, ever, size))
