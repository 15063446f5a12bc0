"""Counting the rows of a fact straight from the tables: whose rows a question is about, and what they come to.

Whoever asks counts the customers of the people they see, and what these people did at other customers in sight (S3-23);
everything with the right to all. So a figure and the list behind it are the same rows, for every viewer.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, DateField, F, Q, QuerySet, Sum
from django.db.models.functions import Trunc

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer
from genjin.followups.rules import Period
from genjin.insights.queries.facts.base import Fact, Window
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.queries.reach import open_together
from genjin.insights.rules.figures import mean, median, share
from genjin.insights.rules.stretches import Grain
from genjin.kit.text import as_typed

GRAINS = frozenset(Grain.values)


@dataclass(frozen=True)
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

    @property
    def sight(self) -> Collection[int]:
        """Return whose customers are counted for who does not see everything."""
        return self.user.scope.people if self.lent is None else self.lent

    @cached_property
    def open_customers(self) -> "QuerySet[Customer]":
        """The customers in sight whoever owns them; those of the people in `sight` are in sight anyway."""
        return (
            Customer.objects.open_to(self.user) if self.lent is None else open_together(self.user, self.lent)
        )

    def open_among(self, customers: Collection[int]) -> Collection[int]:
        """Return which of some customers are in sight whoever owns them; asked once of the same ones.

        The database takes it for dear to look for each of a few rows whether the customer is among those in sight, and
        reads all customers instead.
        """
        asked = tuple(customers)
        if asked not in self._open_among:
            found = self.open_customers.filter(pk__in=asked).order_by()
            self._open_among[asked] = frozenset(found.values_list("pk", flat=True))
        return self._open_among[asked]

    @cached_property
    def _open_among(self) -> dict[tuple[int, ...], Collection[int]]:
        return {}

    def window(self, fact: Fact, customers: Collection[int] | None = None) -> Window:
        """Return the days as moments, and up to when things count as known; of some customers or of all."""
        zone = company_zone()
        since, until = self.period.moments(zone)
        known = None
        if self.as_of is not None and self.as_of < self.today:
            known = Period(self.as_of, self.as_of).moments(zone)[1]
        if fact.stands and self.period.last < self.today:
            known = min(known, until) if known else until
        today = Period(self.today, self.today).moments(zone)[0]
        return Window(
            self.period.first, self.period.last, since, until, known or min(until, today), known, customers
        )


@dataclass(slots=True)
class Tally:
    """What a cell is worked out from; two are added where cells are put together."""

    rows: int = 0
    part: int = 0
    whole: int = 0
    amount: Decimal = Decimal(0)
    amount_of: Decimal = Decimal(0)
    numbers: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.rows += other.rows
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


def rows_of(fact: Fact, question: Question, customers: Collection[int] | None = None) -> "QuerySet[Any]":
    """Return the rows of a fact that a question is about; of some customers or of all."""
    window = question.window(fact, customers)
    rows = fact.rows(window).order_by().filter(**{fact.way("deleted_at"): None})
    if customers is not None:
        rows = rows.filter(**{f"{fact.customer}_id__in" if fact.customer else "pk__in": list(customers)})
    if not question.user.scope.sees_all:
        seen = question.open_customers if customers is None else question.open_among(customers)
        rows = _in_reach(rows, fact, question, seen)
    if fact.at:
        first, after = (window.first, window.last + timedelta(days=1)) if fact.is_day else (window.since, window.until)  # fmt: skip
        rows = rows.filter(**{f"{fact.at}__gte": first, f"{fact.at}__lt": after})
    if question.people is not None:
        rows = rows.annotate(x_person=fact.person).filter(x_person__in=list(question.people))
    return narrowed(rows, fact, question.where)


def _in_reach(rows: "QuerySet[Any]", fact: Fact, question: Question, seen: Any) -> "QuerySet[Any]":
    theirs = Q(**{fact.way("owner__in"): question.sight})
    found: QuerySet[Any] = rows.annotate(x_whose=fact.person)
    return found.filter(theirs | Q(x_whose__in=question.sight, **{f"{fact.customer or 'pk'}__in": seen}))


def narrowed(rows: "QuerySet[Any]", fact: Fact, where: Mapping[str, str]) -> "QuerySet[Any]":
    """Narrow rows to cells by split and value; "" is what has no value. Unknown splits and values have no rows."""
    for place, (key, value) in enumerate(sorted(where.items())):
        name = f"x_cell{place}"
        if key in GRAINS and fact.at:
            rows = rows.annotate(**{name: _by_grain(fact, key)})
        elif key == "team":
            theirs = Q(**{f"{name}__in": _members(value)})
            theirs |= Q(**{f"{name}__isnull": True}) if value == "" else Q()
            rows = rows.annotate(**{name: fact.person}).filter(theirs)
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


def _by_grain(fact: Fact, grain: str) -> Trunc:
    """Return the day on which the week, month, quarter or year of a row begins, in the company's zone."""
    zone = None if fact.is_day else company_zone()
    return Trunc(F(fact.at), grain, output_field=DateField(), tzinfo=zone)


def tallied_by(metric: Metric, rows: "QuerySet[Any]", by: str) -> dict[Any, Tally]:
    """Return what rows come to by the value of a split, a grain of time or, for "team", the person; "" is of none."""
    fact, found = metric.fact, dict[Any, Tally]()
    if by in GRAINS:
        rows = rows.annotate(x_key=_by_grain(fact, by))
    elif by:
        rows = rows.annotate(x_key=fact.person if by == "team" else fact.all_splits()[by].path)
    for key, tally in _tallied(metric, rows, ["x_key"] if by else []):
        found.setdefault(key if key is not None else "", Tally()).add(tally)
    return found


def _tallied(metric: Metric, rows: "QuerySet[Any]", keys: list[str]) -> Iterable[tuple[Any, Tally]]:
    """Yield what rows come to, by the value of `x_key` where `keys` names it."""
    fact = metric.fact
    part = fact.parts[metric.part] if metric.part else None
    whole = fact.parts[metric.whole] if metric.whole else None
    if metric.how is How.MEDIAN:
        rows = rows.filter(part) if part else rows
        rows = rows.annotate(x_number=fact.splits[metric.number].path).filter(x_number__isnull=False)
        for row in rows.values(*keys, "x_number").annotate(x_n=Count("pk")):
            yield (
                row.get("x_key"),
                Tally(row["x_n"], row["x_n"], numbers=Counter({row["x_number"]: row["x_n"]})),
            )
        return
    sums: dict[str, Any] = {
        "x_rows": Count("pk"),
        "x_n": Count("pk", filter=part),
        "x_of": Count("pk", filter=whole),
    }
    if metric.amount:
        sums["x_amount"] = Sum(fact.sums[metric.amount], filter=part)
    if metric.amount_of:
        sums["x_amount_of"] = Sum(fact.sums[metric.amount_of], filter=whole)
    rows = rows.values(*keys) if keys else rows.annotate(x_all=F("pk") * 0).values("x_all")
    for row in rows.annotate(**sums):
        yield row.get("x_key"), Tally(row["x_rows"], row["x_n"], row["x_of"], Decimal(row.get("x_amount") or 0), Decimal(row.get("x_amount_of") or 0))  # fmt: skip
