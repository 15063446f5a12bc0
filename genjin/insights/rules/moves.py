"""How a figure moved against an earlier one, in words, and whether that is good. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.insights.rules.figures import Unit

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Move:
    """In points for shares, in percent for the rest; `text` "" where there is nothing to compare."""

    text: str = ""
    tone: str = ""
    way: str = ""  # up, down, or "" of what stayed


def move_of(unit: str, now: Decimal | int | None, then: Decimal | int | None, *, is_bad: bool) -> Move:
    """Return how a figure moved; less is better of what is bad, of days and of hours. What rounds to nothing stayed."""
    if now is None or then is None or (not then and unit != Unit.SHARE):
        return Move()
    moved = Decimal(now) - Decimal(then)
    if unit == Unit.SHARE:
        shown = f"{moved * _HUNDRED:+.1f}"
        text = _("%(points)s points") % {"points": shown}
    elif unit == Unit.POINTS:
        text = shown = f"{moved:+.1f}"
    else:
        shown = f"{moved / Decimal(then) * _HUNDRED:+.0f}"
        text = f"{shown}%"
    if not Decimal(shown):
        return Move(text)
    good = (moved > 0) != (is_bad or unit in {Unit.DAYS, Unit.HOURS})
    return Move(text, "green" if good else "red", "up" if moved > 0 else "down")
