"""Days and moments as spreadsheets and people write them; what could be two days is refused."""

import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused
from genjin.kit.text import clean

Order = Literal["YMD", "DMY", "MDY"]
Precision = Literal["day", "month", "year"]
Value = str | int | float | date | datetime

_FIRST_YEAR, _LAST_YEAR = 1800, 2199
_LAST_SERIAL = 109_574  # 2199-12-31
_TIME = (
    r"(?:[\sT]*(?:星期.|周.|\(.\))?[\sT]*(上午|下午|早上|晚上|中午|am|pm)?\s*(\d{1,2})(?:[:时点](\d{1,2})?[分]?)"
    r"(?:[:]?(\d{1,2})(?:\.\d+)?秒?)?\s*(am|pm)?\s*(z|[+-]\d{2}:?\d{2})?)?"
)
_WEEKDAY = r"(?:\s*(?:星期|周|礼拜)[一二三四五六日天])?"
_SEPARATED = re.compile(rf"(\d{{1,4}})([-/.])(\d{{1,2}})\2(\d{{1,4}}){_WEEKDAY}{_TIME}", re.IGNORECASE)
_CHINESE = re.compile(
    rf"(\d{{4}})年(?:(\d{{1,2}})月(?:(\d{{1,2}})[日号]?)?)?(?:份|初|底|末)?{_WEEKDAY}{_TIME}", re.IGNORECASE
)
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}", re.IGNORECASE)
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_NUMBER = re.compile(r"\d{1,6}(?:\.\d+)?")
_NO_YEAR = re.compile(r"\d{1,2}月\d{1,2}[日号]?|\d{1,2}[-/]\d{1,2}")
_YEAR_LAST = re.compile(r"\s*(\d{1,2})([-/.])(\d{1,2})\2(\d{2}|\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day known to this precision; for a month or a year, the first day of it."""

    day: date
    precision: Precision = "day"


@dataclass(frozen=True, slots=True)
class _Reading:
    date: PartialDate
    time: time
    offset: str = ""


def parse_date(value: Value, *, order: Order = "YMD") -> PartialDate:
    """Read a day, a month or a year from a text, a spreadsheet's number or a date.

    `order` says how days with the year last were written in this column; with "YMD" such a day is read
    only where it can be but one. Raises ValueRefused: date_empty, date_ambiguous, date_impossible,
    date_year_missing, date_year_short, date_invalid.
    """
    return _read(value, order).date


def parse_moment(value: Value, *, order: Order = "YMD", zone: tzinfo) -> datetime:
    """Read a moment; without an offset of its own it is local to `zone`, without a time it is midnight.

    Raises ValueRefused as parse_date does, and date_day_missing for a bare month or year.
    """
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(zone)
    reading = _read(value, order)
    if reading.date.precision != "day":
        raise ValueRefused(
            _("The day is missing. Write year, month and day: 2026-03-05."), "date_day_missing"
        )
    local = datetime.combine(reading.date.day, reading.time, tzinfo=zone)
    if not reading.offset:
        return local
    own = datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S}{reading.offset.upper()}")
    return own.astimezone(zone)


def guess_order(values: Iterable[object]) -> Order | Literal[""]:
    """Say in which order a column writes its days: "YMD" if nothing depends on it, "" if it cannot be told.

    One cell with a day above 12 decides for the column; cells that contradict each other decide nothing.
    """
    orders: set[Order] = set()
    is_open = False
    for value in values:
        found = _YEAR_LAST.match(unicodedata.normalize("NFKC", value)) if isinstance(value, str) else None
        if not found:
            continue
        is_open = True
        first, second = int(found[1]), int(found[3])
        if len(found[4]) == 4 and first > 12 >= second:
            orders.add("DMY")
        elif len(found[4]) == 4 and second > 12 >= first:
            orders.add("MDY")
    if len(orders) == 1:
        return orders.pop()
    return "" if is_open else "YMD"


def _read(value: Value, order: Order) -> _Reading:
    if isinstance(value, datetime):
        return _Reading(PartialDate(_checked(value.year, value.month, value.day)), value.time())
    if isinstance(value, date):
        return _Reading(PartialDate(_checked(value.year, value.month, value.day)), time())
    if isinstance(value, bool):
        raise _invalid()
    if isinstance(value, int | float):
        return _read_number(value)
    return _read_text(unicodedata.normalize("NFKC", clean(value)).lstrip("'"), order)


