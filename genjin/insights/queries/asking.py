"""How a figure is asked for and answered, and the very rows it was counted from.

Whoever asks counts the customers of the people they see, and what these people did at other customers in sight (S3-23);
everything with the right to all. So a figure and the list behind it are the same rows, for every viewer.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, DateField, F, Q, QuerySet, Sum
from django.db.models.functions import Trunc
from django.utils.translation import gettext as _

from genjin.accounts.models import Team, User
from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer
from genjin.followups.rules import Period
from genjin.insights.queries.facts.base import Fact, Window
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.queries.reach import seen_together
from genjin.insights.rules.figures import FEW, mean, median, share
from genjin.insights.rules.stretches import Grain, unit_of
from genjin.kit.text import as_typed

GRAINS = frozenset(Grain.values)
MOST_DAYS = 3660  # of a trend that are filled up


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks, about which days, whose work (None: everybody in reach), as known on which day (None: now), narrowed to which cells.

    `lent`: counted with what these colleagues see together, for totals only; their rows stay shut.
    """

    user: User
    period: Period
    today: date
    people: Collection[int] | None = None
    as_of: date | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    lent: frozenset[int] | None = None

    def window(self, fact: Fact) -> Window:
        """Return the days as moments, and up to when things count as known."""
        zone = company_zone()
        since, until = self.period.moments(zone)
        known = None
        if self.as_of is not None and self.as_of < self.today:
            known = Period(self.as_of, self.as_of).moments(zone)[1]
        if fact.stands and self.period.last < self.today:
            known = min(known, until) if known else until
        return Window(self.period.first, self.period.last, since, until, known)


@dataclass(slots=True)
class Tally:
    """What a cell is worked out from; two are added where cells are put together."""

    part: int = 0
    whole: int = 0
    amount: Decimal = Decimal(0)
    amount_of: Decimal = Decimal(0)
    numbers: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.part += other.part
        self.whole += other.whole
        self.amount += other.amount
        self.amount_of += other.amount_of
        self.numbers.update(other.numbers)

    def value(self, metric: Metric) -> Decimal | int | None:
        """Return the figure: whole numbers of counts, yuan of sums, 0 to 1 of shares, None of nothing."""
        match metric.how:
            case How.COUNT:
                return self.part
            case How.SUM:
                return self.amount
            case How.MEDIAN:
                return median(self.numbers)
            case How.MEAN:
                return mean(self.amount, self.part)
        if metric.amount_of:
            return share(self.amount, self.amount_of)
        return share(self.part, self.whole)

    def counted(self, metric: Metric) -> int:
        """Return of how many rows it speaks."""
        return {How.SHARE: self.whole, How.MEDIAN: sum(self.numbers.values())}.get(metric.how, self.part)


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


def rows_of(fact: Fact, question: Question) -> "QuerySet[Any]":
    """Return the rows of a fact that a question is about."""
    window = question.window(fact)
    rows = fact.rows(window).order_by().filter(**{fact.way("deleted_at"): None})
    if not question.user.scope.sees_all:
        rows = _in_reach(rows, fact, question)
    if fact.at:
        first, after = (window.first, window.last + timedelta(days=1)) if fact.is_day else (window.since, window.until)  # fmt: skip
        rows = rows.filter(**{f"{fact.at}__gte": first, f"{fact.at}__lt": after})
    if question.people is not None:
        rows = rows.annotate(x_person=fact.person).filter(x_person__in=list(question.people))
    return narrowed(rows, fact, question.where)


def _in_reach(rows: "QuerySet[Any]", fact: Fact, question: Question) -> "QuerySet[Any]":
    user, lent = question.user, question.lent
    people = user.scope.people if lent is None else lent
    theirs = Q(**{fact.way("owner__in"): people})
    customers = Customer.objects.visible_to(user) if lent is None else seen_together(user, lent)
    seen = {f"{fact.customer or 'pk'}__in": customers}
    found: QuerySet[Any] = rows.annotate(x_whose=fact.person)
    return found.filter(theirs | Q(x_whose__in=people, **seen))


def narrowed(rows: "QuerySet[Any]", fact: Fact, where: Mapping[str, str]) -> "QuerySet[Any]":
    """Narrow rows to cells by split and value; "" is what has no value. Unknown splits and values have no rows."""
    for place, (key, value) in enumerate(sorted(where.items())):
        name = f"x_cell{place}"
        if key in GRAINS and fact.at:
            rows = rows.annotate(**{name: _trunc(fact, key)})
        elif key == "team":
            rows = rows.annotate(**{name: fact.person}).filter(**{f"{name}__in": _members(value)})
            continue
        elif key in fact.all_splits():
            rows = rows.annotate(**{name: fact.all_splits()[key].path})
        else:
            return rows.none()
        rows = rows.filter(_is(rows, name, value))
    return rows


def _is(rows: "QuerySet[Any]", name: str, value: str) -> Q:
    kind = rows.query.annotations[name].output_field
    if value == "":
        empty = Q(**{f"{name}__isnull": True})
        return empty | Q(**{name: ""}) if kind.get_internal_type() in {"CharField", "TextField"} else empty
    try:
        return Q(**{name: kind.to_python(as_typed(value))})
    except ValidationError:  # no value of this split
        return Q(pk__in=[])


