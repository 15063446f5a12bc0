"""The stretches of days figures are asked for, what each is compared with, and how it is cut for a trend. Pure."""

from calendar import monthrange
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from genjin.followups.rules import Period


class Stretch(TextChoices):
    TODAY = "today", pgettext_lazy("stretch", "Today")
    WEEK = "week", pgettext_lazy("stretch", "This week")
    LAST_WEEK = "last_week", pgettext_lazy("stretch", "Last week")
    MONTH = "month", pgettext_lazy("stretch", "This month")
    LAST_MONTH = "last_month", pgettext_lazy("stretch", "Last month")
    QUARTER = "quarter", pgettext_lazy("stretch", "This quarter")
    LAST_QUARTER = "last_quarter", pgettext_lazy("stretch", "Last quarter")
    YEAR = "year", pgettext_lazy("stretch", "This year")
    LAST_YEAR = "last_year", pgettext_lazy("stretch", "Last year")


class Grain(TextChoices):
    """How a trend is cut."""

    DAY = "day", pgettext_lazy("grain", "Day")
    WEEK = "week", pgettext_lazy("grain", "Week")
    MONTH = "month", pgettext_lazy("grain", "Month")
    QUARTER = "quarter", pgettext_lazy("grain", "Quarter")
    YEAR = "year", pgettext_lazy("grain", "Year")


_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LAST_OF = {Stretch.LAST_WEEK: Grain.WEEK, Stretch.LAST_MONTH: Grain.MONTH, Stretch.LAST_QUARTER: Grain.QUARTER, Stretch.LAST_YEAR: Grain.YEAR}  # fmt: skip
_OF = {Stretch.TODAY: Grain.DAY, Stretch.WEEK: Grain.WEEK, Stretch.MONTH: Grain.MONTH, Stretch.QUARTER: Grain.QUARTER, Stretch.YEAR: Grain.YEAR}  # fmt: skip


def unit_of(grain: str, day: date) -> Period:
    """Return the day, week (from Monday), month, quarter or year in which `day` lies."""
    if grain == Grain.WEEK:
        first = day - timedelta(days=day.weekday())
        return Period(first, first + timedelta(days=6))
    months = _MONTHS.get(grain)
    if months is None:
        return Period(day, day)
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    last = first.month + months - 1
    return Period(first, date(first.year, last, monthrange(first.year, last)[1]))


def stretch_of(stretch: str, today: date) -> Period:
    """Return a named stretch as it stands today."""
    kind = Stretch(stretch)
    if kind in _LAST_OF:
        this = unit_of(_LAST_OF[kind], today)
        return unit_of(_LAST_OF[kind], this.first - timedelta(days=1))
    return unit_of(_OF[kind], today)


def grain_of(period: Period) -> Grain | None:
    """Return the unit a period is one of; None of any other stretch."""
    return next((grain for grain in Grain if unit_of(grain, period.first) == period), None)


def before(period: Period) -> Period:
    """Return what a period is compared with next to it (环比): the unit before, or as many days before."""
    grain = grain_of(period)
    if grain is not None:
        return unit_of(grain, period.first - timedelta(days=1))
    days = (period.last - period.first).days + 1
    return Period(period.first - timedelta(days=days), period.first - timedelta(days=1))


def year_before(period: Period) -> Period:
    """Return the same stretch of the year before (同比); 29 February is compared with the 28th, weeks by 52 weeks."""
    if grain_of(period) == Grain.WEEK:
        return Period(period.first - timedelta(weeks=52), period.last - timedelta(weeks=52))
    whole_month = period.last.day == monthrange(period.last.year, period.last.month)[1]
    last = _year_back(period.last)
    if whole_month:
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return Period(_year_back(period.first), last)


def _year_back(day: date) -> date:
    leap_day = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def so_far(period: Period, today: date, other: Period) -> Period:
    """Return as much of `other` as is over of `period` on `today`, so that a begun month is not compared with a whole one."""
    if not period.first <= today < period.last:
        return other
    days = (today - period.first).days
    return Period(other.first, min(other.last, other.first + timedelta(days=days)))


def trend_grain(period: Period) -> Grain:
    """Return how a period is best cut: days up to a month, weeks up to half a year, months beyond."""
    days = (period.last - period.first).days + 1
    return Grain.DAY if days <= 31 else Grain.WEEK if days <= 190 else Grain.MONTH


def pieces(first: date, last: date) -> tuple[tuple[date, date] | None, list[tuple[date, date]]]:
    """Return the whole months within some days, as their first and last first-day, and the stretches of days around them."""
    begins = first if first.day == 1 else _next_month(first)
    after = (
        _next_month(last) if last == _month_end(last) else last.replace(day=1)
    )  # the first day not in a whole month
    if begins >= after:
        return None, [(first, last)]
    around = [(first, begins - timedelta(days=1)), (after, last)]
    return (begins, (after - timedelta(days=1)).replace(day=1)), [(a, b) for a, b in around if a <= b]


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _next_month(day: date) -> date:
    return _month_end(day) + timedelta(days=1)


def unit_words(grain: str, day: date) -> str:
    """Return how the unit of time that begins on a day is called: 2026-03, 2026 Q1, 2026; a week or day by its first day."""
    return {Grain.MONTH: f"{day:%Y-%m}", Grain.QUARTER: f"{day.year} Q{(day.month + 2) // 3}", Grain.YEAR: str(day.year)}.get(Grain(grain), str(day))  # fmt: skip
