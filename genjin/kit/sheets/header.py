"""Where a table's header stands, found by its shape: labels over data, as wide as the table below."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from genjin.kit.sheets.cells import Cell, cell_text, is_blank, is_data, is_year

type Row = Sequence[Cell]

CANDIDATES = 30
BRACKETED = re.compile(r"[(（\[【].*[)）\]】]", re.DOTALL)
NOISE = re.compile(r"[\s*＊:：]+")


@dataclass(frozen=True)
class Layout:
    """Where the table lies among the rows looked at.

    `header` is the index of the header's row (None: there is none), `body` that of the first row of data,
    `labels` the header's text by column, `is_guessed` tells that nothing but the place spoke for it.
    """

    header: int | None
    body: int
    labels: tuple[str, ...]
    is_guessed: bool = False


def header_key(text: str) -> str:
    """Reduce a header to what it is recognised by: NFKC, lower case, no blanks, stars or colons."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def typical_fill(fills: Sequence[int]) -> int:
    """Return the width at which the most cells lie in one block, given the filled cells of each row."""
    rows_with = Counter(fills)
    best, rows = (0, 0), 0
    for fill in sorted(rows_with, reverse=True):
        rows += rows_with[fill]
        best = max(best, (fill * rows, fill))
    return best[1]


def find_layout(rows: Sequence[Row], known_headers: frozenset[str] = frozenset()) -> Layout:
    """Find the header among the first rows of a sheet.

    `known_headers` are words as `header_key` gives them; a row that holds some of them wins.
    """
    wide = _wide_rows(rows)
    if not wide:
        return Layout(None, 0, ())
    table = _Table(rows, wide, known_headers)
    scored = [(table.score(place), place) for place in range(min(len(wide), CANDIDATES))]
    place = max(scored, key=lambda item: item[0])[1]
    if not table.may_be_header(wide[place]):
        return Layout(None, wide[0], ())
    return with_header(rows, wide[place], is_guessed=not table.has_evidence(wide[place]))


def with_header(rows: Sequence[Row], header: int, *, is_guessed: bool = False) -> Layout:
    """Lay the table out below a given header row; a second header line under it is folded in."""
    labels = _labels(rows[header])
    below = next((index for index in range(header + 1, len(rows)) if _fill(rows[index])), None)
    if below is None:
        return Layout(header, len(rows), labels, is_guessed)
    if _belongs(rows[header], rows[below]):
        return Layout(header, below + 1, _fold(labels, _labels(rows[below])), is_guessed)
    return Layout(header, header + 1, labels, is_guessed)


def _fill(row: Row) -> int:
    return sum(1 for cell in row if not is_blank(cell))


def _wide_rows(rows: Sequence[Row]) -> list[int]:
    fills = [_fill(row) for row in rows]
    typical = typical_fill([fill for fill in fills if fill])
    return [index for index, fill in enumerate(fills) if fill and fill * 2 >= typical]


def _labels(row: Row) -> tuple[str, ...]:
    return tuple("" if is_blank(cell) else " ".join(cell_text(cell).split()) for cell in row)


def _belongs(header: Row, below: Row) -> bool:
    second = _labels(below)
    return _is_remark_line(second) or _completes(_labels(header), second, below)


def _is_remark_line(labels: Sequence[str]) -> bool:
    filled = [label for label in labels if label]
    return sum(1 for label in filled if BRACKETED.fullmatch(label)) * 2 > len(filled)


def _completes(upper: Sequence[str], lower: Sequence[str], row: Row) -> bool:
    # A merged header: groups above, their columns below, each filling the other's gaps.
    groups = [c for c in range(len(upper) - 1) if upper[c] and not upper[c + 1]]
    lone = [c for c in range(len(upper)) if upper[c] and c not in groups]
    gaps = [c for c in range(min(len(upper), len(lower))) if not upper[c] and lower[c]]
    if not groups or not gaps or any(not is_blank(cell) and is_data(cell) for cell in row):
        return False
    named = {c for c, label in enumerate(lower) if label}
    return bool(lone) and named.isdisjoint(lone) and named.issuperset(groups)