def _members(value: str) -> list[int]:
    if not value:
        return list(User.objects.filter(team=None).values_list("pk", flat=True))
    return (
        list(User.objects.filter(team_id=int(value)).values_list("pk", flat=True))
        if value.isdecimal()
        else []
    )


def _trunc(fact: Fact, grain: str) -> Trunc:
    zone = None if fact.is_day else company_zone()
    return Trunc(F(fact.at), grain, output_field=DateField(), tzinfo=zone)


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
    """Return a figure and its cells by a split, a grain of time or the team; two queries at most besides the words."""
    tallies = _tallies(metric, question, by)
    total = Tally()
    for one in tallies.values():
        total.add(one)
    whole = _cell(metric, "", _("All"), total)
    return Answer(metric, whole, tuple(_cells(metric, by, tallies)) if by else ())


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
        filled.append(found.get(key) or _cell(metric, key, _day_words(grain, unit.first), Tally()))
        unit = unit_of(grain, unit.last + timedelta(days=1))
    return filled


def ask_groups(metric: Metric, question: Question, groups: Mapping[str, Collection[int]]) -> dict[str, Cell]:
    """Return the figure of each group of people by its key; groups may overlap; one query."""
    tallies, found = _tallies(metric, question, "person"), dict[str, Cell]()
    for key, people in groups.items():
        total = Tally()
        for one in people:
            if one in tallies:
                total.add(tallies[one])
        found[key] = _cell(metric, key, key, total)
    return found


def splits_of(metric: Metric) -> dict[str, Any]:
    """Return the ways a metric can be cut, with their words; numbers, of which it takes the median, are none."""
    fact = metric.fact
    own = {key: one.label for key, one in fact.all_splits().items() if not one.is_number}
    grains = {grain.value: grain.label for grain in Grain} if fact.at else {}
    return {"team": _("Team"), **own, **grains}


def _tallies(metric: Metric, question: Question, by: str) -> dict[Any, Tally]:
    fact = metric.fact
    rows = rows_of(fact, question)
    if by in GRAINS:
        rows = rows.annotate(x_key=_trunc(fact, by))
    elif by:
        rows = rows.annotate(x_key=fact.person if by == "team" else fact.all_splits()[by].path)
    found: dict[Any, Tally] = {}
    teams = dict(User.objects.values_list("pk", "team_id")) if by == "team" else None
    for key, tally in _grouped(metric, rows, ["x_key"] if by else []):
        name = teams.get(key) if teams is not None else key
        found.setdefault(name or "", Tally()).add(tally)
    return found


def _grouped(metric: Metric, rows: "QuerySet[Any]", keys: list[str]) -> Iterable[tuple[Any, Tally]]:
    fact = metric.fact
    part = fact.parts[metric.part] if metric.part else None
    whole = fact.parts[metric.whole] if metric.whole else None
    if metric.how is How.MEDIAN:
        rows = rows.filter(part) if part else rows
        rows = rows.annotate(x_number=fact.splits[metric.number].path).filter(x_number__isnull=False)
        for row in rows.values(*keys, "x_number").annotate(x_n=Count("pk")):
            yield row.get("x_key"), Tally(part=row["x_n"], numbers=Counter({row["x_number"]: row["x_n"]}))
        return
    sums: dict[str, Any] = {"x_n": Count("pk", filter=part), "x_of": Count("pk", filter=whole)}
    if metric.amount:
        sums["x_amount"] = Sum(fact.sums[metric.amount], filter=part)
    if metric.amount_of:
        sums["x_amount_of"] = Sum(fact.sums[metric.amount_of], filter=whole)
    rows = rows.values(*keys) if keys else rows.annotate(x_all=F("pk") * 0).values("x_all")
    for row in rows.annotate(**sums):
        yield row.get("x_key"), Tally(row["x_n"], row["x_of"], Decimal(row.get("x_amount") or 0), Decimal(row.get("x_amount_of") or 0))  # fmt: skip


def _cells(metric: Metric, by: str, tallies: Mapping[Any, Tally]) -> list[Cell]:
    if by in GRAINS:
        return [_cell(metric, str(day), _day_words(by, day), tallies[day]) for day in sorted(tallies)]
    words = _words(metric, by, tallies)
    cells = [_cell(metric, str(key), str(words.get(key, key)) if key != "" else _("None given"), one) for key, one in tallies.items()]  # fmt: skip
    return sorted(cells, key=lambda cell: (-max(cell.whole, cell.part), -cell.amount, cell.label))


def _words(metric: Metric, by: str, tallies: Mapping[Any, Tally]) -> Mapping[Any, Any]:
    values = [key for key in tallies if key != ""]
    if by == "team":
        return dict(Team.objects.filter(pk__in=values).values_list("pk", "name"))
    return metric.fact.all_splits()[by].words(values)


def _day_words(grain: str, day: date) -> str:
    return {Grain.MONTH: f"{day:%Y-%m}", Grain.QUARTER: f"{day.year} Q{(day.month + 2) // 3}", Grain.YEAR: str(day.year)}.get(Grain(grain), str(day))  # fmt: skip


def _cell(metric: Metric, key: str, label: str, tally: Tally) -> Cell:
    few = metric.needs_many and tally.counted(metric) < FEW
    return Cell(key, label, tally.value(metric), tally.part, tally.whole, tally.amount, tally.amount_of, few)
