"""Which days people work in China, and how deadlines in working days are counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

# Statutory days with a fixed date (since 2025); the lunar ones are known only from the yearly notice.
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
_ONE_DAY = timedelta(days=1)
_NINE = time(9)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days the State Council's notices name (True: worked), Monday to Friday for all others."""

    days: Mapping[date, bool]

    def is_working(self, day: date) -> bool:
        """Say whether people work that day.

        A day no notice names: Monday to Friday, less the statutory days of fixed date.
        """
        known = self.days.get(day)
        if known is not None:
            return known
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS

    def knows(self, year: int) -> bool:
        """Say whether that year's notice is in the calendar; where not, an administrator is to be warned.

        Told by the National Day, so that a day off of one's own does not pass for the notice.
        """
        return date(year, 10, 1) in self.days

    def add_working_days(self, start: date, n: int) -> date:
        """Return the n-th working day after a day, the day itself not counted; `n` < 0 counts backwards."""
        day = start
        step = _ONE_DAY if n >= 0 else -_ONE_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_days(self, first: date, last: date) -> int:
        """Return how many days people work from a day to a day, both included; 0 where they lie backwards."""
        days = (last - first).days + 1
        return sum(self.is_working(first + timedelta(days=at)) for at in range(days))

    def time_on_working_days(self, start: datetime, end: datetime, *, zone: tzinfo) -> timedelta:
        """Return how much of the time between two moments lies on working days, their nights included; never below zero."""
        begin, until = start.astimezone(zone), end.astimezone(zone)
        day, total = begin.date(), timedelta(0)
        while day <= until.date():
            if self.is_working(day):
                midnight = datetime.combine(day, time(), tzinfo=zone)
                following = datetime.combine(day + _ONE_DAY, time(), tzinfo=zone)
                total += max(min(following, until) - max(midnight, begin), timedelta(0))
            day += _ONE_DAY
        return total

    def next_working_moment(self, moment: datetime, *, opens: time = _NINE, zone: tzinfo) -> datetime:
        """Return the moment a reminder may be given: itself on a working day from opening to midnight.

        Before opening it waits for the opening, on a free day for the next working day's. The answer is
        local to `zone`.
        """
        local = moment.astimezone(zone)
        if self.is_working(local.date()) and local.timetz().replace(tzinfo=None) >= opens:
            return local
        day = local.date() if local.timetz().replace(tzinfo=None) < opens else local.date() + _ONE_DAY
        while not self.is_working(day):
            day += _ONE_DAY
        return datetime.combine(day, opens, tzinfo=zone)

    def last_working_day_of_week(self, day: date) -> date | None:
        """Return the last working day of the week (Monday to Sunday) a day lies in, None if all are free."""
        monday = day - timedelta(days=day.weekday())
        week = (monday + timedelta(days=offset) for offset in range(6, -1, -1))
        return next((candidate for candidate in week if self.is_working(candidate)), None)


def seeded_days(first_year: int, last_year: int) -> dict[date, bool]:
    """Return the days that differ from Monday-to-Friday, and all named holidays, as far as published.

    Years without a published notice give nothing.
    """
    from chinese_calendar import constants

    days = dict.fromkeys(constants.holidays, False) | dict.fromkeys(constants.workdays, True)
    return {day: works for day, works in sorted(days.items()) if first_year <= day.year <= last_year}
