"""Working on one customer together: until when somebody helps. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at


def end_of(last_day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment after `last_day` in the company's zone: sight ends with the day (S0-3)."""
    return datetime.combine(last_day + timedelta(days=1), time.min, zone)


def last_day_of(ends_at: datetime, zone: ZoneInfo) -> date:
    """Return the last day on which somebody helps."""
    return ends_at.astimezone(zone).date() - timedelta(days=1)


def check_last_day(last_day: date | None, today: date) -> None:
    """Refuse an end that has passed. Raises RuleError `ends_in_past`."""
    if last_day is not None and not today <= last_day < date(2200, 1, 1):
        sentence = _("Choose a day from today on.")
        raise wrong_at("ends_on", sentence, "ends_in_past")
