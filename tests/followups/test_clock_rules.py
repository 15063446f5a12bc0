"""The laws of clocks: steps in order, once, at the right moment, over holidays, leap days, year ends and zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.followups.rules import DeadlineKind, plan_due
from genjin.followups.rules.clocks import (
    LADDERS,
    Deed,
    speaks_at,
    step_moment,
    steps_due,
    warn_moment,
    week_of,
    weeks_ahead,
)
from genjin.kit.working_days import WorkCalendar, seeded_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(seeded_days(2025, 2026))
kinds = st.sampled_from([kind for kind in DeadlineKind if LADDERS[kind]])
starts = st.datetimes(datetime(2024, 2, 27), datetime(2028, 3, 2), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(minutes=1), timedelta(days=400))


@given(kind=kinds, start=starts, span=spans, later=st.timedeltas(timedelta(0), timedelta(days=500)))
def test_taken_in_one_go_or_one_by_one_it_is_the_same_ladder(kind, start, span, later):
    due, now = start + span, start + later
    at_once = steps_due(kind, start, due, level=0, now=now)
    one_by_one, level = [], 0
    while found := steps_due(kind, start, due, level=level, now=now)[:1]:
        one_by_one += found
        level = found[0]
    assert at_once == one_by_one == list(range(1, len(at_once) + 1))
    following = step_moment(kind, start, due, len(at_once))
    assert following is None or following >= now


@given(kind=kinds, start=starts, span=spans)
def test_steps_come_in_order_and_at_its_very_moment_a_limit_is_kept(kind, start, span):
    due = start + span
    moments = [step_moment(kind, start, due, level) for level in range(len(LADDERS[kind]))]
    assert moments == sorted(moments)
    assert start <= warn_moment(kind, start, due) <= due
    breach = next(level for level, step in enumerate(LADDERS[kind], 1) if step.deed == Deed.BREACH)
    assert breach not in steps_due(kind, start, due, level=0, now=due)
    assert breach in steps_due(kind, start, due, level=0, now=due + timedelta(microseconds=1))


def test_the_last_moment_there_is_overflows_nothing():
    end = datetime.max.replace(tzinfo=UTC)
    assert step_moment("contact_gap", end - timedelta(days=9), end, 4) == end
    assert steps_due("contact_gap", end - timedelta(days=9), end, level=0, now=end - timedelta(days=8)) == []


@given(moment=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 30), timezones=st.just(UTC)))
def test_people_are_told_on_a_working_day_from_nine_on_and_never_early(moment):
    told = speaks_at(moment, CALENDAR, SHANGHAI)
    assert told >= moment
    assert CALENDAR.is_working(told.date()) and told.hour >= 9
    assert speaks_at(told, CALENDAR, SHANGHAI) == told


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 3, 11), date(2026, 3, 13)),  # a Friday like others
        (date(2026, 4, 29), date(2026, 4, 30)),  # 1 May is off
        (date(2026, 9, 21), date(2026, 9, 24)),  # Mid-Autumn takes the Friday
        (date(2026, 2, 10), date(2026, 2, 14)),  # a working Saturday before the Spring Festival
        (date(2026, 12, 31), date(2026, 12, 31)),  # the next day is New Year
        (date(2028, 2, 29), date(2028, 3, 3)),  # a leap day, in a year without a notice
    ],
)
def test_the_week_ends_with_its_last_working_day(day, last):
    week = week_of(day, CALENDAR, SHANGHAI)
    assert week.due_at == datetime.combine(last + timedelta(days=1), datetime.min.time(), SHANGHAI)
    assert week.starts_at <= datetime.combine(day, datetime.min.time(), SHANGHAI) < week.due_at


def test_a_week_of_holidays_is_skipped():
    days = {date(2030, 5, 6) + timedelta(days=ahead): False for ahead in range(7)}
    this, following = weeks_ahead(date(2030, 5, 8), WorkCalendar(days), SHANGHAI)
    assert (this.starts_at.date(), following.starts_at.date()) == (date(2030, 5, 13), date(2030, 5, 20))


@pytest.mark.parametrize(
    ("graded", "due"),
    [
        ("2026-02-13", "2026-02-25"), ("2026-09-30", "2026-10-10"), ("2026-04-30", "2026-05-08"),
        ("2026-09-18", "2026-09-22"), ("2026-01-01", "2026-01-06"), ("2026-11-20", "2026-11-25"),
    ],
)  # fmt: skip
def test_three_working_days_by_the_notices(graded, due):
    moment = datetime.fromisoformat(graded).replace(hour=10, tzinfo=SHANGHAI)
    assert plan_due(moment, CALENDAR, SHANGHAI).date() == date.fromisoformat(due)
