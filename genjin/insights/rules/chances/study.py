"""From a table of rows, closed and open, to a report that can be argued with, and chances for rows that ask for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from genjin.insights.rules.chances.columns import (
    Column,
    Kind,
    Unused,
    as_days,
    plain_texts,
    read_as,
    read_column,
)
from genjin.insights.rules.chances.features import matrix
from genjin.insights.rules.chances.figures import Figures, figures
from genjin.insights.rules.chances.leakage import Finding, empty_when_asked, find_leaks
from genjin.insights.rules.chances.learning import Model, learn, linear_models, one_thread
from genjin.insights.rules.chances.order import FIT, By, Order, Split, apart, column_of, order_of, split
from genjin.insights.rules.chances.outcome import Outcome, read_outcome
from genjin.insights.rules.chances.reasons import Reason, reasons
from genjin.insights.rules.chances.remarks import Remark
from genjin.insights.rules.chances.trust import (
    Level,
    base_rate_moved,
    columns_moved,
    doubts,
    level_of,
    sample_doubts,
    suspicions,
)  # fmt: skip

if TYPE_CHECKING:
    from genjin.insights.rules.chances.figures import Numbers

MOST_ROWS = 200_000
NEWEST = 0.8  # from here on the newest fifth calibrates what is used from now on
MAIN_COLUMNS = 5
REPEATED = 0.05


@dataclass(frozen=True)
class Wish:
    """What to learn: the outcome's column, the column of time, columns to leave out, words of the outcome.

    `horizon` is how many days after its start a row's outcome becomes known; 0 where nobody can tell.
    """

    target: str
    time: str | None = None
    without: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    horizon: float = 0.0


@dataclass(frozen=True)
class Part:
    """One part of the rows, by its number, how many ended well, and between which times it lies."""

    rows: int
    positives: int
    first: float
    last: float


@dataclass(frozen=True)
class Report:
    """What was learned and what it is worth; `figures` is None where there was too little to learn from."""

    outcome: Outcome
    rows: int
    order: Order
    parts: tuple[Part, ...]
    figures: Figures | None
    level: Level
    doubts: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    leaks: tuple[Finding, ...]
    unused: Mapping[str, Unused]
    weights: Mapping[str, float]  # columns by how much they move log odds on average, the heaviest first

    @property
    def is_reliable(self) -> bool:
        return self.level is not Level.NOT_RELIABLE


@dataclass(frozen=True)
class Chance:
    """A row's chance with its range of nine in ten, and the reasons that matter."""

    chance: float
    low: float
    high: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Study:
    """A report and, where it may be relied upon, the model behind it."""

    report: Report
    columns: tuple[Column, ...]
    model: Model | None


@dataclass(frozen=True)
class _Table:
    """Closed rows in the order of their time."""

    columns: tuple[Column, ...]
    outcome: "Numbers"
    times: pl.Series

    def part(self, rows: pl.Series) -> "_Table":
        return _Table(
            tuple(c.taking(rows) for c in self.columns),
            self.outcome[rows.to_numpy()],
            self.times.gather(rows),
        )

    @property
    def about(self) -> Part:
        first, last = float(self.times.min() or 0), float(self.times.max() or 0)  # type: ignore[arg-type]
        return Part(len(self.outcome), int(self.outcome.sum()), first, last)


