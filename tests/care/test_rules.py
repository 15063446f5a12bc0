"""The pure rules of care: limits in working hours, states, figures."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.care.rules.surveys import Answer, check_answer, mood
from genjin.care.rules.tickets import (
    CLOSES,
    DEEDS,
    DEFAULT_PACES,
    OPENS,
    Pace,
    after_working_hours,
    bad_rating_limits,
    check_pace,
    confirm_by,
    deeds_in,
    limits,
    next_state,
)
from genjin.care.rules.words import Priority, TicketKind, TicketState
from genjin.kit.errors import RuleError
from genjin.kit.working_days import WorkCalendar, seeded_days

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(seeded_days(2024, 2026))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
HOURS = st.integers(1, 120)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def worked(since, until):
    """Count working time between two moments minute by minute, the slow way."""
    moment, minutes = since.astimezone(ZONE).replace(second=0, microsecond=0), 0
    while moment < until:
        if CALENDAR.is_working(moment.date()) and OPENS <= moment.time() < CLOSES:
            minutes += 1
        moment += timedelta(minutes=1)
    return timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-03-11 10:30", 2, "2026-03-11 12:30"),
        ("2026-03-11 17:00", 2, "2026-03-12 10:00"),  # over a night
        ("2026-03-11 09:00", 9, "2026-03-11 18:00"),  # a whole day ends with the day
        ("2026-03-11 22:15", 9, "2026-03-12 18:00"),  # told at night
        ("2026-03-13 17:30", 1, "2026-03-16 09:30"),  # over a weekend
        ("2026-02-13 17:00", 2, "2026-02-14 10:00"),  # Saturday is worked for the Spring Festival
        ("2026-02-14 17:00", 2, "2026-02-24 10:00"),  # the festival does not count
        ("2026-09-30 17:30", 1, "2026-10-08 09:30"),  # the National Day
        ("2025-12-31 17:00", 2, "2026-01-04 10:00"),  # the year's end, and a worked Sunday
        ("2024-02-28 17:00", 10, "2024-02-29 18:00"),  # a leap day
    ],
)
def test_working_hours_by_example(since, hours, due):
    assert after_working_hours(at(since), hours, CALENDAR, ZONE) == at(due)


@given(MOMENTS, HOURS)
def test_what_is_due_in_working_hours_is_due_in_working_time(since, hours):
    due = after_working_hours(since, hours, CALENDAR, ZONE)
    assert due > since
    assert due.tzinfo == ZONE
    assert CALENDAR.is_working(due.date())
    assert OPENS < due.timetz().replace(tzinfo=None) <= CLOSES


@given(
    st.datetimes(datetime(2025, 12, 20), datetime(2026, 3, 10), timezones=st.just(UTC)), st.integers(1, 20)
)
def test_so_many_hours_are_worked_until_it_is_due(since, hours):
    since = since.replace(second=0, microsecond=0)
    due = after_working_hours(since, hours, CALENDAR, ZONE)
    assert worked(since, due) == timedelta(hours=hours)


@given(MOMENTS, HOURS, HOURS)
def test_hours_add_up(since, first, second):
    half = after_working_hours(since, first, CALENDAR, ZONE)
    assert after_working_hours(half, second, CALENDAR, ZONE) == after_working_hours(
        since, first + second, CALENDAR, ZONE
    )


@given(MOMENTS, MOMENTS, HOURS)
def test_what_came_later_is_not_due_earlier(one, other, hours):
    first, last = sorted((one, other))
    assert after_working_hours(first, hours, CALENDAR, ZONE) <= after_working_hours(
        last, hours, CALENDAR, ZONE
    )


@given(MOMENTS, st.sampled_from(sorted(DEFAULT_PACES)))
def test_no_ticket_is_to_be_solved_before_it_is_to_be_answered(since, key):
    found = limits(DEFAULT_PACES[key], since, CALENDAR, ZONE)
    assert since < found.answer_at <= found.solve_at


@given(MOMENTS)
def test_a_bad_rating_has_24_hours_of_the_clock(since):
    found = bad_rating_limits(since)
    assert found.answer_at == found.solve_at == since + timedelta(hours=24)


def test_on_the_clock_nights_and_holidays_count():
    found = limits(Pace(4, 24, in_working_hours=False), at("2026-10-01 23:00"), CALENDAR, ZONE)
    assert (found.answer_at, found.solve_at) == (at("2026-10-02 03:00"), at("2026-10-02 23:00"))


def test_there_is_a_pace_for_every_kind_and_priority_that_has_one():
    kinds = set(TicketKind.values) - {TicketKind.BAD_RATING}
    assert set(DEFAULT_PACES) == {(kind, priority) for kind in kinds for priority in Priority.values}
    for pace in DEFAULT_PACES.values():
        check_pace(pace)


@pytest.mark.parametrize(
    "pace", [Pace(0, 4, True), Pace(4, 0, True), Pace(5, 4, False), Pace(1, 2001, False)]
)
def test_a_pace_without_sense_is_refused(pace):
    with pytest.raises(RuleError) as refusal:
        check_pace(pace)
    assert refusal.value.code == "pace_invalid"


@given(st.sampled_from(TicketState.values), st.sampled_from(sorted({deed for _state, deed in DEEDS})))
def test_a_deed_leads_where_the_table_says_or_is_refused(state, deed):
    if deed in deeds_in(state):
        assert next_state(state, deed) == DEEDS[TicketState(state), deed]
    else:
        with pytest.raises(RuleError) as refusal:
            next_state(state, deed)
        assert (refusal.value.code, refusal.value.status) == ("ticket_state", 409)


def test_nothing_leads_out_of_what_is_merged_or_declined():
    assert deeds_in(TicketState.MERGED) == deeds_in(TicketState.DECLINED) == frozenset()


def test_a_solved_ticket_waits_three_working_days():
    assert confirm_by(at("2026-02-13 10:00"), CALENDAR, ZONE) == datetime.combine(
        date(2026, 2, 25), time(18), ZONE
    )


@given(st.lists(st.tuples(st.integers(1, 5), st.none() | st.integers(0, 10)), max_size=40))
def test_figures_add_up(answers):
    found = mood(answers)
    assert sum(found.by_rating.values()) == found.count == len(answers)
    assert found.asked == sum(nps is not None for _rating, nps in answers)
    assert found.bad == sum(rating <= 2 for rating, _nps in answers)
    assert found.is_few == (len(answers) < 10)
    if answers:
        assert 1 <= found.average <= 5
    else:
        assert found.average is None
    assert found.nps is None if not found.asked else -100 <= found.nps <= 100


def test_promoters_less_detractors():
    found = mood([(5, 10), (5, 9), (4, 8), (3, 7), (1, 6), (2, None)])
    assert (found.promoters, found.passives, found.detractors, found.nps) == (2, 2, 1, 20)


@given(st.integers(-5, 20), st.none() | st.integers(-5, 20))
def test_only_the_scale_is_taken(rating, nps):
    fits = 1 <= rating <= 5 and (nps is None or 0 <= nps <= 10)
    if fits:
        check_answer(Answer(rating, nps=nps))
    else:
        with pytest.raises(RuleError):
            check_answer(Answer(rating, nps=nps))
