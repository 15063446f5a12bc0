"""What is counted on: probability by stage, months, and purchases without a day. Pure."""

from collections.abc import Mapping
from datetime import date

from genjin.selling.rules.words import OPEN_STAGES, OpportunityStage

CHANCES: Mapping[str, int] = {  # what ships; edited in the settings
    OpportunityStage.QUALIFIED: 30,
    OpportunityStage.NEGOTIATION: 60,
    OpportunityStage.WON: 100,
    OpportunityStage.LOST: 0,
}
LATE, UNDATED = "late", "undated"  # instead of a month


def month_of(expected_close: date | None, today: date) -> str:
    """Return under which month an open purchase is counted on: `2026-03`, or that its day is past, or missing."""
    if expected_close is None:
        return UNDATED
    return LATE if expected_close < today else f"{expected_close:%Y-%m}"


def tone_of(stage: str, expected_close: date | None, today: date) -> str:
    """Return the colour of an expected close: red when past, orange when missing; nothing once it is closed."""
    if stage not in OPEN_STAGES:
        return ""
    found = month_of(expected_close, today)
    return {LATE: "red", UNDATED: "orange"}.get(found, "")
