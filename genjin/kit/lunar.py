"""The farmers' calendar: when its festivals fall, and when somebody born by it has a birthday.

The conversion is `lunar_python`'s; a lunar month below zero is that library's word for a leap month.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

EARLIEST, LATEST = 1901, 2099


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day as the farmers' calendar names it."""

    year: int
    month: int
    day: int
    is_leap: bool


def lunar_day(day: date) -> LunarDay:
    """Return how the lunar calendar names a day."""
    from lunar_python import Solar

    found = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return LunarDay(found.getYear(), abs(found.getMonth()), found.getDay(), found.getMonth() < 0)


@lru_cache(maxsize=4096)
def solar_day(year: int, month: int, day: int, *, is_leap: bool = False) -> date | None:
    """Return the solar date of a day of a lunar year; None where that year has no such day or leap month."""
    from lunar_python import Lunar, LunarMonth

    number = -month if is_leap else month
    found = LunarMonth.fromYm(year, number) if EARLIEST <= year <= LATEST else None
    if found is None or not 1 <= day <= found.getDayCount():
        return None
    solar = Lunar.fromYmd(year, number, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


@lru_cache(maxsize=4096)
def leap_month(year: int) -> int:
    """Return which month a lunar year has twice; 0 when none."""
    from lunar_python import LunarYear

    return int(LunarYear.fromYear(year).getLeapMonth())


def lunar_birthday(year: int, month: int, day: int, *, is_leap: bool = False) -> date | None:
    """Return when a birthday by the lunar calendar is kept in a lunar year.

    Who was born in a leap month keeps it in the plain month of years without one; the 30th is kept on the 29th of a
    short month.
    """
    wanted = is_leap and leap_month(year) == month
    return solar_day(year, month, day, is_leap=wanted) or solar_day(year, month, min(day, 29), is_leap=wanted)


def solar_birthday(year: int, month: int, day: int) -> date:
    """Return when a solar birthday is kept in a year; that of February 29 on the 28th of short years."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


@lru_cache(maxsize=4096)
def clear_and_bright(year: int) -> date:
    """Return the day of 清明, which follows the sun: April 4, 5 or 6."""
    from lunar_python import Lunar

    solar = Lunar.fromYmd(year, 1, 1).getJieQiTable()["清明"]
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
