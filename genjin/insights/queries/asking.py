"""How a figure is asked for and answered, and the very rows it was counted from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from genjin.accounts.models import Team, User
from genjin.insights.queries.counting import GRAINS, Question, Tally, rows_of, tallied_by
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.queries.rollup.answers import kept_tallies
from genjin.insights.rules.figures import FEW
from genjin.insights.rules.stretches import Grain, unit_of, unit_words

__all__ = [
    "GRAINS",
    "Answer",
    "Cell",
    "Question",
    "ask",
    "ask_groups",
    "compared_with",
    "counted",
    "records",
    "rows_of",
    "splits_of",
    "tallies",
    "without_gaps",
]
MOST_DAYS = 3660  # of a trend that are filled up


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one value of a split; `key` "" is of rows without a value."""

    key: str
    label: str
    value: Decimal | int | None
    part: int
    whole: int
    amount: Decimal
    amount_of: Decimal
    too_few: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A figure in all, and by the values of a split."""

    metric: Metric
    total: Cell
    cells: tuple[Cell, ...] = ()


def records(metric: Metric, question: Question, *, of: str = "part") -> "QuerySet[Any]":
    """Return the very rows a figure was counted from; `of="whole"` those a share is of. Raises ValueError of a lent sight."""
    if question.lent is not None:
        raise ValueError("a lent sight has totals, no rows")
    rows = rows_of(metric.fact, question)
    name = metric.whole if of == "whole" else metric.part
    if metric.how is How.MEDIAN:
        rows = rows.annotate(x_number=metric.fact.splits[metric.number].path).filter(x_number__isnull=False)
    return rows.filter(metric.fact.parts[name]) if name else rows


def ask(metric: Metric, question: Question, by: str = "") -> Answer:
    """Return a figure and its cells by a split, a grain of time or the team."""
    found, total = tallies(metric, question, by), Tally()
    for one in found.values():
        total.add(one)
    whole = _cell(metric, "", _("All"), total)
    return Answer(metric, whole, tuple(_cells(metric, by, found)) if by else ())


def compared_with(metric: Metric, question: Question) -> Cell:
    """Return the figure another one is compared with; of what is only known as of now, that of nothing."""
    return _cell(metric, "", "", Tally()) if metric.is_of_now else ask(metric, question).total


def without_gaps(metric: Metric, question: Question, grain: str, cells: list[Cell]) -> list[Cell]:
    """Return the cells of a trend with nothing where nothing was counted; shares and medians of nothing stay away."""
    if metric.how not in {How.COUNT, How.SUM} or not cells:
        return cells
    found = {cell.key: cell for cell in cells}
    last = min(question.period.last, max(question.today, date.fromisoformat(cells[-1].key)))
    first = max(question.period.first, last - timedelta(days=MOST_DAYS))
    unit = unit_of(grain, min(first, date.fromisoformat(cells[0].key)))
    filled = []
    while unit.first <= last:
        key = str(unit.first)
        filled.append(found.get(key) or _cell(metric, key, unit_words(grain, unit.first), Tally()))
        unit = unit_of(grain, unit.last + timedelta(days=1))
    return filled


def ask_groups(metric: Metric, question: Question, groups: Mapping[str, Collection[int]]) -> dict[str, Cell]:
    """Return the figure of each group of people by its key; groups may overlap."""
    found, cells = tallies(metric, question, "person"), dict[str, Cell]()
    for key, people in groups.items():
        total = Tally()
        for one in people:
            if one in found:
                total.add(found[one])
        cells[key] = _cell(metric, key, key, total)
    return cells


def splits_of(metric: Metric) -> dict[str, Any]:
    """Return the ways a metric can be cut, with their words; numbers, of which it takes the median, are none."""
    fact = metric.fact
    own = {key: one.label for key, one in fact.all_splits().items() if not one.is_number}
    grains = {grain.value: grain.label for grain in Grain} if fact.at else {}
    return {"team": _("Team"), **own, **grains}


def counted(metric: Metric, question: Question, by: str = "") -> dict[Any, Tally]:
    """Return what the tables say by person, split or day; the same as the roll-up, however long it takes."""
    return tallied_by(metric, rows_of(metric.fact, question), by)


def tallies(metric: Metric, question: Question, by: str) -> dict[Any, Tally]:
    """Return what a figure comes to by person, team, split or day, from the roll-up where it says it."""
    kept = kept_tallies(metric, question, by)
    found = counted(metric, question, by) if kept is None else kept
    if by != "team":
        return found
    teams, by_team = dict(User.objects.values_list("pk", "team_id")), dict[Any, Tally]()
    for person, tally in found.items():
        by_team.setdefault(teams.get(person) or "", Tally()).add(tally)
    return by_team


def _cells(metric: Metric, by: str, found: Mapping[Any, Tally]) -> list[Cell]:
    if by in GRAINS:
        return [_cell(metric, str(day), unit_words(by, day), found[day]) for day in sorted(found)]
    words = _words(metric, by, found)
    nothing = {"person": str(metric.fact.nobody), "team": _("No team")}.get(by, _("None given"))
    cells = [_cell(metric, str(key), str(words.get(key, key)) if key != "" else nothing, one) for key, one in found.items()]  # fmt: skip
    return sorted(cells, key=lambda cell: (-max(cell.whole, cell.part), -cell.amount, cell.label))


def _words(metric: Metric, by: str, found: Mapping[Any, Tally]) -> Mapping[Any, Any]:
    values = [key for key in found if key != ""]
    if by == "team":
        return dict(Team.objects.filter(pk__in=values).values_list("pk", "name"))
    return metric.fact.all_splits()[by].words(values)


def _cell(metric: Metric, key: str, label: str, tally: Tally) -> Cell:
    few = metric.needs_many and tally.counted(metric) < FEW
    return Cell(key, label, tally.value(metric), tally.part, tally.whole, tally.amount, tally.amount_of, few)