def _read_text(text: str, order: Order) -> _Reading:
    if found := _SEPARATED.fullmatch(text):
        return _with_time(_by_order(found[1], found[3], found[4], order), found.groups()[4:])
    if found := _CHINESE.fullmatch(text) or _COMPACT.fullmatch(text):
        return _with_time(_partial(found[1], found[2], found[3]), found.groups()[3:])
    if found := _YEAR_MONTH.fullmatch(text):
        return _Reading(_partial(found[1], found[2], None), time())
    if found := _MONTH_YEAR.fullmatch(text):
        return _Reading(_partial(found[2], found[1], None), time())
    if _NUMBER.fullmatch(text):
        return _read_number(float(text))
    if _NO_YEAR.fullmatch(text):
        raise ValueRefused(_("The year is missing. Write the whole date: 2026-03-05."), "date_year_missing")
    if not text:
        raise ValueRefused(_("The date is empty. Write it as 2026-03-05."), "date_empty")
    raise _invalid()


def _read_number(number: float) -> _Reading:
    """Read a number cell: 20260305, 202603, a year, or a spreadsheet's count of days since 1900."""
    if not math.isfinite(number) or number < 1:
        raise _invalid()
    whole = int(number)
    if whole == number and 18000101 <= whole <= 21991231:
        return _Reading(_partial(*_cut(str(whole))), time())
    if whole == number and 180001 <= whole <= 219912:
        return _Reading(_partial(str(whole)[:4], str(whole)[4:], None), time())
    if 1900 <= whole <= 2100:
        if whole != number:
            raise _invalid()
        return _Reading(_partial(str(whole), None, None), time())
    return _read_serial(number)


def _read_serial(number: float) -> _Reading:
    # Spreadsheets believe in a 29 February 1900, day 60: days before it are counted from one day later.
    whole = int(number)
    if whole > _LAST_SERIAL:
        raise _invalid()
    if whole == 60:
        raise _impossible()
    moment = datetime(1899, 12, 31 if whole < 60 else 30) + timedelta(days=whole)  # noqa: DTZ001 (a local day)
    moment += timedelta(seconds=round((number - whole) * 86_400))
    return _Reading(PartialDate(moment.date()), moment.time())


def _cut(digits: str) -> tuple[str, str, str]:
    return digits[:4], digits[4:6], digits[6:]


def _by_order(first: str, second: str, third: str, order: Order) -> PartialDate:
    """Decide which part is the year, which the month and which the day."""
    if len(first) == 4 and len(third) <= 2:
        return _partial(first, second, third)
    if len(first) > 2 or len(third) not in {2, 4}:
        raise _invalid()
    if len(third) == 2 and order == "YMD":
        raise ValueRefused(
            _("The year has only two digits. Write it with four: 2026-03-05."), "date_year_short"
        )
    year = third if len(third) == 4 else str(_century(int(third)))
    if order == "YMD":
        order = _only_order(int(first), int(second))
    return _partial(year, second, first) if order == "DMY" else _partial(year, first, second)


def _only_order(first: int, second: int) -> Order:
    if first == second or first > 12 >= second:
        return "DMY"
    if second > 12 >= first:
        return "MDY"
    if first > 12:
        raise _impossible()
    raise ValueRefused(
        _(
            "It is not clear which number is the day and which the month. Write 2026-03-05, or say the column's order."
        ),
        "date_ambiguous",
    )


def _century(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _partial(year: str, month: str | None, day: str | None) -> PartialDate:
    precision: Precision = "day" if day else "month" if month else "year"
    return PartialDate(_checked(int(year), int(month or 1), int(day or 1)), precision)


def _checked(year: int, month: int, day: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise _impossible()
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _impossible() from error


def _with_time(day: PartialDate, parts: tuple[str | None, ...]) -> _Reading:
    before, hours, minutes, seconds, after, offset = parts
    half = (before or after or "").lower()
    hour = int(hours or 0)
    if half in {"下午", "晚上", "pm"} and hour < 12:
        hour += 12
    elif half in {"上午", "早上", "am"} and hour == 12:
        hour = 0
    try:
        return _Reading(day, time(hour, int(minutes or 0), int(seconds or 0)), offset or "")
    except ValueError as error:
        raise _impossible() from error


def _impossible() -> ValueRefused:
    return ValueRefused(_("There is no such day. Check year, month and day: 2026-03-05."), "date_impossible")


def _invalid() -> ValueRefused:
    return ValueRefused(_("This is not a date. Write it as 2026-03-05."), "date_invalid")


def months_back(today: date, months: int) -> date:
    """Return the same day some months ago; where that month is shorter, its last day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
