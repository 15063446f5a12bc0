"""When a message may arrive: quiet hours, days off and days away let it wait for the next working morning. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from genjin.kit.working_days import WorkCalendar

MORNING = time(9)
QUIET_FROM, QUIET_UNTIL = time(21), time(8, 30)
LONGEST_QUIET = timedelta(hours=16)
_FAR = 800  # nobody is away for longer; a calendar without a working day must not hang a transaction


@dataclass(frozen=True, slots=True)
class Rest:
    """When somebody is left alone: from `quiet_from` until before `quiet_until` (equal: never), and on days away."""

    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    away: Sequence[tuple[date, date]] = ()

    def is_quiet(self, at: time) -> bool:
        """Say whether a time of day lies in the quiet hours; they may reach over midnight."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    @property
    def opening(self) -> time:
        """When a morning's messages come: at nine, or when quiet hours that reach over nine end."""
        return self.quiet_until if self.is_quiet(MORNING) else MORNING


def quiet_length(quiet_from: time, quiet_until: time) -> timedelta:
    """Return how long quiet hours last."""
    minutes = (quiet_until.hour * 60 + quiet_until.minute - quiet_from.hour * 60 - quiet_from.minute) % 1440
    return timedelta(minutes=minutes)


def is_open_day(day: date, rest: Rest, calendar: WorkCalendar) -> bool:
    """Say whether somebody works that day: a working day of the company on which they are not away."""
    return calendar.is_working(day) and not any(first <= day <= last for first, last in rest.away)


def arrival(moment: datetime, rest: Rest, calendar: WorkCalendar, zone: tzinfo) -> datetime:
    """Return when what is sent at `moment` may arrive: at once, or when quiet hours and days off are over.

    What waits comes at nine in the morning of the next working day, or at the end of quiet hours in the
    middle of a day.
    """
    local = moment.astimezone(zone)
    at = local.time()
    if is_open_day(local.date(), rest, calendar):
        if not rest.is_quiet(at):
            return moment
        if at < rest.quiet_until:
            return datetime.combine(local.date(), max(rest.quiet_until, rest.opening), zone)
    elif at < rest.opening:
        return _morning(local.date(), rest, calendar, zone)
    return _morning(local.date() + timedelta(days=1), rest, calendar, zone)


def digest_time(moment: datetime, rest: Rest, calendar: WorkCalendar, zone: tzinfo) -> datetime:
    """Return the next working morning after `moment`, when digests go out."""
    local = moment.astimezone(zone)
    first = local.date() if local.time() < rest.opening else local.date() + timedelta(days=1)
    return _morning(first, rest, calendar, zone)


def _morning(day: date, rest: Rest, calendar: WorkCalendar, zone: tzinfo) -> datetime:
    found = next(
        (
            candidate
            for candidate in (day + timedelta(days=n) for n in range(_FAR))
            if is_open_day(candidate, rest, calendar)
        ),
        day + timedelta(days=_FAR),
    )
    return datetime.combine(found, rest.opening, zone)
