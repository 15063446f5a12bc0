"""Which facts are rolled up, and how a row of each is laid out; said by the same descriptions that figures are counted from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    AutoField,
    BigIntegerField,
    Case,
    DateField,
    DecimalField,
    F,
    ForeignKey,
    Func,
    IntegerField,
    SmallIntegerField,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate

from genjin.accounts.queries import company_zone
from genjin.followups.rules import Period
from genjin.insights.models import MEASURES, NAMES, NOBODY
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.facts.base import Fact, Split, Window
from genjin.insights.queries.facts.cohort import COHORT
from genjin.insights.rules.stretches import Grain

TIMELESS = date(1, 1, 1)  # the day of what stands now
COLUMNS = ("customer", "fact", "row", "day", "owner", "person", "splits", "number", *NAMES)
EVER = Period(date(1, 1, 2), date(9999, 12, 30))
_NEVER = datetime(1, 1, 2, tzinfo=UTC)
# Of what stands, only what would be dear to count; the rest is few or moves by itself.
_STANDING = frozenset({"standing", "workload", "pipeline"})
_NUMBER: "DecimalField[Any, Any]" = DecimalField(max_digits=20, decimal_places=2)


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact of the roll-up: its number there, the splits and the number its rows are kept with, and what is counted of them.

    Of splits in `by_month`, which have too many values for each day, only months are summed. The marks of a row stand after its splits.
    """

    code: int
    fact: Fact
    splits: Mapping[str, Split]
    number: str
    measures: tuple[tuple[str, str], ...]  # part and amount; "" of both are all rows
    by_month: frozenset[str] = frozenset()

    def split(self, key: str) -> int:
        """Return the place of a split among the sums; 0 are those of none."""
        return list(self.splits).index(key) + 1

    @property
    def marks(self) -> int:
        """Return the place of the marks among the sums."""
        return len(self.splits) + 1

    def measure(self, part: str, amount: str = "") -> str:
        """Return the column of what is counted or summed; what is past is all of the days that are."""
        return NAMES[self.measures.index((part if not part or part != self.fact.past else "", amount))]


@cache
def kept_facts() -> Mapping[str, Kept]:
    """Return the facts of the roll-up by key: all that happen on a day, cohorts, customers as they stand, and by what they are counted once."""
    facts = {metric.fact.key: metric.fact for metric in METRICS.values()} | {COHORT.key: COHORT}
    facts |= {one.key: one for fact in list(facts.values()) if fact.once for one in fact.once.facts}
    rolled = [fact for key, fact in sorted(facts.items()) if fact.at or key in _STANDING]
    return {fact.key: _kept(code, fact) for code, fact in enumerate(rolled)}


def _kept(code: int, fact: Fact) -> Kept:
    wanted = {("", ""): None} | {(name, ""): None for name in fact.parts if name in Grain}
    for metric in METRICS.values():
        if metric.fact is not fact:
            continue
        wanted |= {(name, ""): None for name in (metric.part, metric.whole) if not name or name != fact.past}
        wanted |= {(metric.part, metric.amount): None} if metric.amount else {}
        wanted |= {(metric.whole, metric.amount_of): None} if metric.amount_of else {}
    if len(wanted) > MEASURES:
        raise ValueError(f"{fact.key}: more than {MEASURES} measures")
    own = {key: one for key, one in fact.splits.items() if not one.is_number}
    fine = frozenset(key for key, one in own.items() if one.is_fine)
    numbers = [key for key, one in fact.splits.items() if one.is_number]
    if len(numbers) > 1:
        raise ValueError(f"{fact.key}: more than one number")
    splits = {"source": fact.all_splits()["source"], **own}
    return Kept(code, fact, splits, "".join(numbers), tuple(wanted), fine)


def laid_out(kept: Kept, customers: Collection[int] | None = None) -> Any:
    """Return the rows of a fact as the roll-up keeps them, columns as in COLUMNS with `x_` before; of some customers or of all."""
    fact, zone = kept.fact, company_zone()
    since, until = EVER.moments(zone)
    rows = fact.rows(Window(EVER.first, EVER.last, since, until, _NEVER)).order_by()
    rows = rows.filter(**{fact.way("deleted_at"): None})
    customer = f"{fact.customer}_id" if fact.customer else "pk"
    if customers is not None:
        rows = rows.filter(**{f"{customer}__in": list(customers)})
    if fact.at:
        rows = rows.filter(**{f"{fact.at}__isnull": False})
    paths = [one.path for one in kept.splits.values()] + ([fact.marks] if fact.marks else [])
    texts = [Coalesce(Cast(path, TextField()), Value(""), output_field=TextField()) for path in paths]
    named = {
        "customer": F(customer), "fact": Value(kept.code, SmallIntegerField()), "row": F("pk"), "day": _day(fact, zone),
        "owner": _id(F(fact.way("owner_id"))), "person": _id(fact.person),
        "splits": Func(*texts, template="ARRAY[%(expressions)s]", output_field=ArrayField(TextField())),
        "number": Cast(fact.splits[kept.number].path if kept.number else Value(None), IntegerField()),
    }  # fmt: skip
    named |= {name: _measure(kept, at) for at, name in enumerate(NAMES)}
    named = {f"x_{name}": one for name, one in named.items()}
    return rows.annotate(**named).values_list(*(f"x_{name}" for name in COLUMNS))


def _day(fact: Fact, zone: ZoneInfo) -> Any:
    when = fact.at or fact.due
    if not when:
        return Value(TIMELESS, DateField())
    return F(when) if fact.is_day else TruncDate(F(when), tzinfo=zone)


def _id(path: Any) -> Coalesce:
    return Coalesce(path, Value(NOBODY), output_field=BigIntegerField())


def _measure(kept: Kept, at: int) -> Any:
    if at >= len(kept.measures):
        return Value(0, _NUMBER)
    part, amount = kept.measures[at]
    worth: Any = Cast(Coalesce(kept.fact.sums[amount], Value(0)), _NUMBER) if amount else Value(1, _NUMBER)
    if not part:
        return worth
    return Case(When(kept.fact.parts[part], then=worth), default=Value(0, _NUMBER), output_field=_NUMBER)


@cache
def is_whole(fact: str, split: str) -> bool:
    """Return whether the values of a split are numbers of rows."""
    kept = kept_facts()[fact]
    rows = kept.fact.rows(Window(EVER.first, EVER.last, *EVER.moments(company_zone()), _NEVER))
    field = rows.annotate(x_value=kept.splits[split].path).query.annotations["x_value"].output_field
    return isinstance(field, IntegerField | AutoField | ForeignKey)


def shape() -> str:
    """Return a digest of every formula of the roll-up and of the zone its days are of; another one needs another roll-up."""
    return _shape(str(company_zone()))


@cache
def _shape(_zone: str) -> str:
    digest = sha256()
    for kept in kept_facts().values():
        sql, params = laid_out(kept).query.sql_with_params()
        said = "" if kept.fact.is_set else repr(params)
        digest.update(f"{kept.fact.key} {list(kept.splits)} {kept.measures} {sql} {said}".encode())
    return digest.hexdigest()
