"""What a campaign may look like, and what a lead of it cost. Pure."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at
from genjin.kit.money import to_cents


def check_period(starts_on: date | None, ends_on: date | None) -> None:
    """Refuse a campaign that ends before it begins; either end may be open. Raises RuleError `period_invalid`."""
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        sentence = _("The campaign ends before it begins.")
        raise wrong_at("ends_on", sentence, "period_invalid")


def check_cost(cost: Decimal | None) -> None:
    """Refuse a cost below nothing. Raises RuleError `cost_invalid`."""
    if cost is not None and not (cost.is_finite() and cost >= 0):
        sentence = _("Write what the campaign cost, 0 or more.")
        raise wrong_at("cost", sentence, "cost_invalid")


def cost_per_lead(cost: Decimal | None, leads: int) -> Decimal | None:
    """Return yuan a lead, to the cent (S4-7); None while the cost is unknown or nobody has come."""
    if cost is None or leads <= 0:
        return None
    return to_cents(cost / leads)
