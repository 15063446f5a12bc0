"""Figures from the roll-up, as true as if counted now: sums of all, less what they hold of customers who changed, and these anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, F, Func, Model, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Trunc

from genjin.accounts.queries import local_day
from genjin.insights.models import EVERYBODY, NAMES, NOBODY, FactRow, FactSum, RollUp, StaleCustomer
from genjin.insights.queries.counting import GRAINS, Question, Tally, rows_of, tallied_by
from genjin.insights.queries.facts.base import Marked
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.queries.rollup.shape import EVER, TIMELESS, Kept, is_whole, kept_facts, shape
from genjin.insights.rules.stretches import Grain, pieces, unit_of

MOST_STALE = 5_000  # so many customers are counted beside the sums; more are waited for
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows of the roll-up that a figure is made of: their fact and days (None: of none), and which column goes into what of a tally."""

    kept: Kept
    days: tuple[date, date] | None
    columns: Mapping[str, str]
    sign: int = 1

    def rows(self) -> "QuerySet[FactRow]":
        rows = FactRow.objects.filter(fact=self.kept.code)
        return rows.filter(day__range=self.days) if self.days else rows


@dataclass(frozen=True, slots=True)
class _Reading:
    """A question that the roll-up can answer from some sources, and who changed since it was made."""

    metric: Metric
    question: Question
    by: str
    sources: tuple[_Source, ...]
    stale: tuple[int, ...] = ()

    @property
    def kept(self) -> Kept:
        return self.sources[0].kept

    @property
    def split(self) -> int:
        return self.kept.split(self.by) if self.by in self.kept.splits else 0


def kept_tallies(metric: Metric, question: Question, by: str) -> dict[Any, Tally] | None:
    """Return a figure by person, split or day; None where the roll-up cannot say it, and the tables have to be asked."""
    if question.where or question.window(metric.fact).known is not None:
        return None
    sources = _sources_of(metric, question)
    if not sources or not _can_cut(metric, sources[0], by):
        return None
    for _try in range(_TRIES):
        state = _state()
        if state is None:
            return None
        version, stale = state
        reading = _Reading(metric, question, by, sources, stale)
        found = _told(reading)
        # One statement sees one moment; several may see a roll-up between them.
        if (not stale and len(sources) == 1) or RollUp.objects.filter(version=version).exists():
            return found
    return None


def _told(reading: _Reading) -> dict[Any, Tally]:
    if marked := reading.metric.fact.marked:
        found = _by_mark(reading, marked)
    else:
        found = _numbers(reading) if reading.metric.how is How.MEDIAN else _sums(reading)
    _add_stale(found, reading)
    return {name: one for name, one in found.items() if one.rows}


def _can_cut(metric: Metric, source: _Source, by: str) -> bool:
    kept, marked = source.kept, metric.fact.marked
    if marked:
        is_of_marks = metric.part == marked.part and not (metric.whole or metric.amount or metric.number)
        return is_of_marks and by in {"", "person", "team", marked.by}
    if by in kept.by_month:
        return source.days is not None and not pieces(*source.days)[1]
    return by in {"", "person", "team", *kept.splits} or (by in GRAINS and bool(metric.fact.at))


def _sources_of(metric: Metric, question: Question) -> tuple[_Source, ...]:
    fact = metric.fact
    if fact.marked:
        return (_Source(kept_facts()[fact.marked.fact.key], None, {}),)
    return _sources_once(metric, question) if fact.once else _sources(metric, question)


def _sources(metric: Metric, question: Question) -> tuple[_Source, ...]:
    """Return the rows of the fact itself; none where they are not kept."""
    kept = kept_facts().get(metric.fact.key)
    if kept is None:
        return ()
    columns = {"rows": NAMES[0], "part": kept.measure(metric.part), "whole": kept.measure(metric.whole)}
    columns |= {"amount": kept.measure(metric.part, metric.amount)} if metric.amount else {}
    columns |= {"amount_of": kept.measure(metric.whole, metric.amount_of)} if metric.amount_of else {}
    return (_Source(kept, _days(metric, kept, question), columns),)


def _sources_once(metric: Metric, question: Question) -> tuple[_Source, ...]:
    """Return the rows by which customers are counted once; none for days that do not begin with a unit of the calendar."""
    once, days = metric.fact.once, (question.period.first, question.period.last)
    unit = next((one for one in Grain if unit_of(one, days[0]).first == days[0] and days[1] <= unit_of(one, days[0]).last), None)  # fmt: skip
    if once is None or unit is None:
        return ()
    facts, whole = kept_facts(), ("rows", "whole") if metric.part else ("rows", "part", "whole")
    came = facts[once.came.key]
    found = [_Source(came, days, dict.fromkeys(whole, came.measure(unit)))]
    if once.left:
        earlier, there = (EVER.first, days[0] - timedelta(days=1)), dict.fromkeys(whole, NAMES[0])
        found += [_Source(came, earlier, there), _Source(facts[once.left.key], earlier, there, sign=-1)]
    for fact in once.parts.get(metric.part, ()):
        kept = facts[fact.key]
        found.append(_Source(kept, days, {"part": kept.measure(unit)}))
    return tuple(found)


def _state() -> tuple[int, tuple[int, ...]] | None:
    """Return the version of the roll-up and who changed since; one query."""
    changed = StaleCustomer.objects.order_by("customer").values("customer").distinct()[: MOST_STALE + 1]
    made = RollUp.objects.annotate(stale=ArraySubquery(changed)).first()
    if made is None or made.shape != shape() or EVERYBODY in made.stale or len(made.stale) > MOST_STALE:
        return None
    return made.version, tuple(made.stale)


