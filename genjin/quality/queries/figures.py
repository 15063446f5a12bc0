"""How sure the facts of a team's customers are: counts and the very rows behind each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce

from genjin.accounts.queries import local_day
from genjin.customers.models import CustomerQuerySet
from genjin.kit.dates import months_back
from genjin.quality.models import Contradiction, FactCheck
from genjin.quality.queries.facts import has_value, moment_of, months_in_force
from genjin.quality.rules.facts import FACTS, Fact, FactState, fact_named

KEY_FACTS = tuple(fact for fact in FACTS if fact.is_key)


class Fingerprint(Func):
    """The fingerprint of a fact's columns, equal to `rules.facts.fingerprint` of its values."""

    template = "left(encode(sha256(convert_to(concat_ws(E'\\x1f', %(expressions)s), 'UTF8')), 'hex'), 32)"
    output_field = CharField()


def fingerprint_of(fact: Fact) -> Fingerprint:
    """Return the database's fingerprint of a customer's fact."""
    texts = [
        Coalesce(Cast(F(name), TextField()), Value(""), output_field=TextField()) for name in fact.fields
    ]
    return Fingerprint(*texts)


@dataclass(frozen=True, slots=True)
class FactFigures:
    """How a fact stands over many customers that have it on record."""

    fact: Fact
    on_record: int
    verified: int
    changed: int
    stale: int

    @property
    def unverified(self) -> int:
        return self.on_record - self.verified - self.changed - self.stale

    @property
    def percent(self) -> int:
        return round(100 * self.verified / self.on_record) if self.on_record else 0


def _checked(rows: CustomerQuerySet, fact: Fact) -> CustomerQuerySet:
    """Return the rows of which a fact was ever checked, with its last check beside its value."""
    latest = FactCheck.objects.filter(customer=OuterRef("pk"), fact=fact.key).order_by("-id")
    known = FactCheck.objects.filter(fact=fact.key).values("customer")
    return rows.filter(has_value(fact), pk__in=known).annotate(
        seen_hash=Subquery(latest.values("seen_hash")[:1]),
        checked_at=Subquery(latest.values("checked_at")[:1]),
        current=fingerprint_of(fact),
    )


def _states(fact: Fact, now: datetime, months: Mapping[str, int]) -> dict[FactState, Q]:
    since = moment_of(months_back(local_day(now), months[fact.key]))
    same = Q(seen_hash=F("current"))
    return {
        FactState.VERIFIED: same & Q(checked_at__gte=since),
        FactState.STALE: same & Q(checked_at__lt=since),
        FactState.CHANGED: ~same,
    }


def fact_figures(rows: CustomerQuerySet, now: datetime) -> list[FactFigures]:
    """Return for each key fact how many of `rows` have it, and how sure it is; a query a fact and one more."""
    months = months_in_force()
    counts: dict[str, Any] = {fact.key: Count("pk", filter=has_value(fact)) for fact in KEY_FACTS}
    on_record = rows.order_by().aggregate(**counts)
    return [_figures(rows, fact, on_record[fact.key], now, months=months) for fact in KEY_FACTS]


def _figures(
    rows: CustomerQuerySet, fact: Fact, on_record: int, now: datetime, *, months: Mapping[str, int]
) -> FactFigures:  # fmt: skip
    counts = {state.value: Count("pk", filter=asked) for state, asked in _states(fact, now, months).items()}
    found = _checked(rows.order_by(), fact).aggregate(**counts)
    return FactFigures(fact, on_record, found["verified"], found["changed"], found["stale"])


def with_fact(rows: CustomerQuerySet, key: str, state: str, now: datetime) -> CustomerQuerySet:
    """Narrow `rows` to those whose fact stands so: the rows behind a figure. Raises RuleError `fact_unknown`.

    `state` is one of FactState, or "" for all that have the fact on record.
    """
    fact, months = fact_named(key), months_in_force()
    checks = FactCheck.objects.filter(customer=OuterRef("pk"), fact=fact.key)
    if state == FactState.UNVERIFIED:
        return rows.filter(has_value(fact)).filter(~Exists(checks))
    if state in FactState.values:
        return _checked(rows, fact).filter(_states(fact, now, months)[FactState(state)])
    return rows.filter(has_value(fact))


def with_contradictions(rows: CustomerQuerySet, code: str = "") -> CustomerQuerySet:
    """Narrow `rows` to customers that contradict themselves, as last looked at; of one kind when `code` is given."""
    found = Contradiction.objects.filter(customer=OuterRef("pk"))
    return rows.filter(Exists(found.filter(code=code) if code else found))


def contradiction_counts(rows: CustomerQuerySet) -> Sequence[tuple[str, int]]:
    """Return how many of `rows` there are for each kind of contradiction, the most common first."""
    found = Contradiction.objects.filter(customer__in=rows.order_by()).order_by().values("code")
    counted = found.annotate(count=Count("customer", distinct=True)).order_by("-count", "code")
    return [(row["code"], row["count"]) for row in counted]
