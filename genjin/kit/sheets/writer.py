"""Writes workbooks and CSV files in which every text stays text, never a formula or a link."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type Value = str | int | float | Decimal | bool | date | datetime | None

MOST_CHARACTERS = 32_767
MOST_ROWS = 1_048_576
MOST_DIGITS = 1e15
MOST_IN_MARK = 200  # a page's head holds 255 characters
DEFAULT_WIDTH = 16
A4 = 9
FORMULA_STARTS = tuple("=+-@＝＋－＠")
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True)
class SheetOut:
    """A sheet to be written: `rows` may be a stream; a value is written as what it is, a text as text.

    `widths` are in characters by column, `text_columns` the columns whose empty and typed cells Excel is
    to treat as text (phones, codes), `note` a sentence that stands above the header, `page_mark` one that is
    printed at the head and foot of every page, `formats` how numbers and days of a column are shown. One that
    `fits` is printed as wide as a page.
    """

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = ()
    text_columns: frozenset[int] = field(default_factory=frozenset)
    note: str = ""
    page_mark: str = ""
    formats: Mapping[int, str] = field(default_factory=dict)
    fits: bool = False


def write_xlsx(path: Path, sheets: Sequence[SheetOut]) -> None:
    """Write a workbook in constant memory, each header bold and frozen.

    Whole numbers of 16 digits and more are written as text, because a sheet would round them. A text of
    more than 32,767 characters is cut there and ends in "…". Moments are written with the wall time they
    carry. Raises ValueError beyond 1,048,576 rows. When a stream of rows breaks off, nothing is written.
    """
    options: dict[str, Any] = {
        "constant_memory": True,
        "use_zip64": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    taken: set[str] = set()
    with TemporaryDirectory(
        prefix="genjin-xlsx-"
    ) as folder:  # what lies beside memory goes even when rows break off
        book = xlsxwriter.Workbook(str(path), options | {"tmpdir": folder})
        writer = _SheetWriter(book)
        for sheet in sheets:
            writer.write(sheet, sheet_name(sheet.name, taken))
        book.close()


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write a CSV file that Excel opens as UTF-8, with texts neutralised."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([neutralise(label) for label in header])
        for row in rows:
            writer.writerow([_csv_cell(value) for value in row])


def neutralise(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    A text that already carries one gets a second, so that `take_off_apostrophe` gives back every text.
    """
    return f"'{cell}" if _is_formula_like(cell.lstrip("'")) else cell


def take_off_apostrophe(cell: str) -> str:
    """Undo `neutralise`; any other apostrophe stays."""
    return cell[1:] if cell.startswith("'") and _is_formula_like(cell.lstrip("'")) else cell


def sheet_name(name: str, taken: set[str]) -> str:
    """Return a name Excel accepts that is not in `taken`, and add it there in lower case."""
    base = FORBIDDEN_IN_NAMES.sub(" ", name).strip(" '")[:31] or "Sheet"
    free, count = base, 1
    while free.casefold() in taken or free.casefold() == "history":
        count += 1
        suffix = f" ({count})"
        free = base[: 31 - len(suffix)] + suffix
    taken.add(free.casefold())
    return free


def _is_formula_like(cell: str) -> bool:
    if cell.startswith(("\t", "\r", "\n")):
        return True
    start = cell
    while (bare := start.lstrip().lstrip(INVISIBLE)) != start:
        start = bare
    return start.startswith(FORMULA_STARTS)


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


class _SheetWriter:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "valign": "top"})
        self.right = book.add_format(
            {"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "valign": "top", "align": "right"}
        )
        self.note = book.add_format({"italic": True, "font_color": "#555555"})
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.formats: dict[str, Any] = {}

    def _format(self, sheet: SheetOut, column: int, usual: Any) -> Any:
        """Return the format of a column's numbers and days; one object for each of its kind in the whole book."""
        shown = sheet.formats.get(column)
        if shown is None:
            return usual
        if shown not in self.formats:
            self.formats[shown] = self.book.add_format({"num_format": shown})
        return self.formats[shown]

    def write(self, sheet: SheetOut, name: str) -> None:
        page = self.book.add_worksheet(name)
        for column in range(max(len(sheet.header), len(sheet.widths))):
            width = sheet.widths[column] if column < len(sheet.widths) else DEFAULT_WIDTH
            page.set_column(column, column, width, self.text if column in sheet.text_columns else None)
        top = 0
        if sheet.note:
            page.write_string(0, 0, sheet.note, self.note)
            top = 1
        for column, label in enumerate(sheet.header):
            page.write_string(top, column, label, self.right if column in sheet.formats else self.bold)
        page.freeze_panes(top + 1, 0)
        if sheet.page_mark or sheet.fits:
            self._set_pages(page, sheet, top)
        for row, values in enumerate(sheet.rows, start=top + 1):
            if row >= MOST_ROWS:
                raise ValueError(f"a sheet holds at most {MOST_ROWS} rows")
            for column, value in enumerate(values):
                self._write_cell(page, (row, column), value, sheet)

    def _set_pages(self, page: Any, sheet: SheetOut, top: int) -> None:
        """Say at the head and foot of every printed page whose it is, and repeat the headings there."""
        page.set_landscape()
        page.set_paper(A4)
        page.repeat_rows(top)
        if sheet.page_mark:
            mark = sheet.page_mark.replace("&", "&&")[:MOST_IN_MARK]
            page.set_header(f"&L{mark}")
            page.set_footer(f"&L{mark}&R&P / &N")
        if sheet.fits:
            page.fit_to_pages(1, 0)

    def _write_cell(self, page: Any, place: tuple[int, int], value: Value, sheet: SheetOut) -> None:
        row, column = place
        is_text = column in sheet.text_columns
        if value is None or value == "":
            return
        if isinstance(value, bool):
            page.write_boolean(row, column, value)
        elif isinstance(value, datetime):
            page.write_datetime(
                row, column, value.replace(tzinfo=None), self._format(sheet, column, self.moment)
            )
        elif isinstance(value, date):
            page.write_datetime(row, column, value, self._format(sheet, column, self.day))
        elif isinstance(value, str) or is_text or abs(float(value)) >= MOST_DIGITS:
            page.write_string(row, column, _cut(str(value)), self.text if is_text else None)
        else:
            page.write_number(row, column, value, self._format(sheet, column, None))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
