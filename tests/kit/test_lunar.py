"""The farmers' calendar and birthdays by it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.birthday import Birthday, kept_on, parse_birthday
from genjin.kit.errors import ValueRefused
from genjin.kit.lunar import leap_month, lunar_birthday, lunar_day, solar_birthday, solar_day
from genjin.library.rules.greetings import ON_AT_FIRST, Festival, festival_day, festivals_between


@pytest.mark.parametrize(
    ("festival", "first", "second"),
    [
        ("spring", (2026, 2, 17), (2027, 2, 6)), ("lantern", (2026, 3, 3), (2027, 2, 20)), ("dragon_boat", (2026, 6, 19), (2027, 6, 9)),
        ("seventh", (2026, 8, 19), (2027, 8, 8)), ("moon", (2026, 9, 25), (2027, 9, 15)), ("double_ninth", (2026, 10, 18), (2027, 10, 8)),
        ("clear_bright", (2026, 4, 5), (2027, 4, 5)), ("new_year", (2026, 1, 1), (2027, 1, 1)), ("national", (2026, 10, 1), (2027, 10, 1)),
    ],
)  # fmt: skip
def test_when_festivals_fall(festival, first, second):
    assert festival_day(Festival(festival), 2026) == date(*first)
    assert festival_day(Festival(festival), 2027) == date(*second)


def test_leap_months():
    assert (leap_month(2025), leap_month(2026), leap_month(2028)) == (6, 0, 5)
    assert solar_day(2025, 6, 1) == date(2025, 6, 25)
    assert solar_day(2025, 6, 1, is_leap=True) == date(2025, 7, 25)
    assert solar_day(2026, 6, 1, is_leap=True) is None
    assert lunar_birthday(2025, 6, 15, is_leap=True) == date(2025, 8, 8)
    assert lunar_birthday(2026, 6, 15, is_leap=True) == lunar_birthday(2026, 6, 15)
    assert solar_birthday(2027, 2, 29) == date(2027, 2, 28)


def test_which_festivals_are_used_at_first():
    assert not {"clear_bright", "seventh"} & set(ON_AT_FIRST)
    year_end = festivals_between(date(2026, 12, 30), date(2027, 1, 2), ON_AT_FIRST)
    assert [(one.key, one.name) for one in year_end] == [("new_year", "new_year:2027")]


@pytest.mark.parametrize(
    ("typed", "key", "kept"),
    [
        ("8月15日", "S0815", "08-15"), ("1985-08-15", "S0815", "1985-08-15"), ("1985/8/5", "S0805", "1985-08-05"), ("８月１５", "S0815", "08-15"),
        ("农历八月十五", "L0815", "农历08-15"), ("农历 8月15日", "L0815", "农历08-15"), ("正月初一", "L0101", "农历01-01"), ("腊月廿三", "L1223", "农历12-23"),
        ("农历闰六月初一", "R0601", "农历闰06-01"), ("农历1985年闰6月15", "R0615", "农历1985-闰06-15"), ("二月29日", None, None), ("2月29日", "S0229", "02-29"),
        ("农历十二月三十", "L1230", "农历12-30"), ("十一月二十一日", "S1121", "11-21"),
    ],
)  # fmt: skip
def test_birthdays_as_people_write_them(typed, key, kept):
    if key is None:
        with pytest.raises(ValueRefused):
            parse_birthday(typed)
        return
    found = parse_birthday(typed)
    assert (found.key, found.text) == (key, kept)
    assert parse_birthday(found.text) == found


@pytest.mark.parametrize(
    "typed", ["", "13月1日", "2月30日", "农历8月31", "昨天", "8", "0815", "闰", "八月", "1-2-3-4"]
)
def test_what_is_no_birthday(typed):
    with pytest.raises(ValueRefused) as caught:
        parse_birthday(typed)
    assert caught.value.code == "birthday_invalid"


BIRTHDAYS = st.builds(
    Birthday, month=st.integers(1, 12), day=st.integers(1, 28), is_lunar=st.booleans(), is_leap=st.booleans()
).filter(lambda one: one.is_lunar or not one.is_leap)


@given(BIRTHDAYS, st.integers(2024, 2040))
def test_a_birthday_is_kept_once_a_year_and_found_on_its_day(birthday, year):
    day = (
        lunar_birthday(year, birthday.month, birthday.day, is_leap=birthday.is_leap)
        if birthday.is_lunar
        else solar_birthday(year, birthday.month, birthday.day)
    )
    assert birthday.key in {one.key for one in kept_on(day)}
    assert birthday.is_on(day)
    assert not birthday.is_on(day + timedelta(days=1))
    assert parse_birthday(birthday.text) == birthday


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_every_day_has_its_name_in_both_calendars(day):
    moon = lunar_day(day)
    assert solar_day(moon.year, moon.month, moon.day, is_leap=moon.is_leap) == day
    assert 2 <= len(list(kept_on(day))) <= 6
