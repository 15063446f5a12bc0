"""Whole columns through the same functions that read single values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from genjin.kit.errors import ValueRefused


@dataclass(frozen=True, slots=True)
class ColumnResult[T]:
    """What a column's cells were read as; both lists run along the rows, with None where there is nothing."""

    values: list[T | None]
    problems: list[ValueRefused | None]


def parse_column[T](series: pl.Series, parse: Callable[[Any], T]) -> ColumnResult[T]:
    """Read every distinct value of a column once with the function that reads one value.

    Empty cells (null) give neither value nor problem; a refusal stands beside its row instead of being
    raised. Equal cells share one result object.
    """
    cells = series.to_list()
    known: dict[Any, T | None] = {None: None}
    refused: dict[Any, ValueRefused] = {}
    for cell in cells:
        if cell not in known:
            try:
                known[cell] = parse(cell)
            except ValueRefused as refusal:
                known[cell] = None
                refused[cell] = refusal
    problems: list[ValueRefused | None] = (
        [refused.get(cell) for cell in cells] if refused else [None] * len(cells)
    )
    return ColumnResult([known[cell] for cell in cells], problems)
