"""Which facts about a customer are checked, how long a check holds, and how a fact stands. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.kit.dates import months_back
from genjin.kit.errors import RuleError, wrong_at


class CheckMethod(TextChoices):
    """How one made sure (S1-11)."""

    SITE = "site", gettext_lazy("On site")
    CALL = "call", gettext_lazy("By a call")
    SECOND_PERSON = "second_person", gettext_lazy("A second person confirmed it")
    REGISTRY = "registry", gettext_lazy("Official registry")
    DOCUMENT = "document", gettext_lazy("A document")
    OTHER = "other", pgettext_lazy("check", "In another way")


class FactState(TextChoices):
    """How a fact stands today."""

    VERIFIED = "verified", pgettext_lazy("fact", "Verified")
    UNVERIFIED = "unverified", pgettext_lazy("fact", "Not verified")
    CHANGED = "changed", pgettext_lazy("fact", "Changed since the check")
    STALE = "stale", pgettext_lazy("fact", "Stale")


@dataclass(frozen=True, slots=True)
class Fact:
    """Fields that are checked together; `months` is how long a check holds unless Settings say otherwise.

    Dynamic facts move with the deal and ask to be confirmed again; key facts count in the monthly figures.
    """

    key: str
    label: Any
    fields: tuple[str, ...]
    months: int
    is_dynamic: bool = False
    is_key: bool = False

    @property
    def of_person(self) -> bool:
        """Whether the fact is about a contact and not about the customer."""
        return self.key.startswith(PERSON)


PERSON = "contact."
FACTS: tuple[Fact, ...] = (
    Fact("name", gettext_lazy("Customer name"), ("name",), 24, is_key=True),
    Fact("credit_code", gettext_lazy("Credit code"), ("credit_code",), 36),
    Fact("industry", gettext_lazy("Industry"), ("industry",), 24, is_key=True),
    Fact("size", gettext_lazy("Company size"), ("size", "employee_count"), 12),
    Fact("revenue", gettext_lazy("Yearly revenue"), ("revenue_min", "revenue_max"), 12),
    Fact("founded", gettext_lazy("Founded"), ("founded_on",), 60),
    Fact("region", gettext_lazy("Region"), ("province", "city", "district"), 24, is_key=True),
    Fact("address", gettext_lazy("Address"), ("address",), 24),
    Fact("main_business", gettext_lazy("Main business"), ("main_business",), 24),
    Fact("need", gettext_lazy("Need"), ("need",), 3, is_dynamic=True, is_key=True),
    Fact("pain_points", gettext_lazy("Pain points"), ("pain_points",), 6, is_dynamic=True),
    Fact("budget", gettext_lazy("Budget"), ("budget_min", "budget_max"), 3, is_dynamic=True, is_key=True),
    Fact(
        "decision", gettext_lazy("Who decides"), ("is_authority_clear", "decision_process"), 3,
        is_dynamic=True, is_key=True,
    ),
    Fact("timing", gettext_lazy("Purchase timing"), ("purchase_timing", "purchase_by"), 3, is_dynamic=True, is_key=True),
    Fact("competitors", gettext_lazy("Competitors"), ("competitors",), 6, is_dynamic=True),
    Fact(f"{PERSON}person", gettext_lazy("Contact and job title"), ("name", "job_title", "is_decider"), 6, is_dynamic=True),
    Fact(f"{PERSON}phone", gettext_lazy("Phone"), ("phone", "phone2"), 6, is_dynamic=True),
    Fact(f"{PERSON}wechat", gettext_lazy("WeChat"), ("wechat",), 12, is_dynamic=True),
    Fact(f"{PERSON}email", gettext_lazy("E-mail"), ("email",), 12, is_dynamic=True),
)  # fmt: skip
BY_KEY: Mapping[str, Fact] = {fact.key: fact for fact in FACTS}
OF_CUSTOMER = tuple(fact for fact in FACTS if not fact.of_person)
OF_PERSON = tuple(fact for fact in FACTS if fact.of_person)
MOST_MONTHS = 120
_BETWEEN = "\x1f"


def fact_named(key: str) -> Fact:
    """Return the fact of a key. Raises RuleError `fact_unknown`."""
    if key not in BY_KEY:
        raise RuleError(_("Unknown fact: %(key)s.") % {"key": key}, "fact_unknown")
    return BY_KEY[key]


def is_empty(values: Sequence[Any]) -> bool:
    """Whether a fact says nothing: every part is blank, zero length or no."""
    return not any(value is not None and value != "" and value is not False for value in values)


def fingerprint(values: Sequence[Any]) -> str:
    """Return 32 hex digits that are equal for equal values; the database works out the same from its columns."""
    text = _BETWEEN.join(_as_text(value) for value in values)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def state_of(
    current: str, seen: str | None, checked_on: date | None, *, months: int, today: date
) -> FactState:
    """Return how a fact stands: `current` and `seen` are fingerprints, `seen` None when it was never checked (S1-12).

    A check holds for `months` to the day; a value that was written since comes before its age.
    """
    if seen is None or checked_on is None:
        return FactState.UNVERIFIED
    if seen != current:
        return FactState.CHANGED
    return FactState.STALE if checked_on < months_back(today, months) else FactState.VERIFIED


def check_months(months: Mapping[str, int]) -> None:
    """Refuse a table that leaves a fact out or holds a check for no time. Raises RuleError `months_invalid`."""
    wrong = [key for key in BY_KEY if not 1 <= months.get(key, 0) <= MOST_MONTHS]
    if wrong or months.keys() - BY_KEY.keys():
        sentence = _("Write whole months from 1 to %(most)d for every fact.") % {"most": MOST_MONTHS}
        raise RuleError(sentence, "months_invalid", fields={key: [sentence] for key in wrong})


def check_method(method: str) -> None:
    """Refuse a way of checking that is not in the list. Raises RuleError `check_method_unknown`."""
    if method not in CheckMethod.values:
        sentence = _("Choose how you made sure.")
        raise wrong_at("method", sentence, "check_method_unknown")
