"""Tickets: what may be done in which state, and by when. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from django.utils.translation import gettext as _

from genjin.care.rules.surveys import SOLVE_BAD_WITHIN
from genjin.care.rules.words import Priority, TicketKind, TicketState
from genjin.kit.errors import RuleError
from genjin.kit.working_days import WorkCalendar

OPENS, CLOSES = time(9), time(18)  # the hours people work
CONFIRM_WITHIN = 3  # working days a solved ticket waits for the customer's word
CONFIRM_LINK_LIFE = timedelta(days=30)
MOST_HOURS = 2000
ACCEPT_WITHIN = timedelta(hours=24)  # what came by the customer's own page is looked at

# What may be done in which state, and where it leads.
DEEDS: Mapping[tuple[str, str], TicketState] = {
    (TicketState.DRAFT, "accept"): TicketState.OPEN,
    (TicketState.DRAFT, "decline"): TicketState.DECLINED,
    (TicketState.OPEN, "answer"): TicketState.ANSWERED,
    (TicketState.OPEN, "solve"): TicketState.SOLVED,
    (TicketState.ANSWERED, "solve"): TicketState.SOLVED,
    (TicketState.OPEN, "merge"): TicketState.MERGED,
    (TicketState.ANSWERED, "merge"): TicketState.MERGED,
    (TicketState.SOLVED, "confirm"): TicketState.CLOSED,
    (TicketState.SOLVED, "reopen"): TicketState.OPEN,
    (TicketState.CLOSED, "reopen"): TicketState.OPEN,
    (TicketState.OPEN, "change"): TicketState.OPEN,
    (TicketState.ANSWERED, "change"): TicketState.ANSWERED,
    (TicketState.OPEN, "hand_on"): TicketState.OPEN,
    (TicketState.ANSWERED, "hand_on"): TicketState.ANSWERED,
    (TicketState.SOLVED, "hand_on"): TicketState.SOLVED,
}


def next_state(state: str, deed: str) -> TicketState:
    """Return the state a deed leads to. Raises RuleError `ticket_state` (409) when it makes no sense in this one."""
    found = DEEDS.get((TicketState(state), deed))
    if found is None:
        sentence = _("This cannot be done now: the ticket is “%(state)s”.") % {
            "state": TicketState(state).label
        }
        raise RuleError(sentence, "ticket_state", status=409, details={"state": state})
    return found


def deeds_in(state: str) -> frozenset[str]:
    """Return what may be done in a state."""
    return frozenset(deed for at, deed in DEEDS if at == state)


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon a ticket is answered and solved, in hours; on the clock, or in working hours."""

    answer_hours: int
    solve_hours: int
    in_working_hours: bool


BAD_PACE = Pace(24, 24, in_working_hours=False)  # S3-17; not for anybody to change
DEFAULT_PACES: Mapping[tuple[str, str], Pace] = {
    (TicketKind.COMPLAINT, Priority.URGENT): Pace(1, 8, in_working_hours=False),
    (TicketKind.COMPLAINT, Priority.HIGH): Pace(4, 24, in_working_hours=False),
    (TicketKind.COMPLAINT, Priority.NORMAL): Pace(9, 27, in_working_hours=True),
    (TicketKind.COMPLAINT, Priority.LOW): Pace(18, 45, in_working_hours=True),
    (TicketKind.REQUEST, Priority.URGENT): Pace(2, 24, in_working_hours=False),
    (TicketKind.REQUEST, Priority.HIGH): Pace(4, 18, in_working_hours=True),
    (TicketKind.REQUEST, Priority.NORMAL): Pace(9, 45, in_working_hours=True),
    (TicketKind.REQUEST, Priority.LOW): Pace(18, 90, in_working_hours=True),
}


def check_pace(pace: Pace) -> None:
    """Refuse a pace without hours, or one that solves before it answers. Raises RuleError `pace_invalid`."""
    fields: dict[str, list[str]] = {}
    for name, hours in (("answer_hours", pace.answer_hours), ("solve_hours", pace.solve_hours)):
        if not 1 <= hours <= MOST_HOURS:
            fields[name] = [_("Between 1 and %(most)d hours.") % {"most": MOST_HOURS}]
    if not fields and pace.solve_hours < pace.answer_hours:
        fields["solve_hours"] = [_("A ticket is answered before it is solved.")]
    if fields:
        raise RuleError(next(iter(fields.values()))[0], "pace_invalid", fields=fields)


@dataclass(frozen=True, slots=True)
class Limits:
    """By when a ticket is answered, and by when it is solved."""

    answer_at: datetime
    solve_at: datetime


def limits(pace: Pace, since: datetime, calendar: WorkCalendar, zone: tzinfo) -> Limits:
    """Return the limits of a ticket that counts since a moment."""
    if not pace.in_working_hours:
        return Limits(since + timedelta(hours=pace.answer_hours), since + timedelta(hours=pace.solve_hours))
    return Limits(
        after_working_hours(since, pace.answer_hours, calendar, zone),
        after_working_hours(since, pace.solve_hours, calendar, zone),
    )


def bad_rating_limits(since: datetime) -> Limits:
    """Return the limits of a bad rating: answered and solved within 24 hours of the clock (S3-17)."""
    return Limits(since + SOLVE_BAD_WITHIN, since + SOLVE_BAD_WITHIN)


def after_working_hours(since: datetime, hours: int, calendar: WorkCalendar, zone: tzinfo) -> datetime:
    """Return the moment so many hours of working time after `since`: 9 to 18 o'clock of days people work.

    Nights, weekends and holidays do not count, working weekends (调休) do. The answer is local to `zone`; what ends
    with the working day is due at its end, not the next morning.
    """
    local, left = since.astimezone(zone), timedelta(hours=hours)
    day = local.date()
    while True:
        if calendar.is_working(day):
            begins = max(local, datetime.combine(day, OPENS, zone))
            ends = datetime.combine(day, CLOSES, zone)
            if begins < ends:
                if left <= ends - begins:
                    return begins + left
                left -= ends - begins
        day += timedelta(days=1)
        local = datetime.combine(day, time(), zone)


def confirm_by(solved_at: datetime, calendar: WorkCalendar, zone: tzinfo) -> datetime:
    """Return by when the customer is asked whether it is solved: some working days later, in the evening."""
    day = calendar.add_working_days(solved_at.astimezone(zone).date(), CONFIRM_WITHIN)
    return datetime.combine(day, CLOSES, zone)
