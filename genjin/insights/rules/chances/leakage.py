"""Columns that tell what came later: written at or after closing, and so never known when a chance is asked for.

A name alone proves nothing and clears nothing. What counts is what a column says by itself, whom it is filled for, and when.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from genjin.insights.rules.chances.columns import Column, Kind
from genjin.insights.rules.chances.figures import auc
from genjin.insights.rules.chances.order import By, Order
from genjin.insights.rules.chances.words import LATEST, OUTCOME

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genjin.insights.rules.chances.figures import Numbers

ALARM = 0.95  # nobody foresees a sale that well
FOLDS = 5
PRIOR = 5.0  # rows of the base rate added to each level
BINS = 20
FEWEST_OPEN = 20
TOO_LATE = 0.05  # share of filled rows; fewer are slips
FEWEST_FILLED = 20
FEW_VALUES = 10
NAMED_LATEST, NAMED_OUTCOME = 0.6, 0.75  # what a column must tell by itself where its name warns already
NEAR, SURE = 8, 25  # a level decides where the other outcome is that many times rarer than usual
BOTH_SIDES, ONE_SIDE = 0.02, 0.1  # share of rows in levels that decide


class Leak(TextChoices):
    TELLS_ALL = "tells_outcome", _("tells the outcome by itself")
    ONE_OUTCOME = "filled_for_one_outcome", _("its values, or their absence, stand for one outcome only")
    DECIDES = "levels_decide", _("its values decide the outcome one way and the other")
    CLOSED_ONLY = "filled_when_closed", _("filled only once a row is closed")
    LATER = "later_than_start", _("a moment later than the row's start")
    NO_START = "moment_without_start", _("a moment, and there is no start to count it from")
    STATE = "latest_state", _("by its name the latest state, and it tells much of the outcome")
    NOT_ASKED = "empty_when_asked", _("not filled where chances are asked for")


@dataclass(frozen=True)
class Finding:
    """Why a column is left out; `auc` is what it tells by itself, None where nobody asked."""

    column: str
    leak: Leak
    auc: float | None


def find_leaks(columns: Mapping[str, Column], outcome: pl.Series, order: Order) -> list[Finding]:
    """Return the columns that were written at or after closing. `outcome` is 1, 0, or null for open rows."""
    closed = pl.int_range(outcome.len(), eager=True).filter(outcome.is_not_null())
    is_open = pl.int_range(outcome.len(), eager=True).filter(outcome.is_null())
    ended = outcome.gather(closed).to_numpy().astype(float)
    found = []
    for column in columns.values():
        if column.name == order.column:
            continue
        there = column.taking(closed)
        alone = telling(there, ended)
        leak = (
            _by_time(column, closed, order)
            or _by_filling(column, closed, is_open)
            or _by_itself(there, ended, alone)
        )
        if leak is not None:
            found.append(Finding(column.name, leak, alone))
    return found


def empty_when_asked(columns: Mapping[str, Column], asked: Mapping[str, Column]) -> list[Finding]:
    """Return columns that were filled in the rows learned from and are empty in those to be told."""
    found = []
    for name, column in columns.items():
        other = asked.get(name)
        share = 0.0 if other is None else _filled(other.values)
        if _filled(column.values) >= 0.2 and share < 0.05 * _filled(column.values):
            found.append(Finding(name, Leak.NOT_ASKED, None))
    return found


def telling(column: Column, outcome: "Numbers") -> float:
    """Return the AUC of a column by itself, each fifth of the rows told by what its values meant in the others."""
    import numpy as np

    codes, _count = _groups(column)
    base = float(outcome.mean())
    scores = np.zeros(len(outcome))
    turns = np.arange(len(outcome)) % FOLDS
    for turn in range(FOLDS):
        known = turns != turn
        rows = np.bincount(codes[known], minlength=codes.max() + 1)
        hits = np.bincount(codes[known], weights=outcome[known], minlength=codes.max() + 1)
        means = (hits + PRIOR * base) / (rows + PRIOR)
        scores[~known] = means[codes[~known]]
    return auc(outcome, scores) or 0.5


def _by_time(column: Column, closed: pl.Series, order: Order) -> Leak | None:
    if column.kind is not Kind.DAY:
        return None
    if order.by is not By.TIME:
        return Leak.NO_START
    later = (column.values > order.values).gather(closed).drop_nulls()
    return Leak.LATER if later.len() and float(later.mean() or 0) > TOO_LATE else None  # type: ignore[arg-type]


def _by_filling(column: Column, closed: pl.Series, is_open: pl.Series) -> Leak | None:
    if is_open.len() < FEWEST_OPEN:
        return None
    within, beyond = (_filled(column.values.gather(rows)) for rows in (closed, is_open))
    return Leak.CLOSED_ONLY if within >= 0.05 and beyond < 0.05 * within else None


def _by_itself(column: Column, outcome: "Numbers", alone: float) -> Leak | None:
    name = column.name.casefold()
    if alone > ALARM:
        return Leak.TELLS_ALL
    levels = list(_levels(column, outcome))
    base, rows = float(outcome.mean()), len(outcome)
    if _has_levels(column) and min(_share_near(levels, base, rows)) >= BOTH_SIDES:
        return Leak.DECIDES
    if max(_share_sure(levels, base, rows)) >= ONE_SIDE or _one_outcome_only(column, outcome):
        return Leak.ONE_OUTCOME
    says_latest = column.kind is Kind.LEVEL and LATEST.search(name) and alone >= NAMED_LATEST
    says_outcome = OUTCOME.search(name) and alone >= NAMED_OUTCOME
    return Leak.STATE if says_latest or says_outcome else None


def _has_levels(column: Column) -> bool:
    """Say whether each value means something of its own: words, and numbers of which there are few, as marks are."""
    return column.kind is Kind.LEVEL or (
        column.kind is Kind.NUMBER and column.values.n_unique() <= FEW_VALUES
    )


def _levels(column: Column, outcome: "Numbers") -> Iterator[tuple[int, float]]:
    """Yield rows and rate of each level; of many numbers only whether there is one, and the heaviest one."""
    import numpy as np

    if _has_levels(column):
        codes, count = _groups(_as_levels(column))
    else:
        heaviest = column.values.drop_nulls().mode().sort()
        is_it = (column.values == heaviest[0]) if heaviest.len() else column.values.is_not_null()
        codes = is_it.cast(pl.Int64).fill_null(2).to_numpy()
        count = 3
    rows = np.bincount(codes, minlength=count)
    hits = np.bincount(codes, weights=outcome, minlength=count)
    for number, hit in zip(rows.tolist(), hits.tolist(), strict=True):
        if number:
            yield number, hit / number


def _as_levels(column: Column) -> Column:
    return replace(column, kind=Kind.LEVEL, values=column.values.cast(pl.String))


def _share_near(levels: list[tuple[int, float]], base: float, rows: int) -> tuple[float, float]:
    """Return the shares of rows in levels that nearly always, and that nearly never, ended well."""
    many = [(n, rate) for n, rate in levels if n >= FEWEST_FILLED]
    good = sum(n for n, rate in many if 1 - rate <= (1 - base) / NEAR)
    bad = sum(n for n, rate in many if rate <= base / NEAR)
    return good / rows, bad / rows


def _share_sure(levels: list[tuple[int, float]], base: float, rows: int) -> tuple[float, float]:
    """The same for levels so sure, and so large, that it is no chance. Of two levels one always has the rest."""
    good = sum(n for n, rate in levels if 1 - rate <= (1 - base) / SURE and n * (1 - base) >= FEWEST_FILLED)
    bad = sum(n for n, rate in levels if rate <= base / SURE and n * base >= FEWEST_FILLED)
    return good / rows, bad / rows


def _one_outcome_only(column: Column, outcome: "Numbers") -> bool:
    """Say whether the column is filled for rows of one outcome and never for the other, as a reason of loss is."""
    filled = column.values.is_not_null().to_numpy()
    rows, base = int(filled.sum()), float(outcome.mean())
    if rows < FEWEST_FILLED or rows > 0.98 * len(outcome):
        return False
    rate = float(outcome[filled].mean())
    is_sure = rate * SURE <= base and rows * base >= FEWEST_FILLED / 2
    return is_sure or ((1 - rate) * SURE <= 1 - base and rows * (1 - base) >= FEWEST_FILLED / 2)


def _groups(column: Column) -> "tuple[NDArray[np.int64], int]":
    """Return a number for each row's level, or for the twentieth its number lies in; missing is one of its own."""
    import numpy as np

    if column.kind is Kind.LEVEL:
        codes = column.values.rank("dense").cast(pl.Int64).fill_null(0).to_numpy()
        return codes, int(codes.max(initial=0)) + 1
    values = column.values.to_numpy().astype(float)
    known = values[~np.isnan(values)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1))) if len(known) else np.zeros(1)
    codes = np.where(np.isnan(values), 0, np.searchsorted(edges, np.nan_to_num(values), "right") + 1)
    return codes.astype(np.int64), int(codes.max(initial=0)) + 1


def _filled(values: pl.Series) -> float:
    return 1 - values.null_count() / values.len() if values.len() else 0.0
