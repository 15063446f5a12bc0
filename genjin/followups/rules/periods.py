"""Days, weeks from Monday and months, as people report on them. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy


class PeriodKind(TextChoices):
    """Which stretch of time, by the report people write of it."""

    DAY = "day", gettext_lazy("Daily report")
    WEEK = "week", gettext_lazy("Weekly report")
    MONTH = "month", gettext_lazy("Monthly report")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both within."""

    first: date
    last: date

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return where it begins, and where the day after it begins."""
        after = self.last + timedelta(days=1)
        return datetime.combine(self.first, time.min, zone), datetime.combine(after, time.min, zone)

    def cut(self, day: date) -> "Period":
        """Return the part of it that is over or running on `day`."""
        return Period(self.first, max(self.first, min(self.last, day)))


def period_of(kind: str, day: date) -> Period:
    """Return the day, the week (Monday to Sunday) or the month in which `day` lies."""
    if kind == PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if kind == PeriodKind.MONTH:
        return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))
    return Period(day, day)


def period_after(kind: str, period: Period) -> Period:
    """Return the period that follows."""
    return period_of(kind, period.last + timedelta(days=1))


def period_before(kind: str, period: Period) -> Period:
    """Return the period it follows."""
    return period_of(kind, period.first - timedelta(days=1))


def same_stretch(kind: str, period: Period, day: date) -> Period:
    """Return as much of the period before as is over of this one on `day`, so that halves compare with halves.

    A stretch that the shorter month before does not have ends with it.
    """
    before = period_before(kind, period)
    length = (period.cut(day).last - period.first).days
    return Period(before.first, min(before.last, before.first + timedelta(days=length)))
