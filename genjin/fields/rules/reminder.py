"""When a template is to be looked at again."""

from calendar import monthrange
from datetime import date, datetime

REVISE_AFTER_MONTHS = 6


def revision_due(published_at: datetime) -> date:
    """Return the day half a year after a version came out, the month's last where the day is missing (S1-18)."""
    day = published_at.date()
    month = day.month - 1 + REVISE_AFTER_MONTHS
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
