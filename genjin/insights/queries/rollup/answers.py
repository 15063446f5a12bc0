"""Figures from the roll-up, as true as if counted now: sums of all, less what they hold of customers who changed, and these anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, F, Model, Q, QuerySet, Sum
from django.db.models.functions import Trunc

from genjin.accounts.queries import local_day
from genjin.insights.models import EVERYBODY, NOBODY, FactRow, FactSum, RollUp, StaleCustomer
from genjin.insights.queries.counting import GRAINS, Question, Tally, rows_of, tallied_by
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.queries.rollup.shape import EVER, TIMELESS, Kept, is_whole, kept_facts, shape
from genjin.insights.rules.stretches import Grain, pieces

MOST_STALE = 5_000  # so many customers are counted beside the sums; more are waited for
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Reading:
    """A question that the roll-up can answer, and who changed since it was made."""

    metric: Metric
    question: Question
    by: str
    kept: Kept
    stale: tuple[int, ...]

    @property
    def tally(self) -> dict[str, Any]:
        metric, kept = self.metric, self.kept
        found = {"x_n": kept.measure(metric.part), "x_of": kept.measure(metric.whole)}
        found |= {"x_amount": kept.measure(metric.part, metric.amount)} if metric.amount else {}
        found |= {"x_amount_of": kept.measure(metric.whole, metric.amount_of)} if metric.amount_of else {}
        return {name: Sum(column) for name, column in found.items()} | {"x_all": Sum("m0")}

    @property
    def split(self) -> int:
        return self.kept.split(self.by) if self.by in self.kept.splits else 0


def kept_tallies(metric: Metric, question: Question, by: str) -> dict[Any, Tally] | None:
    """Return a figure by person, split or day; None where the roll-up cannot say it, and the tables have to be asked."""
    kept = kept_facts().get(metric.fact.key)
    if kept is None or not _can(kept, question, by):
        return None
    for _try in range(_TRIES):
        state = _state()
        if state is None:
            return None
        version, stale = state
        reading = _Reading(metric, question, by, kept, stale)
        found = _numbers(reading) if metric.how is How.MEDIAN else _sums(reading)
        # One statement sees one moment; several may see a roll-up between them.
        if not stale or RollUp.objects.filter(version=version).exists():
            return found
    return None


def _can(kept: Kept, question: Question, by: str) -> bool:
    if question.where or question.window(kept.fact).known is not None:
        return False
    return by in {"", "person", "team", *kept.splits} or (by in GRAINS and bool(kept.fact.at))


def _state() -> tuple[int, tuple[int, ...]] | None:
    """Return the version of the roll-up and who changed since; one query."""
    changed = StaleCustomer.objects.order_by("customer").values("customer").distinct()[: MOST_STALE + 1]
    made = RollUp.objects.annotate(stale=ArraySubquery(changed)).first()
    if made is None or made.shape != shape() or EVERYBODY in made.stale or len(made.stale) > MOST_STALE:
        return None
    return made.version, tuple(made.stale)


def _sums(reading: _Reading) -> dict[Any, Tally]:
    found: dict[Any, Tally] = {}
    question, split = reading.question, reading.split
    sums = FactSum.objects.filter(fact=reading.kept.code, split=split).filter(_days_of_sums(reading))
    _add(found, reading, _by_key(reading, _whose(question, sums), F("value")))
    key = F(f"splits__{split - 1}") if split else None
    if reading.stale:
        gone = _whose(question, _rows(reading).filter(customer__in=reading.stale))
        _add(found, reading, _by_key(reading, gone, key), sign=-1)
    if not question.user.scope.sees_all:
        _add(found, reading, _by_key(reading, _elsewhere(reading), key))
    _add_stale(found, reading)
    return {name: one for name, one in found.items() if one.rows}


def _numbers(reading: _Reading) -> dict[Any, Tally]:
    found: dict[Any, Tally] = {}
    rows = _rows(reading).filter(number__isnull=False, **{reading.kept.measure(reading.metric.part): 1})
    split, question = reading.split, reading.question
    key = F(f"splits__{split - 1}") if split else None
    sources = [_whose(question, rows).exclude(customer__in=reading.stale)]
    if not question.user.scope.sees_all:
        sources.append(_elsewhere(reading, rows))
    for source in sources:
        keyed = _keyed(reading, source, key)
        for row in keyed.values("x_key", "number").annotate(x_n=Sum("m0")):
            name, count = _value(reading, row["x_key"]), int(row["x_n"])
            one = found.setdefault(name, Tally())
            one.rows += count
            one.part += count
            one.numbers[row["number"]] += count
    _add_stale(found, reading)
    return found


def _days(reading: _Reading) -> tuple[date, date] | None:
    """Return the days the rows are of; None where they are of none."""
    fact, question = reading.kept.fact, reading.question
    if fact.at:
        return question.period.first, question.period.last
    if not fact.due:
        return None
    past = local_day(question.window(fact).past) - timedelta(days=1)
    return EVER.first, past if reading.metric.part == fact.past else EVER.last


def _days_of_sums(reading: _Reading) -> Q:
    days = _days(reading)
    if days is None:
        return Q(is_month=False, day=TIMELESS)
    if reading.by in {Grain.DAY, Grain.WEEK}:
        return Q(is_month=False, day__range=days)
    months, single = pieces(*days)
    found = Q(pk__in=[])
    if months:
        found |= Q(is_month=True, day__range=months)
    for stretch in single:
        found |= Q(is_month=False, day__range=stretch)
    return found


def _rows(reading: _Reading) -> "QuerySet[FactRow]":
    days = _days(reading)
    rows = FactRow.objects.filter(fact=reading.kept.code)
    return rows.filter(day__range=days) if days else rows


def _whose[Row: Model](question: Question, rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Narrow sums or rows to the customers of the people one sees, and to the people asked for."""
    if not question.user.scope.sees_all:
        rows = rows.filter(owner__in=question.sight)
    return rows if question.people is None else rows.filter(person__in=list(question.people))


