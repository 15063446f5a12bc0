"""How often a grade is contacted, and which day is next. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from genjin.kit.working_days import WorkCalendar

GAP_DAYS = {"A": 7, "B": 14, "C": 30}  # S2-10..12
MOST_PER_WEEK_A = 2  # S0-16
FIRST_CONTACT_WITHIN = timedelta(hours=24)
BASE_INFO_WITHIN = timedelta(hours=24)  # S2-8
OPENS_AT = time(9, 0)


def propose_next_contact(grade: str, last: date, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Return when to be in touch again: the grade's gap after `last`, on a working day at 09:00 (S2-10..12)."""
    day = last + timedelta(days=GAP_DAYS[grade])
    return calendar.next_working_moment(datetime.combine(day, OPENS_AT, zone), opens=OPENS_AT, zone=zone)


def first_mornings(grade: str, today: date, calendar: WorkCalendar, zone: ZoneInfo) -> list[datetime]:
    """Return the working mornings on which a first contact is in time: after `today`, up to the grade's gap.

    Many new customers are spread over them, so that nobody has to call 500 people on one day (S2-10..12).
    """
    last = propose_next_contact(grade, today, calendar, zone)
    days = (today + timedelta(days=ahead) for ahead in range(1, GAP_DAYS[grade] + 1))
    mornings = [datetime.combine(day, OPENS_AT, zone) for day in days if calendar.is_working(day)]
    return mornings or [last]


def too_often_hint(grade: str, contacts_this_week: int, days_since_last: int | None) -> str:
    """Return a gentle hint when a customer is contacted more than its grade allows, else "" (S0-16, S0-18)."""
    if grade == "A" and contacts_this_week > MOST_PER_WEEK_A:
        return _("More than twice this week already; leave some room.")
    if grade == "C" and days_since_last is not None and days_since_last < GAP_DAYS["C"]:
        return _("A C customer is contacted once a month; avoid disturbing.")
    return ""
