"""From rows of cells to an Arrow file of texts: header, body, what was left out and why.

Memory does not grow with the rows: chunks beyond the first few wait on the disk, beside the file to be written.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from genjin.kit.sheets.cells import cell_text, is_blank
from genjin.kit.sheets.columns import text_column
from genjin.kit.sheets.header import Layout, Row, find_layout, with_header
from genjin.kit.sheets.tail import TailRow, count_notes
from genjin.kit.sheets.unreadable import Unreadable

ROW = "__row__"
LOOKED_AT = 300
CHUNK = 8_192
CHUNKS_HELD = 8
TAIL = 100
MOST_COLUMNS = 2_000
MOST_ODD_ROWS = 1_000
SAMPLE = 20
EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
SERIAL_DAYS = r"^\d{5}$"


@dataclass(frozen=True)
class Wish:
    """What the caller asks of a table: `header_row` 1-based, 0 = no header, None = find it.

    `is_1904` is the workbook's date system, None where it is not known. `is_ragged` says that rows have
    their own length (text files) and odd ones are to be reported.
    """

    header_row: int | None = None
    known_headers: frozenset[str] = frozenset()
    is_1904: bool | None = None
    is_ragged: bool = False
    on_row: Callable[[int], None] = lambda _row: None


@dataclass
class Body:
    """The rows gathered so far: chunks of texts, dates and filled cells by column, rows that are too short or long."""

    width: int
    first_column: int
    folder: Path
    chunks: list[pl.LazyFrame] = field(default_factory=list)
    tail: pl.DataFrame = field(default_factory=pl.DataFrame)
    rows: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    dates: Counter[int] = field(default_factory=Counter)
    odd: list[dict[str, Any]] = field(default_factory=list)
    odd_count: int = 0

    def add(self, chunk: pl.DataFrame) -> None:
        """Take a chunk of rows, on the disk when there are many."""
        if chunk.is_empty():
            return
        self.rows += chunk.height
        self.filled.update({index: chunk.height - nulls for index, nulls in _nulls(chunk).items()})
        self.tail = pl.concat([self.tail, chunk]).tail(TAIL) if self.tail.width else chunk.tail(TAIL)
        if len(self.chunks) < CHUNKS_HELD:
            self.chunks.append(chunk.lazy())
            return
        path = self.folder / f"{len(self.chunks):06}.arrow"
        chunk.write_ipc(path, compression="uncompressed")
        self.chunks.append(pl.scan_ipc(path))

    def drop_tail(self, count: int) -> None:
        """Take the last rows away again."""
        gone = self.tail.tail(count)
        self.rows -= count
        self.filled.subtract({index: gone.height - nulls for index, nulls in _nulls(gone).items()})
        self.tail = self.tail.head(-count)

    @property
    def frame(self) -> pl.LazyFrame:
        """All rows, in the order of the file."""
        return pl.concat(self.chunks).head(self.rows) if self.chunks else _empty(self.width).lazy()


def _nulls(frame: pl.DataFrame) -> dict[str, int]:
    return frame.drop(ROW).null_count().row(0, named=True) if frame.width else {}


def write_table(rows: Iterable[Row], out: Path, wish: Wish, *, first_column: int = 0) -> dict[str, Any]:
    """Write the table among `rows` (row 1 of the file first) to the Arrow file `out`.

    `first_column` is how many columns of the sheet lie left of the rows. Returns what the parent needs to
    make a Table. Raises Unreadable: sheet_empty, sheet_too_wide, sheet_header_row.
    """
    skipped, rest = _skip(iter(rows), wish.header_row)
    head = list(islice(rest, LOOKED_AT))
    layout = _lay_out(head, wish)
    width = max(len(layout.labels), _usual_width(head[layout.body :], wish), 1)
    if width > MOST_COLUMNS:
        raise Unreadable("sheet_too_wide", columns=width, most=MOST_COLUMNS)
    with TemporaryDirectory(prefix="rows-", dir=out.parent) as folder:
        body = Body(width, first_column, Path(folder))
        numbered = enumerate(chain(head[layout.body :], rest), start=skipped + layout.body + 1)
        _gather(body, numbered, wish)
        header_row = 0 if layout.header is None else skipped + layout.header + 1
        return _finish(body, layout, out, {"wish": wish, "header_row": header_row, "head": head})


def _skip(rows: Iterator[Row], header_row: int | None) -> tuple[int, Iterator[Row]]:
    """Skip what lies above a given header, or the blank rows at the top; count what was skipped."""
    skipped = 0
    for row in rows:
        if skipped + 1 == header_row or (not header_row and any(not is_blank(cell) for cell in row)):
            return skipped, chain([row], rows)
        skipped += 1
    return skipped, iter(())


def _lay_out(head: Sequence[Row], wish: Wish) -> Layout:
    if not any(not is_blank(cell) for row in head for cell in row):
        raise Unreadable("sheet_header_row" if wish.header_row else "sheet_empty")
    if wish.header_row is None:
        return find_layout(head, wish.known_headers)
    if wish.header_row == 0:
        first = next(index for index, row in enumerate(head) if any(not is_blank(cell) for cell in row))
        return Layout(None, first, ())
    if all(is_blank(cell) for cell in head[0]):
        raise Unreadable("sheet_header_row")
    return with_header(head, 0)


def _usual_width(rows: Sequence[Row], wish: Wish) -> int:
    if not wish.is_ragged:
        return max(map(len, rows), default=0)
    widths = Counter(len(row) for row in rows if row)
    return widths.most_common(1)[0][0] if widths else 0


def _gather(body: Body, numbered: Iterator[tuple[int, Row]], wish: Wish) -> None:
    while chunk := list(islice(numbered, CHUNK)):
        numbers = [number for number, _ in chunk]
        rows = (
            [_fit(body, number, row) for number, row in chunk]
            if wish.is_ragged
            else [row for _, row in chunk]
        )
        columns: dict[str, pl.Series] = {ROW: pl.Series(ROW, numbers, dtype=pl.UInt32)}
        for index, cells in enumerate(zip(*rows, strict=True)):
            columns[str(index)], dates = text_column(str(index), cells)
            if dates:
                body.dates[index] += dates
        frame = pl.DataFrame(columns)
        texts = pl.exclude(ROW)
        frame = frame.with_columns(pl.when(texts.str.contains(r"\S")).then(texts))
        body.add(frame.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null())))
        wish.on_row(numbers[-1])


def _fit(body: Body, number: int, row: Row) -> Row:
    if len(row) == body.width:
        return row
    if not row:
        return [""] * body.width
    extra = [str(cell) for cell in row[body.width :]]
    if len(row) < body.width or any(cell.strip() for cell in extra):
        body.odd_count += 1
        if len(body.odd) < MOST_ODD_ROWS:
            body.odd.append({"row": number, "cells": len(row), "extra": extra})
    return [*row[: body.width], *[""] * (body.width - len(row))]


def _finish(body: Body, layout: Layout, out: Path, about: dict[str, Any]) -> dict[str, Any]:
    notes = _notes_above(layout, about)
    notes += _cut_tail(body)
    frame, dates = _read_serials(body, about["wish"].is_1904)
    names, empty = _name_columns(body, layout.labels)
    if not names:
        raise Unreadable("sheet_empty")
    if empty:
        notes.append({"code": "empty_columns", "details": {"names": "、".join(empty)}})
    notes += [{**note, "details": {**note["details"], "column": names[note["index"]]}} for note in dates]
    named = frame.select(pl.col(ROW), *[pl.col(index).alias(name) for index, name in names.items()])
    named.sink_ipc(out, compression="uncompressed", record_batch_size=CHUNK)
    last = int(body.tail.get_column(ROW)[-1]) if body.rows else 0
    odd = [row for row in body.odd if row["row"] <= last]
    return {
        "columns": list(names.values()),
        "header_row": about["header_row"],
        "rows": body.rows,
        "sample": [list(row[1:]) for row in named.head(SAMPLE).collect().iter_rows()],
        "odd_rows": odd,
        "odd_count": len(odd) if body.odd_count == len(body.odd) else body.odd_count,
        "notes": notes,
    }


def _empty(width: int) -> pl.DataFrame:
    return pl.DataFrame(schema={ROW: pl.UInt32, **{str(index): pl.String for index in range(width)}})


def _notes_above(layout: Layout, about: dict[str, Any]) -> list[dict[str, Any]]:
    notes = []
    first = about["header_row"] - (layout.header or 0)
    lines = enumerate(about["head"][: layout.header] if about["header_row"] else [], start=first)
    above = [(number, row) for number, row in lines if any(not is_blank(cell) for cell in row)]
    if above:
        words = " / ".join(_words(row) for _, row in above)
        notes.append(_note("rows_above", above[0][0], above[-1][0], words))
    if layout.header is not None and layout.body == layout.header + 2 and about["header_row"]:
        number = about["header_row"] + 1
        cells = about["head"][layout.header + 1] if len(about["head"]) > layout.header + 1 else ()
        notes.append(_note("second_header_line", number, number, _words(cells)))
    if layout.is_guessed:
        notes.append({"code": "header_guessed", "details": {"row": about["header_row"]}})
    return notes


def _words(row: Row) -> str:
    return " ".join(cell_text(cell) for cell in row if not is_blank(cell))


def _note(code: str, first: int, last: int, words: str) -> dict[str, Any]:
    return {"code": code, "details": {"first": first, "last": last, "words": words[:500]}}


def _cut_tail(body: Body) -> list[dict[str, Any]]:
    tail = [TailRow(row[0], row[1:]) for row in body.tail.iter_rows()]
    if len(tail) < 2:
        return []
    filled = [body.filled[str(index)] for index in range(body.width)]
    count = count_notes(tail, key_column=filled.index(max(filled)))
    if not count:
        return []
    notes = tail[-count:]
    words = " / ".join(row.words for row in notes)
    body.drop_tail(count)
    return [_note("rows_below", notes[0].number, notes[-1].number, words)]


def _read_serials(body: Body, is_1904: bool | None) -> tuple[pl.LazyFrame, list[dict[str, Any]]]:
    """Read day numbers that stand among dates of the same column as the days they are."""
    frame = body.frame
    notes: list[dict[str, Any]] = []
    if is_1904 is None:
        return frame, notes
    for index, dates in body.dates.items():
        column = pl.col(str(index))
        is_serial = column.str.contains(SERIAL_DAYS) & column.str.slice(0, 5).cast(
            pl.Int32, strict=False
        ).is_between(10_000, 73_050)
        filled = body.filled[str(index)]
        serials = frame.select(is_serial.sum()).collect(engine="streaming").item() or 0
        if not serials or dates * 5 < filled or dates + serials < filled:
            continue
        day = pl.lit(EPOCHS[is_1904]) + pl.duration(days=column.cast(pl.Int32, strict=False))
        frame = frame.with_columns(
            pl.when(is_serial).then(day.dt.to_string("%Y-%m-%d")).otherwise(column).alias(str(index))
        )
        notes.append({"code": "day_numbers", "index": str(index), "details": {"count": serials}})
    return frame, notes


def _name_columns(body: Body, labels: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Leave out columns without a value and give the others names that are each there once."""
    taken = {ROW}
    names: dict[str, str] = {}
    empty: list[str] = []
    for index in range(body.width):
        label = labels[index] if index < len(labels) else ""
        if not body.filled[str(index)] and (body.rows or not label):
            empty += [label] if label else []
            continue
        names[str(index)] = _free_name(label or f"列 {_letter(body.first_column + index)}", taken)
    return names, empty


def _free_name(label: str, taken: set[str]) -> str:
    name, count = label, 1
    while name in taken:
        count += 1
        name = f"{label} ({count})"
    taken.add(name)
    return name


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
