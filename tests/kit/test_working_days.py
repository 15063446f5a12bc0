from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.working_days import WorkCalendar, seeded_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(seeded_days(2025, 2027))


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}")
    return [start + timedelta(days=offset) for offset in range((end - start).days + 1)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("01-01", "01-03"),
        ("02-15", "02-23"),
        ("04-04", "04-06"),
        ("05-01", "05-05"),
        ("06-19", "06-21"),
        ("09-25", "09-27"),
        ("10-01", "10-07"),
    ],
)
def test_the_holidays_of_2026(first: str, last: str) -> None:
    assert not any(CALENDAR.is_working(day) for day in days(first, last))


@pytest.mark.parametrize("day", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"])
def test_the_working_weekends_of_2026(day: str) -> None:
    assert CALENDAR.is_working(date.fromisoformat(f"2026-{day}"))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-02-13", "2026-02-25"),
        ("2026-09-30", "2026-10-10"),
        ("2026-04-30", "2026-05-08"),
        ("2026-09-18", "2026-09-22"),
        ("2026-01-01", "2026-01-06"),
        ("2026-11-20", "2026-11-25"),
    ],
)
def test_three_working_days_later(start: str, end: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(start), 3) == date.fromisoformat(end)


def test_a_year_without_notice_falls_back_to_weekdays_less_the_fixed_holidays() -> None:
    assert CALENDAR.knows(2026)
    assert not CALENDAR.knows(2027)
    assert not CALENDAR.is_working(date(2027, 1, 1))
    assert not any(CALENDAR.is_working(date(2029, 10, day)) for day in (1, 2, 3))
    assert CALENDAR.is_working(date(2029, 10, 4))
    assert not CALENDAR.is_working(date(2029, 5, 2))
    assert not CALENDAR.is_working(date(2027, 3, 6))
    assert CALENDAR.is_working(date(2027, 3, 8))


def test_an_own_day_wins_over_everything() -> None:
    calendar = WorkCalendar({date(2027, 10, 1): True, date(2027, 3, 8): False})
    assert calendar.is_working(date(2027, 10, 1))
    assert not calendar.is_working(date(2027, 3, 8))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-20T15:30", "2026-11-20T15:30"),
        ("2026-11-20T09:00", "2026-11-20T09:00"),
        ("2026-11-20T03:00", "2026-11-20T09:00"),
        ("2026-11-21T15:30", "2026-11-23T09:00"),
        ("2026-02-14T15:30", "2026-02-14T15:30"),
        ("2026-02-15T08:00", "2026-02-24T09:00"),
        ("2026-02-23T23:00", "2026-02-24T09:00"),
        ("2026-09-30T08:59", "2026-09-30T09:00"),
    ],
)
def test_a_reminder_waits_for_working_hours(moment: str, expected: str) -> None:
    local = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    answer = CALENDAR.next_working_moment(local.astimezone(UTC), zone=SHANGHAI)
    assert answer == datetime.fromisoformat(expected).replace(tzinfo=SHANGHAI)
    assert answer.tzinfo is SHANGHAI


def test_another_opening_hour() -> None:
    moment = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
    assert CALENDAR.next_working_moment(moment, opens=time(10), zone=SHANGHAI).hour == 10


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-11-16", "2026-11-20"),
        ("2026-11-22", "2026-11-20"),
        ("2026-02-10", "2026-02-14"),
        ("2026-09-14", "2026-09-20"),
        ("2026-10-01", "2026-09-30"),
    ],
)
def test_the_last_working_day_of_a_week(day: str, last: str) -> None:
    assert CALENDAR.last_working_day_of_week(date.fromisoformat(day)) == date.fromisoformat(last)


def test_a_week_may_have_no_working_day() -> None:
    assert CALENDAR.last_working_day_of_week(date(2026, 2, 18)) is None


@given(st.dates(date(2025, 1, 1), date(2027, 6, 30)), st.integers(0, 60))
def test_counting_forth_and_counting_agree(start: date, n: int) -> None:
    end = CALENDAR.add_working_days(start, n)
    between = [start + timedelta(days=offset) for offset in range(1, (end - start).days + 1)]
    assert sum(CALENDAR.is_working(day) for day in between) == n
    if n:
        assert CALENDAR.is_working(end)
        back = CALENDAR.add_working_days(end + timedelta(days=1), -n)
        assert back > start