def _sums(reading: _Reading) -> dict[Any, Tally]:
    found: dict[Any, Tally] = {}
    question = reading.question
    for source in reading.sources:
        sums = FactSum.objects.filter(fact=source.kept.code, split=reading.split).filter(_days_of_sums(reading.by, source))  # fmt: skip
        _add(found, reading, source, _whose(question, sums))
        if reading.stale:
            gone = source.rows().filter(customer__in=reading.stale)
            _add(found, reading, source, _whose(question, gone), sign=-1)
        if not question.user.scope.sees_all and not source.kept.fact.is_owners:
            _add(found, reading, source, _elsewhere(reading, source.rows()))
    return found


def _numbers(reading: _Reading) -> dict[Any, Tally]:
    found: dict[Any, Tally] = {}
    (source,), question = reading.sources, reading.question
    rows = source.rows().filter(number__isnull=False, **{source.columns["part"]: 1})
    parts = [_whose(question, rows).exclude(customer__in=reading.stale)]
    if not question.user.scope.sees_all:
        parts.append(_elsewhere(reading, rows))
    for part in parts:
        keyed = _keyed(reading, part)
        for row in keyed.values("x_key", "number").annotate(x_n=Sum("m0")):
            name, count = _value(reading, row["x_key"]), int(row["x_n"])
            one = found.setdefault(name, Tally())
            one.rows += count
            one.part += count
            one.numbers[row["number"]] += count
    return found


def _by_mark(reading: _Reading, marked: Marked) -> dict[Any, Tally]:
    """Count the rows of another fact by their marks; these are customers, and nobody's doing but their owner's."""
    found: dict[Any, Tally] = {}
    (source,), question = reading.sources, reading.question
    (whole, part), place = marked.marks(), source.kept.marks
    sums = FactSum.objects.filter(fact=source.kept.code, split=place, is_month=False, day=TIMELESS)
    asked: list[tuple[int, QuerySet[Any]]] = [
        (1, sums.filter(value__in=whole | part).annotate(x_mark=F("value")))
    ]
    if reading.stale:
        each = Func(F(f"splits__{place - 1}"), Value(" "), function="string_to_table", output_field=TextField())  # fmt: skip
        asked.append((-1, source.rows().filter(customer__in=reading.stale).annotate(x_mark=each)))
    for sign, rows in asked:
        for row in _keyed(reading, _whose(question, rows)).order_by().values("x_key", "x_mark").annotate(x_n=Sum("m0")):  # fmt: skip
            mark, count = row["x_mark"], sign * int(row["x_n"])
            value = mark.partition(":")[0] if reading.by == marked.by else _value(reading, row["x_key"])
            one = found.setdefault(value, Tally())
            if mark in whole:
                one.rows += count
                one.whole += count
            elif mark in part:
                one.part += count
    return found


def _days(metric: Metric, kept: Kept, question: Question) -> tuple[date, date] | None:
    """Return the days the rows are of; None where they are of none."""
    fact = kept.fact
    if fact.at:
        return question.period.first, question.period.last
    if not fact.due:
        return None
    past = local_day(question.window(fact).past) - timedelta(days=1)
    return EVER.first, past if metric.part == fact.past else EVER.last


def _days_of_sums(by: str, source: _Source) -> Q:
    if source.days is None:
        return Q(is_month=False, day=TIMELESS)
    if by in {Grain.DAY, Grain.WEEK}:
        return Q(is_month=False, day__range=source.days)
    months, single = pieces(*source.days)
    found = Q(pk__in=[])
    if months:
        found |= Q(is_month=True, day__range=months)
    for stretch in single:
        found |= Q(is_month=False, day__range=stretch)
    return found


def _whose[Row: Model](question: Question, rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Narrow sums or rows to the customers of the people one sees, and to the people asked for."""
    if not question.user.scope.sees_all:
        rows = rows.filter(owner__in=question.sight)
    return rows if question.people is None else rows.filter(person__in=list(question.people))


def _elsewhere(reading: _Reading, rows: "QuerySet[FactRow]") -> "QuerySet[FactRow]":
    """Return what the people one sees did at customers of others that are in sight."""
    question = reading.question
    people = question.sight
    rows = rows.exclude(person=F("owner"))  # as the index says it
    rows = rows.filter(person__in=people).exclude(owner__in=people).exclude(customer__in=reading.stale)
    rows = rows if question.people is None else rows.filter(person__in=list(question.people))
    return rows.filter(customer__in=question.open_customers.order_by().values("pk"))


def _keyed(reading: _Reading, rows: "QuerySet[Any]") -> Any:
    by = reading.by
    if by in GRAINS:
        return rows.annotate(x_key=Trunc("day", by, output_field=DateField()))
    if by in {"person", "team"}:
        return rows.annotate(x_key=F("person"))
    if not reading.split:
        return rows.annotate(x_key=F("fact"))
    return rows.annotate(x_key=F("value") if rows.model is FactSum else F(f"splits__{reading.split - 1}"))


def _add(found: dict[Any, Tally], reading: _Reading, source: _Source, rows: "QuerySet[Any]", *, sign: int = 1) -> None:  # fmt: skip
    """Add what sums or rows of a source come to, or take it off."""
    sums = {f"x_{name}": Sum(column) for name, column in source.columns.items()}
    sign *= source.sign
    for row in _keyed(reading, rows.order_by()).values("x_key").annotate(**sums):
        one = found.setdefault(_value(reading, row["x_key"]), Tally())
        for name in source.columns:
            had = getattr(one, name)
            setattr(one, name, had + sign * type(had)(row[f"x_{name}"]))


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
    rows = rows_of(reading.metric.fact, reading.question, reading.stale)
    for key, tally in tallied_by(reading.metric, rows, reading.by).items():
        found.setdefault(key, Tally()).add(tally)
