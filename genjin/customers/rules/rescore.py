"""A score computed again from what is kept of it, to say whether it is the same. Pure."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from genjin.customers.rules.score import Facts, RuleSet, label_of, score

TELLS_THE_DAY = "timing_near"  # the one rule that asks what day it is


@dataclass(frozen=True, slots=True)
class KeptScore:
    """A score as it stands or stood, with all it was computed from; `override` is a person's word that stood above it."""

    score: int
    label: str
    version: int
    on: date | None
    facts: Facts
    override: int | None = None


class Verdict(TextChoices):
    """What computing a score again says."""

    IDENTICAL = "identical", _("identical")
    DIFFERS = "differs", _("differs")
    NO_RULES = "no_rules", _("its rules are not kept")
    NO_DAY = "no_day", _("its day is not kept")


@dataclass(frozen=True, slots=True)
class Rescored:
    """A score computed again: what the rules give, what therefore has to stand there, and whether it does."""

    verdict: Verdict
    computed: int | None = None  # what the rules give, a person's word aside
    label: str = ""


def rescore(kept: KeptScore, rule_set: RuleSet | None) -> Rescored:
    """Compute a kept score again under its own version of the rules and on its own day.

    Without its day (kept since the column is there) a score is computed only where the day does not matter. A key
    of a rule keeps its meaning for good: a new meaning is a new key, lest old scores come out otherwise.
    """
    if rule_set is None or rule_set.version != kept.version:
        return Rescored(Verdict.NO_RULES)
    asks_day = any(row.key == TELLS_THE_DAY for row in rule_set.rows) and kept.facts.purchase_by is not None
    if kept.on is None and asks_day:
        return Rescored(Verdict.NO_DAY)
    computed = score(kept.facts, rule_set, kept.on or date.min)
    stands = computed if kept.override is None else kept.override
    label = label_of(stands, rule_set).value
    is_same = (stands, label) == (kept.score, kept.label)
    return Rescored(Verdict.IDENTICAL if is_same else Verdict.DIFFERS, computed, label)


def fingerprint(rule_set: RuleSet) -> str:
    """Return what two rule sets share only when they rate everybody alike by the same words; versions aside."""
    told = [
        [[row.key, row.points] for row in rule_set.rows],
        rule_set.pass_mark,
        rule_set.ordinary_mark,
        list(rule_set.industries),
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]
