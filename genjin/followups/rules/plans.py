"""What a plan for one customer must say, by the terms of its grade. Pure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from genjin.followups.rules.grades import GradeTerms
from genjin.followups.rules.words import Method
from genjin.kit.errors import RuleError


def check_plan(terms: GradeTerms, cadence_days: int, channels: Sequence[str], goal: str) -> None:
    """Refuse a plan outside the grade's terms, or one that says nothing (S2-13). Raises RuleError `plan_invalid`."""
    refused: dict[str, list[str]] = {}
    least = terms.min_gap_days or 1
    if not least <= cadence_days <= terms.max_gap_days:
        sentence = _("This grade asks for a contact every %(least)d to %(most)d days.")
        if least == terms.max_gap_days:
            sentence = _("This grade asks for a contact every %(most)d days.")
        refused["cadence_days"] = [sentence % {"least": least, "most": terms.max_gap_days}]
    if not channels or not set(channels) <= set(Method.values):
        refused["channels"] = [_("Choose at least one way of contact.")]
    if not goal.strip():
        refused["goal"] = [_("Write what is to be reached.")]
    if refused:
        raise RuleError(_("Please correct the marked fields."), "plan_invalid", fields=refused)