def study(frame: pl.DataFrame, wish: Wish, *, asked: pl.DataFrame | None = None) -> Study:
    """Learn from the closed rows of a table of texts, and test it on the newest of them.

    `asked` are the rows that are to be told a chance: what is empty there is not learned from. Raises RuleError:
    predict_missing, column_unknown, table_empty, target_..., time_unreadable.
    """
    linear_models()
    outcome = read_outcome(column_of(frame, wish.target), positive=wish.positive, negative=wish.negative)
    for name in wish.without:
        column_of(frame, name)
    names = [name for name in frame.columns if name not in {wish.target, *wish.without}]
    read = {name: read_column(frame[name]) for name in names}
    columns = {name: column for name, column in read.items() if isinstance(column, Column)}
    closed = outcome.values.is_not_null()
    order = order_of(frame, columns, closed, time=wish.time)
    leaks = find_leaks(columns, outcome.values, order)
    told = frame.filter(~closed) if asked is None else asked
    if told.height:
        others = {name: read_as(told[name], c) for name, c in columns.items() if name in told.columns}
        known = {finding.column for finding in leaks} | {order.column}
        leaks += empty_when_asked({name: c for name, c in columns.items() if name not in known}, others)
    left = {finding.column for finding in leaks} | {order.column}
    kept = {name: _aged(column, order.values) for name, column in columns.items() if name not in left}
    rows = _rows_to_learn(outcome.values, order)
    table = _Table(
        tuple(column.taking(rows) for column in kept.values()),
        outcome.values.gather(rows).to_numpy().astype(float),
        order.values.gather(rows),
    )
    unused = {name: why for name, why in read.items() if isinstance(why, Unused) and name != order.column}
    empty = Report(
        outcome, frame.height, order, (), None, Level.NOT_RELIABLE, (), tuple(_remarks(frame, outcome, order, rows)),
        tuple(leaks), unused, {},
    )  # fmt: skip
    with one_thread():
        return _learned(table, empty, wish.horizon if order.by is By.TIME else 0.0)


def _rows_to_learn(outcome: pl.Series, order: Order) -> pl.Series:
    """Return the closed rows whose time is known, oldest first; equal times in the order of the file."""
    rows = pl.int_range(outcome.len(), eager=True).filter(outcome.is_not_null() & order.values.is_not_null())
    timed = pl.DataFrame({"row": rows, "time": order.values.gather(rows)})
    return timed.sort("time", maintain_order=True)["row"].tail(MOST_ROWS)


def _remarks(frame: pl.DataFrame, outcome: Outcome, order: Order, rows: pl.Series) -> list[Remark]:
    said = []
    if order.by is By.ROWS:
        said.append(Remark("order_of_rows"))
        repeated = frame.height - frame.unique().height
        if repeated >= REPEATED * frame.height:
            said.append(Remark("repeated_rows", {"count": repeated}))
    elif order.is_guessed:
        said.append(Remark("order_guessed", {"column": order.column}))
    if outcome.closed - rows.len() and rows.len() < MOST_ROWS:
        said.append(Remark("time_missing", {"count": outcome.closed - rows.len()}))
    if outcome.closed > MOST_ROWS:
        said.append(Remark("newest_only", {"count": rows.len()}))
    return said


def _learned(table: _Table, report: Report, horizon: float) -> Study:
    """Test what older rows teach on the newest ones, then learn from all of them."""
    remarks = list(report.warnings)
    times = table.times
    cuts = split(times) if len(times) else None
    if cuts is None:
        times = pl.int_range(len(times), eager=True).cast(pl.Float64)
        cuts = split(times)
        horizon = 0.0
        if report.order.by is not By.ROWS:
            remarks.append(Remark("one_time_only"))
    if cuts is None or not table.columns:
        return Study(replace(report, doubts=(_nothing_to_learn(table),), warnings=tuple(remarks)), (), None)
    cuts = apart(times, cuts, horizon)
    parts = [table.part(rows) for rows in (cuts.fit, cuts.calibrate, cuts.test)]
    sides = [(part.about.positives, part.about.rows - part.about.positives) for part in parts]
    whole = (table.about.positives, table.about.rows - table.about.positives)
    report = replace(report, parts=tuple(part.about for part in parts))
    if too_few := sample_doubts([sides[0], sides[2]], whole):
        return Study(replace(report, doubts=tuple(too_few), warnings=tuple(remarks)), (), None)
    found, weights = _tested(table, cuts)
    heaviest = list(weights)[:3]
    why_not = doubts(found, heaviest)
    remarks += suspicions(found, heaviest) + base_rate_moved(
        (sides[0][0] + sides[1][0], sum(sides[0]) + sum(sides[1])), (sides[2][0], sum(sides[2]))
    )
    main = [column for column in table.columns if column.name in list(weights)[:MAIN_COLUMNS]]
    older, newest = (
        {column.name: column.taking(rows) for column in main}
        for rows in (pl.concat([cuts.fit, cuts.calibrate]), cuts.test)
    )
    remarks += columns_moved(older, newest, "column_moved")
    report = replace(
        report,
        figures=found,
        level=level_of(found, why_not),
        doubts=tuple(why_not),
        warnings=tuple(remarks),
        weights=weights,
    )
    model = learn(table.columns, table.outcome, _newest(times)) if report.is_reliable else None
    return Study(report, table.columns, model)


