"""A customer's chance on its page: with range and reasons, or why there is none."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.rules import OPEN_STAGES, Stage
from genjin.insights.queries.chances import chance_of, newest_model
from genjin.insights.rules.chances.trust import is_order_only
from genjin.insights.rules.early import HORIZON, caution, kept_reason_words, no_chance, place, why_not


def chance_context(user: User, customer: Customer, now: datetime) -> dict[str, Any]:
    """Return `chance` for the customer's page; None where nothing was learned yet, or the customer is closed."""
    model = newest_model() if customer.stage in OPEN_STAGES else None
    if model is None:
        return {"chance": None}
    doubts, warnings = ([one["code"] for one in model.report.get(key, [])] for key in ("reasons", "warnings"))
    shown: dict[str, Any] = {
        "level": model.get_level_display(), "learned_at": model.learned_at,
        "why_not": why_not(model.level, doubts, now - model.learned_at),
    }  # fmt: skip
    found = None if shown["why_not"] else chance_of(user, customer)
    if found is None:
        return {"chance": shown | {"none": no_chance(customer.created_at, model.learned_at)}}
    if is_order_only(warnings):
        shown |= {"place": place(found.chance, model.report["thirds"])}
    else:
        shown |= {"percent": percent(found.chance), "low": percent(found.low), "high": percent(found.high)}
    shown |= {
        "days": HORIZON.days, "caution": caution(warnings),
        "reasons": [{"words": kept_reason_words(one, value_words()), "raises": one["raises"]} for one in found.reasons],
    }  # fmt: skip
    return {"chance": shown}


def percent(share: float) -> str:
    """Return a share in whole percent; what is neither none nor all is not shown as if it were."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def value_words() -> dict[str, str]:
    """Return the words of values that are codes."""
    return {stage.value: str(stage.label) for stage in Stage} | {
        "hand": _("by hand"),
        "sheet": _("from a sheet"),
    }
