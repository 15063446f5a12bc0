"""A cell as text, without losing or inventing a digit, and whether a cell looks like data or a label.

The reader gives an error (#N/A, #DIV/0!) as an empty cell: it has no value.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

type Cell = str | int | float | bool | date | datetime | time | timedelta | None

DIGITS_OF_A_FLOAT = 1e15
NUMBER = re.compile(r"[+\-(]?[¥￥$€£]?[\d,，.\s]*\d[\d,，.\s]*([eE][+\-]?\d+)?\s*[%‰)]?")
YEAR = re.compile(r"(19|20)\d\d年?")
DATE = re.compile(r"\d{1,4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,4}日?.{0,12}")


def cell_text(cell: Cell) -> str:
    """Write a cell as text: whole numbers without a point, dates in ISO, booleans as TRUE or FALSE.

    A number of 16 digits and more has already lost digits in the file and is written as the sheet shows
    it (1.23456789012346E+17), so that the loss can be seen.
    """
    kind = type(cell)
    if kind is str:
        return cell  # type: ignore[return-value]
    write = WRITERS.get(kind)
    return write(cell) if write else str(cell or "")


def _number(number: float) -> str:
    if number.is_integer() and abs(number) < DIGITS_OF_A_FLOAT:
        return str(int(number))
    shown = f"{number:.15G}"  # 15 digits are what a sheet keeps: 0.1 + 0.2 is 0.3
    if "E-" in shown:
        return f"{Decimal(shown):f}"
    return shown


def _whole(number: int) -> str:
    return str(number) if abs(number) < DIGITS_OF_A_FLOAT else _number(float(number))


def _moment(moment: datetime) -> str:
    # Sheets store days as floats: half a millisecond of noise must not move the second.
    if moment.year == date.max.year:
        return moment.isoformat(sep=" ", timespec="seconds")
    rounded = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return rounded.isoformat(sep=" ")


def _clock(clock: time) -> str:
    return _moment(datetime.combine(date(2000, 1, 1), clock))[11:]


def _duration(duration: timedelta) -> str:
    seconds = round(duration.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, seconds = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


WRITERS: dict[type, Callable[[Any], str]] = {
    str: lambda text: text,
    float: _number,
    bool: lambda flag: "TRUE" if flag else "FALSE",
    date: date.isoformat,
    datetime: _moment,
    int: _whole,
    time: _clock,
    timedelta: _duration,
}


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_year(cell: Cell) -> bool:
    """Tell whether a cell is a year, which may be a label as well as data."""
    return YEAR.fullmatch(cell_text(cell).strip()) is not None


def is_data(cell: Cell) -> bool:
    """Tell whether a filled cell can only be data: a number, a date, a yes, an address, a long text."""
    if not isinstance(cell, str):
        return True
    text = cell.strip()
    if len(text) > 60 or "@" in text or "://" in text or text.startswith("www."):
        return True
    if NUMBER.fullmatch(text) or DATE.fullmatch(text):
        return True
    letters = sum(1 for character in text if character.isalpha())
    return letters * 3 < len(text)
