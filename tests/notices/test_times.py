"""When a message may arrive: never in quiet hours, on days off or on days away."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.working_days import WorkCalendar, seeded_days
from genjin.notices.rules.times import Rest, arrival, digest_time, is_open_day, quiet_length

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(seeded_days(2024, 2026))
USUAL = Rest()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("2026-03-11 10:30", "2026-03-11 10:30"),  # a working morning
        ("2026-03-11 20:59", "2026-03-11 20:59"),
        ("2026-03-11 21:00", "2026-03-12 09:00"),  # quiet since nine in the evening
        ("2026-03-12 07:00", "2026-03-12 09:00"),
        ("2026-03-12 08:29", "2026-03-12 09:00"),
        ("2026-03-12 08:30", "2026-03-12 08:30"),  # the morning's brief
        ("2026-03-13 22:00", "2026-03-16 09:00"),  # Friday evening
        ("2026-03-14 12:00", "2026-03-16 09:00"),  # Saturday
        ("2026-02-14 12:00", "2026-02-14 12:00"),  # a Saturday that is worked (调休)
        ("2026-10-01 10:00", "2026-10-08 09:00"),  # National Day
        ("2024-02-29 22:00", "2024-03-01 09:00"),  # a leap day
        ("2026-12-31 23:00", "2027-01-04 09:00"),  # the year's end; 2027 is not in the calendar yet
    ],
)
def test_what_falls_into_quiet_hours_waits_for_the_next_working_morning(sent, arrives):
    assert arrival(at(sent), USUAL, CALENDAR, ZONE) == at(arrives)


def test_a_digest_comes_each_working_morning():
    assert digest_time(at("2026-03-11 08:59"), USUAL, CALENDAR, ZONE) == at("2026-03-11 09:00")
    assert digest_time(at("2026-03-11 09:00"), USUAL, CALENDAR, ZONE) == at("2026-03-12 09:00")
    assert digest_time(at("2026-03-13 15:00"), USUAL, CALENDAR, ZONE) == at("2026-03-16 09:00")


def test_lunch_and_late_risers_have_quiet_hours_of_their_own():
    lunch = Rest(time(12), time(14))
    assert arrival(at("2026-03-11 12:30"), lunch, CALENDAR, ZONE) == at("2026-03-11 14:00")
    late = Rest(time(22), time(10))
    assert arrival(at("2026-03-11 23:00"), late, CALENDAR, ZONE) == at("2026-03-12 10:00")
    assert arrival(at("2026-03-11 09:30"), late, CALENDAR, ZONE) == at("2026-03-11 10:00")
    never = Rest(time(9), time(9))
    assert arrival(at("2026-03-11 03:00"), never, CALENDAR, ZONE) == at("2026-03-11 03:00")


def test_who_is_away_is_told_when_back():
    away = Rest(away=[(date(2026, 3, 11), date(2026, 3, 17))])
    assert arrival(at("2026-03-11 10:30"), away, CALENDAR, ZONE) == at("2026-03-18 09:00")
    for_ever = Rest(away=[(date(2026, 1, 1), date(9999, 12, 31))])
    assert arrival(at("2026-03-11 10:30"), for_ever, CALENDAR, ZONE) > at("2028-01-01 00:00")


moments = st.datetimes(datetime(2023, 12, 30), datetime(2027, 1, 5), timezones=st.just(UTC))
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(
    moment=moments, quiet_from=minutes, quiet_until=minutes, days=st.integers(0, 9), first=st.integers(-5, 5)
)
def test_nothing_arrives_when_it_should_not(moment, quiet_from, quiet_until, days, first):
    start = moment.date() + timedelta(days=first)
    rest = Rest(quiet_from, quiet_until, [(start, start + timedelta(days=days))])
    for ask in (arrival, digest_time):
        found = ask(moment, rest, CALENDAR, ZONE)
        local = found.astimezone(ZONE)
        assert found >= moment
        assert found - moment < timedelta(days=30)
        assert is_open_day(local.date(), rest, CALENDAR)
        assert not rest.is_quiet(local.time())
        assert found == moment or local.time() >= min(time(9), rest.opening)
        assert ask(found, rest, CALENDAR, ZONE) == found or ask is digest_time


def test_the_length_of_quiet_hours():
    assert quiet_length(time(21), time(8, 30)) == timedelta(hours=11, minutes=30)
    assert quiet_length(time(9), time(9)) == timedelta()
    assert quiet_length(time(9), time(8)) == timedelta(hours=23)
