"""From a table of texts to rows ready to be written, with everything there is to say about each cell. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from genjin.fields.rules import Definition
from genjin.intake.rules.kinds import is_date, reader_of
from genjin.intake.rules.values import CellReader, Values, is_empty
from genjin.kit.dates import Order, guess_order
from genjin.kit.errors import ValueRefused
from genjin.kit.sheets.writer import take_off_apostrophe

COMPARED = frozenset({"name", "credit_code", "contact.phone", "contact.email"})  # repairs shown old and new
EXAMPLES = 3
REMEMBERED = 20_000  # texts of a column whose meaning is kept from slice to slice
KINDS_OF_ANSWER = ("fine", "repaired", "warned", "refused", "empty")


@dataclass(frozen=True, slots=True)
class Finding:
    """What there is to say about a cell or a row; `row` is its number in the file."""

    row: int
    column: str
    code: str
    value: str
    message: str
    level: str
    match_id: int | None = None
    match_name: str = ""


@dataclass(slots=True)
class ColumnReport:
    """How a column fared: counts, and a few examples of (old, new or reason)."""

    column: str
    target: str
    fine: int = 0
    repaired: int = 0
    warned: int = 0
    refused: int = 0
    empty: int = 0
    examples: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    note: str = ""

    def give(self, kind: str, old: str, new: str) -> None:
        shown = self.examples.setdefault(kind, [])
        if len(shown) < EXAMPLES and (old, new) not in shown:
            shown.append((old[:80], new[:120]))


@dataclass(slots=True)
class ReadRows:
    """Rows by position: file numbers and values, with findings and the report of each column."""

    numbers: list[int]
    values: list[Values]
    findings: list[Finding]
    reports: list[ColumnReport]


def date_orders(
    columns: Mapping[str, Iterable[str | None]], mapping: Mapping[str, str]
) -> dict[str, Order | Literal[""]]:
    """Return per date column how its dates are written: YMD, DMY, MDY, or "" when the column leaves it open."""
    return {
        column: guess_order(text for text in columns[column] if text and not is_empty(text))
        for column, key in mapping.items()
        if is_date(key)
    }


def read_rows(
    columns: Mapping[str, Sequence[str | None]],
    numbers: Sequence[int],
    mapping: Mapping[str, str],
    *,
    orders: Mapping[str, Order | Literal[""]],
    zone: ZoneInfo,
    keep_unknown: Sequence[str] = (),
) -> ReadRows:
    """Read a whole table at once, as SheetReader does slice by slice."""
    return SheetReader(mapping, orders, zone, keep_unknown).read(columns, numbers)


class SheetReader:
    """Reads slices of a sheet, every mapped column with the reader of its field; equal texts are read once.

    A cell that cannot be read stays out of its field and in the row's further fields, with a warning; only
    a missing name refuses the row.
    """

    def __init__(
        self,
        mapping: Mapping[str, str],
        orders: Mapping[str, Order | Literal[""]],
        zone: ZoneInfo,
        keep_unknown: Sequence[str] = (),
        *,
        own: Sequence[Definition] = (),
    ) -> None:
        self._keep_unknown = keep_unknown
        self._columns = []
        for column, key in sorted(mapping.items(), key=lambda pair: pair[1] == "address"):
            reader = reader_of(key, order=orders.get(column) or "YMD", zone=zone, own=own)
            is_open = is_date(key) and not orders.get(column)
            self._columns.append(_Column(column, key, reader, is_open=is_open))

    def read(self, columns: Mapping[str, Sequence[str | None]], numbers: Sequence[int]) -> ReadRows:
        """Read one slice; `columns` hold the texts by header, `numbers` the rows' numbers in the file."""
        rows = ReadRows(list(numbers), [{} for _number in numbers], [], [])
        for known in self._columns:
            rows.reports.append(known.read(columns[known.column], rows))
        for column in self._keep_unknown:
            for values, text in zip(rows.values, columns[column], strict=True):
                if text is not None and text.strip():
                    values.setdefault("extra", {})[column[:60]] = text.strip()[:2000]
        return rows


def merge_reports(so_far: Sequence[ColumnReport], more: Sequence[ColumnReport]) -> list[ColumnReport]:
    """Add the reports of another slice to those `so_far`."""
    if not so_far:
        return list(more)
    for report, added in zip(so_far, more, strict=True):
        for kind in KINDS_OF_ANSWER:
            setattr(report, kind, getattr(report, kind) + getattr(added, kind))
        for kind, shown in added.examples.items():
            for old, new in shown:
                report.give(kind, old, new)
    return list(so_far)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a text of a column means: how it counts, the values it gives, what is said of it, an example to show."""

    kind: Literal["fine", "repaired", "warned", "refused", "empty"]
    found: Values
    said: ValueRefused | None = None
    example: tuple[str, str] | None = None


EMPTY = _Answer("empty", {})


@dataclass(slots=True)
class _Column:
    """One column on its way from texts to values."""

    column: str
    key: str
    reader: CellReader
    is_open: bool  # a column of dates whose order nothing tells
    known: dict[str | None, _Answer] = field(default_factory=lambda: {None: EMPTY})

    def read(self, texts: Sequence[str | None], rows: ReadRows) -> ColumnReport:
        report = ColumnReport(self.column, self.key)
        if self.is_open:
            report.note = _("Day and month could be the other way round in this column; please check.")
        if len(self.known) > REMEMBERED:
            self.known = {None: EMPTY}
        known = self.known
        for at, text in enumerate(texts):
            answer = known.get(text)
            if answer is None:
                answer = known[text] = self._answer(text or "")
            if answer.kind == "empty":
                report.empty += 1
                continue
            if answer.said is not None:
                self._say(rows, at, text or "", answer.said)
            setattr(report, answer.kind, getattr(report, answer.kind) + 1)
            if answer.example is not None:
                report.give(answer.kind, *answer.example)
            self._keep(rows.values[at], answer)
        return report

    def _answer(self, text: str) -> "_Answer":
        if is_empty(text):
            return EMPTY
        try:
            found = dict(self.reader(take_off_apostrophe(text.strip())))
        except ValueRefused as refusal:
            kept = {} if self.key == "name" else {"extra": {self.column[:60]: text.strip()[:2000]}}
            return _Answer("refused", kept, refusal, (text, refusal.message))
        warning = found.pop("!", None)
        if warning is not None:
            return _Answer("warned", found, warning, (text, warning.message))
        if self.key in COMPARED and (new := str(found.get(self.key, ""))) != text.strip():
            return _Answer("repaired", found, None, (text, new))
        return _Answer("fine", found)

    def _keep(self, values: Values, answer: "_Answer") -> None:
        if answer.kind == "refused":
            values.setdefault("extra", {}).update(answer.found.get("extra", {}))
        elif values.keys().isdisjoint(answer.found):
            values.update(answer.found)
        else:
            for name, value in answer.found.items():
                # A region named in its own column is not overruled by the address.
                is_settled = self.key == "address" and name != "address" and values.get(name)
                if not is_settled and (name not in values or value not in (None, "")):
                    values[name] = value

    def _say(self, rows: ReadRows, at: int, text: str, said: ValueRefused) -> None:
        level = "rejected" if self.key == "name" else "warning"
        rows.findings.append(
            Finding(rows.numbers[at], self.column, said.code, text[:500], said.message, level)
        )
