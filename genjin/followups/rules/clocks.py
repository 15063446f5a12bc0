"""Clocks and their ladders: when each is due, when somebody is warned, who is told what after that. Pure.

A step is taken once. Limits run on the clock, day and night; telling people waits for working hours (model.md, Deadlines).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from genjin.followups.rules.cadence import OPENS_AT
from genjin.followups.rules.words import DeadlineKind
from genjin.kit.working_days import WorkCalendar

CUSTOMER_WAIT_WITHIN = timedelta(hours=24)
REASSIGN_AFTER = timedelta(hours=48)  # of a limit missed: 72 hours after the assignment, where it is 24
REVIEW_NOTICE = timedelta(days=14)  # the review task is there two weeks before
FLOOD = 5  # more steps than this in one run are told once, with their number


class Audience(StrEnum):
    """Who hears of a step."""

    NOBODY = "nobody"  # it shows in the lists
    REP = "rep"
    LEAD = "lead"
    BOTH = "both"
    MANAGER = "manager"  # who leads the leads


class Deed(StrEnum):
    """What a step does besides telling."""

    WARN = "warn"
    BREACH = "breach"
    ESCALATE = "escalate"
    HIGH_RISK = "high_risk"
    REASSIGN = "reassign"  # the floor above writes the proposal
    REVIEW = "review"  # opens the review task


@dataclass(frozen=True, slots=True)
class Step:
    """A rung: what happens, who is told, and how long after the due moment (None: at the moment of the warning)."""

    deed: Deed
    audience: Audience
    after: timedelta | None = timedelta(0)


_WARN = Step(Deed.WARN, Audience.REP, None)
_DAYS = [timedelta(days=days) for days in range(8)]
LADDERS: Mapping[str, tuple[Step, ...]] = {
    DeadlineKind.FIRST_CONTACT: (
        _WARN,
        Step(Deed.BREACH, Audience.BOTH),
        Step(Deed.REASSIGN, Audience.LEAD, REASSIGN_AFTER),
    ),
    DeadlineKind.CUSTOMER_WAIT: (Step(Deed.WARN, Audience.NOBODY, None), Step(Deed.BREACH, Audience.REP)),
    DeadlineKind.BASE_INFO: (
        _WARN,
        Step(Deed.BREACH, Audience.REP),
        Step(Deed.ESCALATE, Audience.LEAD, _DAYS[1]),
    ),
    DeadlineKind.PLAN: (_WARN, Step(Deed.BREACH, Audience.BOTH)),
    DeadlineKind.CONTACT_GAP: (
        Step(Deed.WARN, Audience.NOBODY, None),
        Step(Deed.BREACH, Audience.NOBODY),
        Step(Deed.ESCALATE, Audience.REP, _DAYS[3]),
        Step(Deed.ESCALATE, Audience.LEAD, _DAYS[5]),
        Step(Deed.HIGH_RISK, Audience.BOTH, _DAYS[7]),
    ),
    DeadlineKind.STATUS_REFRESH: (_WARN, Step(Deed.BREACH, Audience.REP)),
    DeadlineKind.EXISTING_REVIEW: (
        Step(Deed.REVIEW, Audience.REP, None),
        Step(Deed.BREACH, Audience.REP),
        Step(Deed.ESCALATE, Audience.LEAD, _DAYS[7]),
    ),
    DeadlineKind.PAYMENT: (
        _WARN,
        Step(Deed.BREACH, Audience.REP),
        Step(Deed.ESCALATE, Audience.LEAD, _DAYS[7]),
    ),
    DeadlineKind.CONTRACT_END: (
        Step(Deed.WARN, Audience.REP, -timedelta(days=90)),
        Step(Deed.WARN, Audience.REP, -timedelta(days=60)),
        Step(Deed.WARN, Audience.BOTH, -timedelta(days=30)),
        Step(Deed.BREACH, Audience.BOTH),
    ),
    DeadlineKind.DELIVERY: (_WARN, Step(Deed.BREACH, Audience.BOTH)),
    DeadlineKind.SURVEY: (
        _WARN,
        Step(Deed.BREACH, Audience.REP),
        Step(Deed.ESCALATE, Audience.LEAD, _DAYS[1]),
    ),
    DeadlineKind.BAD_RATING: (
        _WARN,
        Step(Deed.BREACH, Audience.BOTH),
        Step(Deed.ESCALATE, Audience.MANAGER, _DAYS[1]),
    ),
    DeadlineKind.TICKET: (
        _WARN,
        Step(Deed.BREACH, Audience.BOTH),
        Step(Deed.ESCALATE, Audience.MANAGER, _DAYS[1]),
    ),
    DeadlineKind.CHURN: (_WARN, Step(Deed.BREACH, Audience.BOTH)),
    DeadlineKind.RECYCLE: (),  # comes true in a run of its own, by the rule of the floor above
}
OF_SUBJECTS = frozenset(  # one for each milestone, contract, ticket ...; set by the floors above, also of a customer lost since
    {
        DeadlineKind.PAYMENT, DeadlineKind.CONTRACT_END, DeadlineKind.DELIVERY, DeadlineKind.SURVEY, DeadlineKind.BAD_RATING,
        DeadlineKind.TICKET, DeadlineKind.CHURN,
    }
)  # fmt: skip
DAYS_BEFORE: Mapping[str, timedelta] = {  # these warn some days ahead, others at half time
    DeadlineKind.EXISTING_REVIEW: REVIEW_NOTICE,
    DeadlineKind.PAYMENT: timedelta(days=3),
    DeadlineKind.DELIVERY: timedelta(days=3),
}
HIGH_RISK_LEVEL = 5  # of contact_gap: 7 days over


def warn_moment(kind: str, starts_at: datetime, due_at: datetime) -> datetime:
    """Return when a clock warns: at half time; the Friday list in the morning; others some days before (`DAYS_BEFORE`)."""
    if kind == DeadlineKind.STATUS_REFRESH:
        return max(starts_at, due_at - timedelta(hours=24 - OPENS_AT.hour))
    if kind in DAYS_BEFORE:
        return max(starts_at, due_at - DAYS_BEFORE[kind])
    return starts_at + (due_at - starts_at) / 2


def step_moment(kind: str, starts_at: datetime, due_at: datetime, level: int) -> datetime | None:
    """Return when the step after `level` falls; None when the ladder has no further one."""
    ladder = LADDERS[kind]
    if level >= len(ladder):
        return None
    after = ladder[level].after
    return warn_moment(kind, starts_at, due_at) if after is None else later(due_at, after)


def steps_due(kind: str, starts_at: datetime, due_at: datetime, *, level: int, now: datetime) -> list[int]:
    """Return the levels (1 for the first) that have come since `level`, in order; at its very moment a limit is still kept."""
    due = []
    for at in range(level, len(LADDERS[kind])):
        moment = step_moment(kind, starts_at, due_at, at)
        if moment is None or moment >= now:
            break
        due.append(at + 1)
    return due


def later(moment: datetime, span: timedelta) -> datetime:
    """Return a moment some time later, or the last there is."""
    try:
        return moment + span
    except OverflowError:
        return datetime.max.replace(tzinfo=moment.tzinfo)


def speaks_at(now: datetime, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Return when people may be told what has come: now, or the next working 09:00 after a night or a holiday."""
    return calendar.next_working_moment(now, opens=OPENS_AT, zone=zone)


@dataclass(frozen=True, slots=True)
class Week:
    """A week of status refresh: from Monday, due at the end of its last working day; None in a week of holidays."""

    starts_at: datetime
    due_at: datetime | None


def week_of(day: date, calendar: WorkCalendar, zone: ZoneInfo) -> Week:
    """Return the week `day` lies in (S2-17: Friday, or the last working day)."""
    monday = day - timedelta(days=day.weekday())
    last = calendar.last_working_day_of_week(day)
    due = midnight(last + timedelta(days=1), zone) if last is not None else None
    return Week(midnight(monday, zone), due)


def weeks_ahead(day: date, calendar: WorkCalendar, zone: ZoneInfo, count: int = 2) -> list[Week]:
    """Return this week and the next ones in which people work at all; a week of holidays is skipped."""
    weeks: list[Week] = []
    while len(weeks) < count:
        week = week_of(day, calendar, zone)
        if week.due_at is not None:
            weeks.append(week)
        day += timedelta(days=7)
    return weeks


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a day in `zone`."""
    return datetime.combine(day, time(), zone)
