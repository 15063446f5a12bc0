"""How often a grade is contacted, and which day is next, by the terms of its policy. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from genjin.followups.rules.grades import GradeTerms
from genjin.kit.working_days import WorkCalendar

BASE_INFO_WITHIN = timedelta(hours=24)  # S2-8
PLAN_WORKING_DAYS = 3  # S2-13
OPENS_AT = time(9, 0)
CLOSES_AT = time(18, 0)


def propose_next_contact(terms: GradeTerms, last: date, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Return when to be in touch again: the longest gap after `last`, on a working day at 09:00 (S2-10..12)."""
    return working_morning(last + timedelta(days=terms.max_gap_days), calendar, zone)


def working_morning(day: date, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Return 09:00 of the first working day from `day` on."""
    return calendar.next_working_moment(datetime.combine(day, OPENS_AT, zone), opens=OPENS_AT, zone=zone)


def first_mornings(terms: GradeTerms, today: date, calendar: WorkCalendar, zone: ZoneInfo) -> list[datetime]:
    """Return the working mornings on which a first contact is in time: after `today`, up to the longest gap.

    Many new customers are spread over them, so that nobody has to call 500 people on one day (S2-10..12).
    """
    last = propose_next_contact(terms, today, calendar, zone)
    days = (today + timedelta(days=ahead) for ahead in range(1, terms.max_gap_days + 1))
    mornings = [datetime.combine(day, OPENS_AT, zone) for day in days if calendar.is_working(day)]
    return mornings or [last]


def replanned(  # noqa: PLR0917
    dues: Sequence[datetime],
    terms: tuple[GradeTerms, GradeTerms],
    since: date,
    today: date,
    calendar: WorkCalendar,
    zone: ZoneInfo,
) -> list[datetime]:
    """Return the new due moments of a customer's follow-up tasks when its grade changes (S0-27).

    `dues` are the old ones, soonest first; `terms` those of the grade before and after. The n-th task is due n longest gaps after `since` (the last contact, or
    today without one), on a working morning, never before today's. A grade that asks for more attention moves nothing
    further away than it was.
    """
    found, (before, after) = [], terms
    for at, due in enumerate(dues, start=1):
        day = max(since + timedelta(days=after.max_gap_days * at), today)
        new = working_morning(day, calendar, zone)
        found.append(min(due, new) if after.max_gap_days < before.max_gap_days else new)
    return found


def plan_due(now: datetime, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Return until when a plan is filed: the evening of the third working day after the grading (S2-13)."""
    day = calendar.add_working_days(now.astimezone(zone).date(), PLAN_WORKING_DAYS)
    return datetime.combine(day, CLOSES_AT, zone)


def too_often_hint(terms: GradeTerms, contacts_this_week: int, days_since_last: int | None) -> str:
    """Return a gentle hint when a customer is contacted more than its grade allows, else "" (S0-16, S0-18)."""
    if terms.most_per_week is not None and contacts_this_week > terms.most_per_week:
        sentence = _("%(count)d contacts this week already; leave some room.")
        return sentence % {"count": contacts_this_week}
    if (
        terms.min_gap_days is not None
        and days_since_last is not None
        and days_since_last < terms.min_gap_days
    ):
        sentence = _(
            "Avoid disturbing too much: this grade is contacted every %(days)d days, the last was %(ago)d days ago."
        )
        return sentence % {"days": terms.min_gap_days, "ago": days_since_last}
    return ""
