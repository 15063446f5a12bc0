"""What a purchase may say of itself. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at
from genjin.selling.rules.words import Forecast, OpportunityKind

MOST_AMOUNT = Decimal(10) ** 12


def check_values(values: Mapping[str, Any]) -> None:
    """Refuse values no purchase can have; only those given are looked at.

    Raises RuleError `name_missing`, `amount_out_of_range`, `probability_out_of_range`, `forecast_unknown`, `opportunity_kind_unknown`.
    """
    if "name" in values and not str(values["name"] or "").strip():
        raise wrong_at("name", _("Write what the opportunity is about."), "name_missing")
    amount = values.get("amount")
    if amount is not None and not 0 <= amount < MOST_AMOUNT:
        raise wrong_at(
            "amount", _("An amount is not negative and below a million million."), "amount_out_of_range"
        )
    chance = values.get("probability")
    if chance is not None and not 0 <= chance <= 100:
        raise wrong_at("probability", _("A probability is between 0 and 100."), "probability_out_of_range")
    if "forecast" in values and values["forecast"] not in Forecast.values:
        raise wrong_at(
            "forecast", _("Unknown: %(codes)s.") % {"codes": values["forecast"]}, "forecast_unknown"
        )
    if "kind" in values and values["kind"] not in OpportunityKind.values:
        raise wrong_at(
            "kind", _("Unknown: %(codes)s.") % {"codes": values["kind"]}, "opportunity_kind_unknown"
        )
    for line in values.get("lines") or ():
        if line.quantity <= 0 or (line.price is not None and line.price < 0):
            raise wrong_at(
                "lines", _("A quantity is above zero and a price not negative."), "line_out_of_range"
            )
