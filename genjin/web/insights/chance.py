"""A customer's chance on its page: with range and reasons, or why there is none."""

from typing import Any

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.insights.queries.chances import chance_of, newest_model
from genjin.insights.rules.early import reason_words, why_not


def chance_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return `chance` for the customer's page; None where nothing was learned yet, or the customer is closed."""
    model = None if customer.stage in {Stage.WON, Stage.REPEAT, Stage.LOST} else newest_model()
    if model is None:
        return {"chance": None}
    found = chance_of(user, customer) if model.is_reliable else None
    codes = [reason["code"] for reason in model.report.get("reasons", [])]
    shown: dict[str, Any] = {
        "level": model.get_level_display(),
        "model": model,
        "why_not": why_not(model.level, codes),
    }
    if found is not None:
        shown |= {
            "percent": percent(found.chance), "low": percent(found.low), "high": percent(found.high),
            "reasons": [{"words": reason_words(one, value_words()), "raises": one["raises"]} for one in found.reasons],
        }  # fmt: skip
    return {"chance": shown}


def percent(share: float) -> str:
    return f"{share:.0%}"


def value_words() -> dict[str, str]:
    """Return the words of values that are codes."""
    return {stage.value: str(stage.label) for stage in Stage} | {
        "hand": _("by hand"),
        "sheet": _("from a sheet"),
    }
