"""Columns become numbers a line can be drawn through: steps between quantiles, levels, heavy single values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from genjin.insights.rules.chances.columns import LEVEL_ROWS, Column, Kind

if TYPE_CHECKING:
    from genjin.insights.rules.chances.figures import Numbers

STEPS = 10
HEAVY = 0.05  # share of rows at one number, such as 0, that makes it a level of its own
MOST_LEVELS = 200
RARE = 0.001


@dataclass(frozen=True)
class Code:
    """How one column is written as features: knots of numbers and heavy values, or levels; then missing, then rare."""

    name: str
    kind: Kind
    knots: tuple[float, ...] = ()
    heavy: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    means: tuple[float, ...] = ()  # of the learned features, with which missing numbers are filled

    @property
    def width(self) -> int:
        return max(len(self.knots) - 1, 0) + len(self.heavy) + len(self.levels) + 2


def code_of(column: Column) -> Code:
    """Decide on the features of a column by the rows to learn from; outcomes are not asked."""
    values = column.values.drop_nulls()
    if column.kind is Kind.LEVEL:
        counts = values.value_counts(name="rows").sort(["rows", column.values.name], descending=[True, False])
        least = max(LEVEL_ROWS, int(RARE * column.values.len()))
        return Code(
            column.name, column.kind, levels=tuple(counts.filter(pl.col("rows") >= least)[:MOST_LEVELS, 0])
        )
    marks = [values.quantile(place / STEPS, "nearest") for place in range(STEPS + 1)] if values.len() else []
    knots = tuple(sorted({float(mark) for mark in marks if mark is not None}))
    counts = values.value_counts(name="rows").filter(pl.col("rows") >= max(HEAVY * values.len(), LEVEL_ROWS))
    heavy = tuple(sorted(counts[:, 0])) if values.n_unique() > STEPS else ()
    code = Code(column.name, column.kind, knots=knots, heavy=heavy)
    steps = _steps(code, values.to_numpy())
    return Code(
        column.name, column.kind, knots, heavy, means=tuple(steps.mean(axis=0)) if values.len() else ()
    )


def matrix(codes: Sequence[Code], columns: Sequence[Column]) -> "Numbers":
    """Write columns as one matrix of features, a row each."""
    import numpy as np

    return np.hstack([_features(code, column) for code, column in zip(codes, columns, strict=True)])


def spans(codes: Sequence[Code]) -> list[tuple[int, int]]:
    """Return where the features of each column begin and end in the matrix."""
    found, begin = [], 0
    for code in codes:
        found.append((begin, begin + code.width))
        begin += code.width
    return found


def _features(code: Code, column: Column) -> "Numbers":
    import numpy as np

    out = np.zeros((column.values.len(), code.width))
    missing = column.values.is_null().to_numpy()
    if code.kind is Kind.LEVEL:
        places = {level: place for place, level in enumerate(code.levels)}
        found = (
            column.values.replace_strict(places, default=len(places) + 1, return_dtype=pl.Int64)
            .to_numpy()
            .copy()
        )
        found[missing] = len(places)
        out[np.arange(len(found)), found] = 1
        return out
    steps = _steps(code, column.values.fill_null(0).to_numpy())
    if code.means:
        steps[missing] = code.means
    out[:, : steps.shape[1]] = steps
    out[:, -2] = missing
    return out


def _steps(code: Code, values: "Numbers") -> "Numbers":
    """Return how far values have climbed each step between knots, 0 to 1, and whether they are a heavy one."""
    import numpy as np

    pairs = list(zip(code.knots, code.knots[1:], strict=False))
    climbed = [np.clip((values - low) / (high - low), 0, 1) for low, high in pairs]
    at = [(values == heavy).astype(float) for heavy in code.heavy]
    return np.stack([*climbed, *at], axis=1) if climbed or at else np.zeros((len(values), 0))
