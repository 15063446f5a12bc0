"""In which order rows came to be, and the cuts between learning, calibrating and testing: never a random one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.insights.rules.chances.columns import (
    Column,
    Kind,
    as_days,
    as_numbers,
    day_order_of,
    plain_texts,
    running_number,
)
from genjin.kit.dates import Order as DayOrder
from genjin.kit.errors import RuleError

FIT, CALIBRATE = 0.6, 0.75  # the rest, the newest quarter, is the test
FEWEST_BLOCKS = 3
FULL = 0.98
NOT_A_START = re.compile(r"生日|出生|birth|成立|founded|到期|expire|预计|expected|计划|planned")


class By(TextChoices):
    TIME = "time", gettext_lazy("time")
    NUMBER = "number", gettext_lazy("running number")
    ROWS = "rows", gettext_lazy("order of rows")


@dataclass(frozen=True)
class Order:
    """When each row began: days, running numbers or places in the file; null = unknown, and not learned from."""

    by: By
    column: str
    values: pl.Series
    is_guessed: bool
    day_order: DayOrder = "YMD"  # in which its days are written


@dataclass(frozen=True)
class Split:
    """Places of rows: the oldest to fit, the next to calibrate, the newest to test. Equal times stay together."""

    fit: pl.Series
    calibrate: pl.Series
    test: pl.Series


def order_of(
    frame: pl.DataFrame, columns: Mapping[str, Column], closed: pl.Series, *, time: str | None
) -> Order:
    """Find when rows began: the named column, else the earliest full date, a running number, the order of rows.

    Raises RuleError: column_unknown, time_unreadable.
    """
    if time is not None:
        return _named(frame, time)
    if (name := _earliest(columns, closed)) is not None:
        column = columns[name]
        return Order(By.TIME, name, column.values, is_guessed=True, day_order=column.day_order)
    for name in frame.columns:
        if (numbers := running_number(frame[name])) is not None:
            return Order(By.NUMBER, name, numbers, is_guessed=True)
    places = pl.int_range(frame.height, eager=True).cast(pl.Float64)
    return Order(By.ROWS, "", places, is_guessed=True)


def _named(frame: pl.DataFrame, name: str) -> Order:
    texts = plain_texts(column_of(frame, name))
    written = day_order_of(texts)
    days = as_days(texts, written)
    if _is_read(days, texts):
        return Order(By.TIME, name, days, is_guessed=False, day_order=written or "YMD")
    numbers = as_numbers(texts)
    if _is_read(numbers, texts) and (numbers == numbers.floor()).all():
        return Order(By.NUMBER, name, numbers, is_guessed=False)
    sentence = _("Column %(name)s cannot be read as time; write days as 2026-03-05, or leave out --time.")
    raise RuleError(sentence % {"name": name}, "time_unreadable")


def _is_read(values: pl.Series, texts: pl.Series) -> bool:
    return (
        values.len() > values.null_count() and values.null_count() - texts.null_count() <= 0.1 * values.len()
    )


def column_of(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return a column by its name. Raises RuleError `column_unknown` with those there are."""
    if name not in frame.columns:
        sentence = _("There is no column %(name)s. The file has: %(columns)s.")
        raise RuleError(sentence % {"name": name, "columns": "、".join(frame.columns[:60])}, "column_unknown")
    return frame[name]


def _earliest(columns: Mapping[str, Column], closed: pl.Series) -> str | None:
    """Return the date column that is there for closed and open rows alike and lies first."""
    found = []
    for column in columns.values():
        if column.kind is not Kind.DAY or NOT_A_START.search(column.name.casefold()):
            continue
        there = column.values.is_not_null()
        within, beyond = (_share(there.filter(rows), empty=1.0) for rows in (closed, ~closed))
        median = column.values.median()
        if median is None or within < FULL or beyond < 0.5:
            continue
        found.append((median, column.name))
    return min(found)[1] if found else None


def _share(there: pl.Series, *, empty: float) -> float:
    return float(there.sum()) / there.len() if there.len() else empty


def split(values: pl.Series, shares: Sequence[float] = (FIT, CALIBRATE)) -> Split | None:
    """Cut rows by their times at these shares; None where there are not three different times.

    Every row of a later part is later than every row of an earlier part.
    """
    times = values.unique().sort()
    if times.len() < FEWEST_BLOCKS:
        return None
    ranks = values.rank("dense").cast(pl.Int64) - 1
    wanted = [values.sort()[min(int(values.len() * share), values.len() - 1)] for share in shares]
    first, second = (int(times.search_sorted(value)) for value in wanted)
    first = min(max(first, 1), times.len() - 2)
    second = min(max(second, first + 1), times.len() - 1)
    places = pl.int_range(values.len(), eager=True)
    return Split(
        places.filter(ranks < first),
        places.filter((ranks >= first) & (ranks < second)),
        places.filter(ranks >= second),
    )


def apart(values: pl.Series, cuts: Split, horizon: float) -> Split:
    """Leave out of the older parts whose outcome was not yet known when the newest part began; they are cut anew."""
    if not horizon:
        return cuts
    begin = float(values.gather(cuts.test).min() or 0.0)  # type: ignore[arg-type]
    places = pl.int_range(values.len(), eager=True)
    known = places.filter(values <= begin - horizon)
    if known.is_empty():
        return Split(known, known, cuts.test)
    times = values.gather(known)
    edge = times.sort()[min(int(times.len() * FIT / CALIBRATE), times.len() - 1)]
    return Split(known.filter(times < edge), known.filter(times >= edge), cuts.test)
