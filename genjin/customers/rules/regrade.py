"""When another grade than the one a person confirmed is proposed. Pure; a person decides."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.customers.rules.axes import OPEN_STAGES, Grade
from genjin.customers.rules.score import Facts, is_need_stated, propose_grade

# Kept by its code, said in the reader's language; `silent` carries the day it began.
REASONS: Mapping[str, Any] = {
    "settled": _("Budget and decision flow are clear now"),
    "no_plan": _("No purchase plan on record"),
    "all_clear": _("Need, budget, decision and date of purchase are all clear now"),
    "need": _("The customer named a concrete need"),
    "silent": _("No answer since %(day)s"),
}


def reason_words(kept: str) -> str:
    """Return why something is proposed, in the language of the moment; "" for nothing."""
    code, _colon, day = kept.partition(":")
    return str(REASONS.get(code, "")) % {"day": day}


def has_purchase_plan(facts: Facts, today: date) -> bool:
    """Whether the customer said when it wants to buy: in words, or a day that has not passed (S0-27)."""
    return bool(facts.purchase_timing.strip()) or (
        facts.purchase_by is not None and facts.purchase_by >= today
    )


def propose_change(
    grade: str, stage: str, facts: Facts, today: date, *, heard: bool = False
) -> tuple[Grade, str] | None:
    """Return another grade with the code of its reason, or None: B to A, A to B, C to B or A (S0-25..27).

    `heard`: the last contact wrote down a new need. Customers beyond the open stages keep their grade.
    """
    if stage not in OPEN_STAGES:
        return None
    if grade == Grade.B and facts.has_budget and facts.is_authority_clear:
        return Grade.A, "settled"
    if grade == Grade.A and not has_purchase_plan(facts, today):
        return Grade.B, "no_plan"
    if grade == Grade.C and (heard or is_need_stated(facts.need)):
        proposed, _why = propose_grade(facts, today)
        if proposed == Grade.A:
            return Grade.A, "all_clear"
        return Grade.B, "need"
    return None


def mark_of(facts: Facts, today: date) -> str:
    """Return what the proposals look at as a few letters: what a person decided on, so as not to ask twice."""
    looks = {
        "n": is_need_stated(facts.need),
        "b": facts.has_budget,
        "a": facts.is_authority_clear,
        "p": has_purchase_plan(facts, today),
    }
    return "=" + "".join(letter for letter, is_so in looks.items() if is_so)