def _fold(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    folded = []
    for column in range(max(len(upper), len(lower))):
        above = upper[column] if column < len(upper) else ""
        below = lower[column] if column < len(lower) else ""
        is_group = column + 1 < len(upper) and not upper[column + 1]
        folded.append(below if below and (not above or is_group) else above)
    return tuple(folded)


class _Table:
    """The body's habits, against which each candidate row is weighed."""

    def __init__(self, rows: Sequence[Row], wide: list[int], known: frozenset[str]) -> None:
        self.rows = rows
        self.wide = wide
        self.known = known
        below = wide[1:] or [i for i in range(wide[0] + 1, len(rows)) if _fill(rows[i])]
        self.body = frozenset(below)
        body = [rows[index] for index in below]
        width = max((len(row) for row in body), default=0)
        columns = [[row[c] for row in body if c < len(row) and not is_blank(row[c])] for c in range(width)]
        self.used = {c for c, cells in enumerate(columns) if len(cells) * 5 >= len(body)}
        self.typed = {c for c in self.used if sum(map(is_data, columns[c])) * 5 >= len(columns[c]) * 3}
        self.common = [Counter(map(cell_text, cells)) for cells in columns]

    def score(self, place: int) -> float:
        index = self.wide[place]
        below = index + 1
        while below < len(self.rows) and not _fill(self.rows[below]):
            below += 1
        # Labels right below speak against a row, unless it spans the table or they belong to it.
        is_last = below >= len(self.rows) or _belongs(self.rows[index], self.rows[below])
        mixed = 0.0 if is_last or self.coverage(index) == 1.0 else self.contrast(below)
        covered = min(1.0, self.coverage(index) / 0.7)
        for_it = (
            2 * covered + self.label_share(index) + 3 * self.contrast(index) + 5 * self.known_share(index)
        )
        return for_it - 3 * mixed - 3 * self.match(index) - 0.3 * place

    def may_be_header(self, index: int) -> bool:
        if self.known_share(index) >= 0.3:
            return True
        if not self.body and len(self.filled(index)) == 1:
            return False
        if self.label_share(index) < 0.5 or self.match(index) > 0.5:
            return False
        return self.contrast(index) > 0 or self.repeats(index) < 0.3

    def has_evidence(self, index: int) -> bool:
        return self.contrast(index) > 0 or self.known_share(index) > 0

    def filled(self, index: int) -> list[tuple[int, Cell]]:
        return [(c, cell) for c, cell in enumerate(self.rows[index]) if not is_blank(cell)]

    def labels(self, index: int) -> set[int]:
        filled = self.filled(index)
        years = {c for c, cell in filled if is_year(cell)}
        is_year_row = len(years) >= 3 and len(years) + 1 >= len(filled)
        return {c for c, cell in filled if not is_data(cell) or (is_year_row and c in years)}

    def coverage(self, index: int) -> float:
        return len(self.used & {c for c, _ in self.filled(index)}) / max(1, len(self.used))

    def label_share(self, index: int) -> float:
        return len(self.labels(index)) / max(1, len(self.filled(index)))

    def contrast(self, index: int) -> float:
        """Share of the data columns over which this row has a label."""
        return len(self.typed & self.labels(index)) / max(1, len(self.typed))

    def match(self, index: int) -> float:
        """Share of the data columns in which this row has data."""
        data = {c for c, _ in self.filled(index)} - self.labels(index)
        return len(self.typed & data) / max(1, len(self.typed))

    def repeats(self, index: int) -> float:
        """Share of this row's cells that come back as values further down their column."""
        filled = self.filled(index)
        own = 1 if index in self.body else 0
        back = [c for c, cell in filled if c < len(self.common) and self.common[c][cell_text(cell)] > own]
        return len(back) / max(1, len(filled))

    def known_share(self, index: int) -> float:
        """Share of this row's cells that are known words; one alone in a wide row may be a value."""
        filled = self.filled(index)
        hits = sum(1 for _, cell in filled if header_key(cell_text(cell)) in self.known) if self.known else 0
        return hits / len(filled) if hits >= min(2, len(filled)) > 0 else 0.0
