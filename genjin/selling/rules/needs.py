"""What a need must say, when it is late, and what of it the customer's record follows. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at

WITHIN = timedelta(hours=24)  # so soon what was told is written down (S3-21)
MOST_PAINS = 20
TEXTS = (
    "title", "situation", "problem", "implication", "payoff", "current_tool", "wishes", "decision_process", "joint_deciders",
)  # fmt: skip
FIELDS = (*TEXTS, "pains", "budget_min", "budget_max")
LONGEST = {"title": 120, "current_tool": 200, "decision_process": 300, "joint_deciders": 200}
FOLLOWED = ("need", "pain_points", "budget", "decision_process")  # what of a customer follows its newest need
MOST_BUDGET = Decimal(10) ** 12


def is_late(told_at: datetime, now: datetime) -> bool:
    """Whether what was told at a moment is written down more than 24 hours later (S3-21)."""
    return now - told_at > WITHIN


def check_need(values: Mapping[str, Any]) -> None:
    """Refuse a need that does not say what is needed, or a budget upside down; only values given are looked at.

    Raises RuleError `need_missing`, `budget_out_of_order`, `too_long`, `pains_too_many`.
    """
    if "title" in values and not values["title"]:
        raise wrong_at("title", _("Write what is needed this time."), "need_missing")
    for name, most in LONGEST.items():
        if len(values.get(name) or "") > most:
            raise wrong_at(name, _("At most %(count)d characters.") % {"count": most}, "too_long")
    low, high = values.get("budget_min"), values.get("budget_max")
    if any(one is not None and not 0 <= one < MOST_BUDGET for one in (low, high)):
        raise wrong_at(
            "budget_min", _("A budget is not negative and below a million million."), "budget_out_of_order"
        )
    if low is not None and high is not None and high < low:
        raise wrong_at("budget_max", _("The budget ends below where it begins."), "budget_out_of_order")
    pains = values.get("pains") or []
    if len(pains) > MOST_PAINS or any(len(pain) > 300 for pain in pains):
        raise wrong_at(
            "pains",
            _("At most %(count)d pain points of 300 characters.") % {"count": MOST_PAINS},
            "pains_too_many",
        )


def check_told(told_at: datetime, now: datetime) -> None:
    """Refuse what has not been told yet. Raises RuleError `told_in_future`."""
    if told_at > now + timedelta(minutes=5):
        raise wrong_at("told_at", _("A need is written down after it was told."), "told_in_future")


def for_customer(
    need: Mapping[str, Any], customer: Mapping[str, Any], ticked: Collection[str]
) -> dict[str, str]:
    """Return what the customer's record takes from a need: where it is empty, or where somebody ticked it (S3-10)."""
    pains = "\n".join(f"{number}. {pain}" for number, pain in enumerate(need.get("pains") or (), start=1))
    found = {
        "need": str(need.get("title") or ""),
        "pain_points": pains or str(need.get("problem") or ""),
        "decision_process": str(need.get("decision_process") or ""),
    }
    taken = {name: text for name, text in found.items() if text and (name in ticked or not customer[name])}
    ends = {name: need.get(name) for name in ("budget_min", "budget_max")}
    has_budget = any(value is not None for value in ends.values())
    if has_budget and (
        "budget" in ticked or (customer["budget_min"] is None and customer["budget_max"] is None)
    ):
        taken |= {name: "" if value is None else str(value) for name, value in ends.items()}
    return taken
