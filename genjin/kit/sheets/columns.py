"""A column of cells as texts, in one stroke where its cells are of one kind."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from genjin.kit.sheets.cells import DIGITS_OF_A_FLOAT, Cell, cell_text


def text_column(name: str, cells: Sequence[Cell]) -> tuple[pl.Series, int]:
    """Write cells as a column of texts, equal to `cell_text` of each, and count the dates among them."""
    kinds = Counter(map(type, cells))
    dates = kinds[date] + kinds[datetime]
    typed = [kind for kind in kinds if kind is not str]
    if not typed:
        return pl.Series(name, cells, dtype=pl.String), dates
    if typed == [float]:
        return _join(
            name, cells, _numbers(pl.Series([c if type(c) is float else None for c in cells]))
        ), dates
    if typed == [date]:
        days = pl.Series([c if type(c) is date else None for c in cells], dtype=pl.Date)
        return _join(name, cells, days.dt.to_string("%Y-%m-%d")), dates
    return pl.Series(name, [cell_text(cell) for cell in cells], dtype=pl.String), dates


def _join(name: str, cells: Sequence[Cell], texts: pl.Series) -> pl.Series:
    if not texts.null_count():
        return texts.alias(name)
    words = pl.Series([cell if type(cell) is str else None for cell in cells], dtype=pl.String)
    return texts.zip_with(texts.is_not_null(), words).alias(name)


def _numbers(numbers: pl.Series) -> pl.Series:
    texts = numbers.cast(pl.String).str.strip_suffix(".0")
    # 15 digits with sign and point: what is longer or written with an exponent needs a closer look.
    is_odd = (
        (texts.str.len_bytes() > 15) | texts.str.contains("[eEnN]") | (numbers.abs() >= DIGITS_OF_A_FLOAT)
    )
    is_odd |= texts == "-0"
    is_odd = is_odd.fill_null(value=False)
    if not is_odd.any():
        return texts
    places = is_odd.arg_true()
    return texts.scatter(places, [cell_text(number) for number in numbers.gather(places)])