def _nothing_to_learn(table: _Table) -> Remark:
    if not table.columns:
        return Remark("no_columns")
    return sample_doubts([], (int(table.outcome.sum()), len(table.outcome) - int(table.outcome.sum())))[0]


def _newest(times: pl.Series) -> pl.Series:
    cuts = split(times, (FIT, NEWEST))
    return cuts.test if cuts else pl.int_range(int(times.len() * NEWEST), times.len(), eager=True)


def _tested(table: _Table, cuts: Split) -> tuple[Figures, dict[str, float]]:
    """Return what the model of the older rows was worth on the newest, and how much each column moves it."""
    import numpy as np

    known = pl.concat([cuts.fit, cuts.calibrate])
    older, newest = table.part(known), table.part(cuts.test)
    model = learn(older.columns, older.outcome, cuts.calibrate)
    features = matrix(model.codes, newest.columns)
    pulls = np.abs(model.pulls(features)).mean(axis=0)
    order = np.argsort(-pulls, kind="stable")
    weights = {table.columns[place].name: float(pulls[place]) for place in order.tolist()}
    return figures(newest.outcome, model.chances(features)), weights


def _aged(column: Column, starts: pl.Series) -> Column:
    """Turn days into days before the row's start."""
    if column.kind is not Kind.DAY:
        return column
    return replace(column, values=starts - column.values)


def asked_columns(learned: Study, asked: pl.DataFrame) -> list[Column]:
    """Read rows that ask for a chance as the rows were read that were learned from; a missing column is empty."""
    order = learned.report.order
    starts = pl.Series([None] * asked.height, dtype=pl.Float64)
    if order.by is By.TIME and order.column in asked.columns:
        starts = as_days(plain_texts(asked[order.column]), order.day_order)
    found = []
    for like in learned.columns:
        empty = pl.Series(like.name, [None] * asked.height, dtype=pl.String)
        column = read_as(asked[like.name] if like.name in asked.columns else empty, like)
        found.append(_aged(column, starts))
    return found


def tell(learned: Study, asked: pl.DataFrame) -> list[Chance | None]:
    """Return the chance of each row; None for all where the study is not reliable."""
    if learned.model is None or not asked.height:
        return [None] * asked.height
    columns = asked_columns(learned, asked)
    features = matrix(learned.model.codes, columns)
    chances = learned.model.chances(features).tolist()
    lows, highs = (side.tolist() for side in learned.model.ranges(features))
    why = reasons(columns, learned.model.pulls(features))
    return [Chance(*row) for row in zip(chances, lows, highs, why, strict=True)]


def drift(learned: Study, asked: pl.DataFrame) -> list[Remark]:
    """Warn where rows that ask for a chance look unlike those learned from, in the columns that matter most."""
    main: Sequence[str] = list(learned.report.weights)[:MAIN_COLUMNS]
    now = {column.name: column for column in asked_columns(learned, asked)}
    return columns_moved({column.name: column for column in learned.columns if column.name in main}, now)


def came_true(told: Sequence[Chance | None], outcome: pl.Series | None) -> Figures | None:
    """Compare chances with what came where it is known of rows that asked for one; None where there is nothing to compare."""
    import numpy as np

    if outcome is None:
        return None
    pairs = [
        (one.chance, value)
        for one, value in zip(told, outcome, strict=True)
        if one is not None and value is not None
    ]
    if not pairs:
        return None
    return figures(
        np.array([value for _chance, value in pairs], float), np.array([chance for chance, _value in pairs])
    )
