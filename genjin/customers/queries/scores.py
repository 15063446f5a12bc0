"""The rules in force, drafts beside them in shadow, and every score that stands or stood."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    Expression,
    F,
    Func,
    IntegerField,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import GreaterThanOrEqual

from genjin.accounts.models import User
from genjin.customers.models import Customer, CustomerQuerySet, ScoreRuleSet
from genjin.customers.rules import Label, RuleSet
from genjin.customers.rules.rescore import KeptScore, Rescored, fingerprint, rescore
from genjin.customers.rules.score import FACT_COLUMNS, FIRST_RULE_SET, LEAST_NEED, LONGEST_QUARTER, facts_from
from genjin.events.models import Event

LOOKED = "rule_set.backtested"
SPACES = "".join(filter(str.isspace, map(chr, range(1, 0x3001))))  # what str.split takes for space
_KEPT = (*FACT_COLUMNS, "score", "label", "score_version", "scored_on", "score_override", "updated_at")


def current_rules() -> RuleSet:
    """Return the published score rule set in force; rule set 1 until another is published (S3-6)."""
    newest = ScoreRuleSet.objects.published().first()
    return newest.as_rules() if newest else FIRST_RULE_SET


def published_rules() -> dict[int, RuleSet]:
    """Return every published rule set by version."""
    rows = [row.as_rules() for row in ScoreRuleSet.objects.published()]
    return {FIRST_RULE_SET.version: FIRST_RULE_SET} | {rules.version: rules for rules in rows}


def turned(today: date) -> CustomerQuerySet:
    """Return live customers whose purchase came within the quarter, or whose day of purchase passed, since they were rated.

    These are the two days that score, proposed grade and proposals look at. Who was rated before days were kept is among them.
    """
    quarter = timedelta(days=LONGEST_QUARTER)
    came_near = Q(purchase_by__lte=today + quarter, purchase_by__gt=F("scored_on") + quarter)
    passed = Q(purchase_by__lt=today, purchase_by__gte=F("scored_on"))
    undated = Q(scored_on=None, purchase_by__isnull=False)
    return Customer.objects.live().filter(came_near | passed | undated)


def last_look(draft: ScoreRuleSet) -> Event | None:
    """Return when somebody last looked at a back-test of exactly this draft; None when it was changed since."""
    looks = Event.objects.filter(
        kind=LOOKED, subject_id=draft.pk, data__fingerprint=fingerprint(draft.as_rules())
    )
    return looks.select_related("actor").order_by("-pk").first()


def in_shadow(rows: CustomerQuerySet, rules: RuleSet, today: date) -> Any:
    """Give customers `shadow_score` and `shadow_label`: what `rules` would say on a day, worked out by the database.

    Nothing is written, so a draft can have no effect. The same as `rules.score.score` and `label_of` for each row.
    """
    points: Expression | Coalesce = Value(0)
    for row in rules.rows:
        held = Case(When(_held(row.key, rules, today), then=Value(row.points)), default=Value(0))
        points = points + held
    rated = rows.annotate(shadow_score=Coalesce("score_override", points, output_field=IntegerField()))
    return rated.annotate(
        shadow_label=Case(
            When(shadow_score__gte=rules.pass_mark, then=Value(Label.HOT.value)),
            When(shadow_score__gte=rules.ordinary_mark, then=Value(Label.ORDINARY.value)),
            default=Value(Label.NURTURE.value),
            output_field=CharField(),
        )
    )


def _held(key: str, rules: RuleSet, today: date) -> Q | GreaterThanOrEqual:
    if key == "industry_fit":
        words = [Q(industry__contains=word) for word in rules.industries if word]
        return _any(words)
    if key == "budget_clear":
        return Q(budget_min__isnull=False) | Q(budget_max__isnull=False)
    if key == "authority_clear":
        return Q(is_authority_clear=True)
    if key == "need_stated":
        said = Func(F("need"), Value(SPACES), Value(""), function="translate", output_field=TextField())
        return GreaterThanOrEqual(Length(said), LEAST_NEED)
    return Q(purchase_by__lte=today + timedelta(days=LONGEST_QUARTER))  # timing_near


def _any(conditions: Sequence[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """How many customers would go from one class to another."""

    origin: str
    target: str
    customers: int


def changes(user: User, rules: RuleSet, today: date) -> list[Change]:
    """Return from which class to which the customers in sight would go under `rules`; each opens `changing`."""
    rows = (
        in_shadow(Customer.objects.visible_to(user), rules, today).order_by().values("label", "shadow_label")
    )
    counted = rows.annotate(customers=Count("pk")).order_by("label", "shadow_label")  # each row is rated once
    return [
        Change(one["label"], one["shadow_label"], one["customers"])
        for one in counted
        if one["label"] != one["shadow_label"]
    ]


def changing(user: User, rules: RuleSet, today: date, *, origin: str = "", target: str = "") -> Any:
    """Return the customers in sight that would change class under `rules`, all of them or those of one change."""
    rows = in_shadow(Customer.objects.visible_to(user), rules, today).exclude(label=F("shadow_label"))
    if origin:
        rows = rows.filter(label=origin)
    return rows.filter(shadow_label=target) if target else rows


@dataclass(frozen=True, slots=True)
class PastScore:
    """A score that stands or stood: since when, what it was computed from, and what computing it again says."""

    customer: int
    until: datetime | None  # None: it stands now
    kept: KeptScore
    again: Rescored


def scores_of(customer: Customer) -> list[PastScore]:
    """Return a customer's scores, the one that stands first, each computed again.

    They are read as stored, whatever of `customer` is veiled. Versions that changed none are left out, also where a
    score was only found the same on another day.
    """
    versions = published_rules()
    standing = Customer.objects.values(*_KEPT).get(pk=customer.pk)
    former = ((row["pgh_created_at"], row) for row in _rows([customer.pk]))
    found: list[PastScore] = []
    for until, values in ((None, standing), *former):
        past = _past(customer.pk, until, values, versions)
        if not found or not _is_same(found[-1], past):
            found.append(past)
    return found


def _is_same(one: PastScore, other: PastScore) -> bool:
    return one.again == other.again and replace(one.kept, on=None) == replace(other.kept, on=None)


def every_score(chunk: int = 2000) -> Iterator[PastScore]:
    """Yield every score of every customer, those that stand and those that stood, computed again; a few queries a chunk."""
    versions, after = published_rules(), 0
    while True:
        rows = list(Customer.objects.filter(pk__gt=after).order_by("pk").values("pk", *_KEPT)[:chunk])
        if not rows:
            return
        after = rows[-1]["pk"]
        for row in rows:
            yield _past(row["pk"], None, row, versions)
        yield from _stood([row["pk"] for row in rows], versions)


def _stood(ids: Sequence[int], versions: dict[int, RuleSet]) -> Iterator[PastScore]:
    for row in _rows(ids).iterator(chunk_size=2000):
        yield _past(row["id"], row["pgh_created_at"], row, versions)


def _rows(ids: Sequence[int]) -> Any:
    history = apps.get_model("customers", "CustomerRow")._default_manager
    return history.filter(pgh_obj_id__in=ids).order_by("-pgh_id").values("id", "pgh_created_at", *_KEPT)


def _past(pk: int, until: datetime | None, values: dict[str, Any], versions: dict[int, RuleSet]) -> PastScore:
    kept = KeptScore(
        values["score"], values["label"], values["score_version"], values["scored_on"], facts_from(values),
        values["score_override"],
    )  # fmt: skip
    return PastScore(pk, until, kept, rescore(kept, versions.get(kept.version)))
