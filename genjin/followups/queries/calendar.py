"""The company's working calendar, from its table."""

from zoneinfo import ZoneInfo

from django.utils import timezone

from genjin.followups.models import CalendarDay
from genjin.kit.working_days import WorkCalendar


def work_calendar() -> WorkCalendar:
    """Return the working calendar as kept in Settings; one query."""
    return WorkCalendar(dict(CalendarDay.objects.values_list("day", "is_working")))


def company_zone() -> ZoneInfo:
    """Return the time zone the company works in."""
    zone = timezone.get_default_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone))