def _elsewhere(reading: _Reading, rows: "QuerySet[FactRow] | None" = None) -> "QuerySet[FactRow]":
    """Return what the people one sees did at customers of others that are in sight."""
    question = reading.question
    people = question.sight
    rows = _rows(reading) if rows is None else rows
    rows = rows.exclude(person=F("owner"))  # as the index says it
    rows = rows.filter(person__in=people).exclude(owner__in=people).exclude(customer__in=reading.stale)
    rows = rows if question.people is None else rows.filter(person__in=list(question.people))
    return rows.filter(customer__in=question.customers().order_by().values("pk"))


def _keyed(reading: _Reading, rows: "QuerySet[Any]", split: F | None) -> Any:
    by = reading.by
    if by in GRAINS:
        return rows.annotate(x_key=Trunc("day", by, output_field=DateField()))
    if by in {"person", "team"}:
        return rows.annotate(x_key=F("person"))
    return rows.annotate(x_key=split) if by and split else rows.annotate(x_key=F("fact"))


def _by_key(reading: _Reading, rows: "QuerySet[Any]", split: F | None) -> Any:
    return _keyed(reading, rows.order_by(), split).values("x_key").annotate(**reading.tally)


def _add(found: dict[Any, Tally], reading: _Reading, rows: Iterable[dict[str, Any]], sign: int = 1) -> None:
    for row in rows:
        one = found.setdefault(_value(reading, row["x_key"]), Tally())
        one.rows += sign * int(row["x_all"])
        one.part += sign * int(row["x_n"])
        one.whole += sign * int(row["x_of"])
        one.amount += sign * row.get("x_amount", 0)
        one.amount_of += sign * row.get("x_amount_of", 0)


def _value(reading: _Reading, key: Any) -> Any:
    """Return a value as the tables would say it."""
    if reading.by in {"person", "team"}:
        return "" if key == NOBODY else key
    if reading.by in reading.kept.splits:
        return int(key) if key and is_whole(reading.kept.fact.key, reading.by) else key
    return key if reading.by else ""


def _add_stale(found: dict[Any, Tally], reading: _Reading) -> None:
    """Count the customers that changed straight from the tables."""
    if not reading.stale:
        return
    fact = reading.kept.fact
    customer = f"{fact.customer}_id" if fact.customer else "pk"
    rows = rows_of(fact, reading.question).filter(**{f"{customer}__in": reading.stale})
    for key, tally in tallied_by(reading.metric, rows, reading.by).items():
        found.setdefault(key, Tally()).add(tally)
