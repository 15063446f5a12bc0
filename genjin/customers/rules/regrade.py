"""When another grade than the one a person confirmed is proposed. Pure; a person decides."""

from datetime import date

from django.utils.translation import gettext as _

from genjin.customers.rules.axes import OPEN_STAGES, Grade
from genjin.customers.rules.score import Facts, is_need_stated, propose_grade


def has_purchase_plan(facts: Facts, today: date) -> bool:
    """Whether the customer said when it wants to buy: in words, or a day that has not passed (S0-27)."""
    return bool(facts.purchase_timing.strip()) or (
        facts.purchase_by is not None and facts.purchase_by >= today
    )


def propose_change(
    grade: str, stage: str, facts: Facts, today: date, *, heard: bool = False
) -> tuple[Grade, str] | None:
    """Return another grade with its reason, or None: B to A, A to B, C to B or A (S0-25..27).

    `heard`: the last contact wrote down a new need. Customers beyond the open stages keep their grade.
    """
    if stage not in OPEN_STAGES:
        return None
    if grade == Grade.B and facts.has_budget and facts.is_authority_clear:
        return Grade.A, _("Budget and decision flow are clear now")
    if grade == Grade.A and not has_purchase_plan(facts, today):
        return Grade.B, _("No purchase plan on record")
    if grade == Grade.C and (heard or is_need_stated(facts.need)):
        proposed, _reason = propose_grade(facts, today)
        if proposed == Grade.A:
            return Grade.A, _("Need, budget, decision and date of purchase are all clear now")
        return Grade.B, _("The customer named a concrete need")
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
