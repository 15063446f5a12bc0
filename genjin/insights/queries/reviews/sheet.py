"""A review as an Excel file: a sheet for each part, numbers as numbers, charts of Excel's own that can be worked on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.insights.queries.reviews.parts import Part, Table, Tile, Value
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.queries.reviews.report import report_of
from genjin.insights.rules.figures import Unit
from genjin.kit.sheets.writer import neutralise, sheet_name

NUMBERS = {Unit.SHARE: "0.0%", Unit.YUAN: "#,##0.00", Unit.COUNT: "#,##0"}
CHART_ROWS = 15  # a chart takes the height of so many rows


def sheet_of(read: Reading, now: datetime) -> bytes:
    """Return a review as one reader may see it as an Excel file."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    paper, taken = _Book(book), set[str]()
    paper.open(sheet_name(_("Review"), taken))
    _opening(paper, read, now)
    for part in report_of(read):
        paper.open(sheet_name(part.title, taken))
        _part(paper, part)
    book.close()
    return out.getvalue()


class _Book:
    """A workbook with the sheet and row that are written next."""

    def __init__(self, book: Any) -> None:
        self.book, self.row, self.name = book, 0, ""
        self.sheet: Any = None
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.right = book.add_format({"align": "right"})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.heading = book.add_format({"bold": True, "font_size": 12})
        look = {"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "text_wrap": True}
        self.label, self.number_label = book.add_format(look), book.add_format(look | {"align": "right"})
        self.kinds = {unit: book.add_format({"num_format": form}) for unit, form in NUMBERS.items()}
        self.plain = book.add_format({"num_format": "#,##0.0"})

    def open(self, name: str) -> None:
        self.sheet, self.row, self.name = self.book.add_worksheet(name), 0, name
        self.sheet.set_column(0, 0, 34)
        self.sheet.set_column(1, 1, 24)
        self.sheet.set_column(2, 8, 18)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def line(self, text: str, form: Any = None) -> None:
        self.sheet.write_string(self.row, 0, neutralise(text), form)
        self.row += 1

    def value(self, row: int, at: int, cell: Value) -> None:
        if cell.number is None:
            self.sheet.write_string(row, at, neutralise(cell.text), self.right if cell.unit else self.wrapped)
        else:
            form = self.kinds.get(Unit(cell.unit), self.plain) if cell.unit in Unit.values else self.plain
            self.sheet.write_number(row, at, float(cell.number), form)

    def labels(self, labels: Sequence[str], numbers: Collection[int] = ()) -> None:
        for at, label in enumerate(labels):
            form = self.number_label if at in numbers else self.label
            self.sheet.write_string(self.row, at, neutralise(label), form)
        self.row += 1


def _opening(paper: _Book, read: Reading, now: datetime) -> None:
    review, (first, last) = read.review, read.before
    paper.sheet.set_column(0, 0, 60)
    paper.line(str(review), paper.title)
    made = f"{timezone.localtime(review.made_at):%Y-%m-%d %H:%M}"
    said = _("Figures as of %(at)s, compared with %(first)s – %(last)s.") % {"at": made, "first": first, "last": f"{last:%m-%d}"}  # fmt: skip
    paper.line(f"{review.get_state_display()} · {said}")
    paper.line(_("Exported by %(who)s, %(at)s.") % {"who": read.user.name, "at": f"{timezone.localtime(now):%Y-%m-%d %H:%M}"})  # fmt: skip
    blocks = (
        (_("In short"), read.sentences),
        (_("Conclusions"), (review.conclusions or "—").splitlines()),
    )
    for title, lines in blocks:
        paper.row += 1
        paper.line(title, paper.heading)
        for text in lines:
            paper.line(text, paper.wrapped)
    _actions(paper, _("What came of the last review"), read.results)
    _actions(paper, pgettext("review", "Actions"), read.decided)


def _actions(paper: _Book, title: str, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    paper.row += 1
    paper.line(title, paper.heading)
    paper.labels((_("What is to be done"), _("Who does it"), _("By when"), _("Result"), _("What came of it"), _("Customer")))  # fmt: skip
    for one in rows:
        what = _("About a customer you may not see") if one["is_hidden"] else one["what"]
        texts = (what, one["owner"].name, str(one["due_on"]), str(one["result"].label), one["outcome"], one["customer_name"])  # fmt: skip
        for at, text in enumerate(texts):
            paper.value(paper.row, at, Value(text))
        paper.row += 1


def _part(paper: _Book, part: Part) -> None:
    paper.line(part.title, paper.title)
    if part.tiles:
        _tiles(paper, part.tiles)
    for table in part.tables:
        paper.row += 1
        paper.line(table.title, paper.heading)
        _table(paper, table)


def _tiles(paper: _Book, tiles: Sequence[Tile]) -> None:
    paper.row += 1
    paper.labels(
        (_("Figure"), pgettext("review", "Now"), pgettext("review", "Before"), pgettext("review", "Change")),
        numbers=(1, 2, 3),
    )
    for one in tiles:
        for at, cell in enumerate((Value(one.label), one.value, one.earlier)):
            paper.value(paper.row, at, cell)
        paper.sheet.write_string(
            paper.row, 3, one.move.text, paper.right
        )  # ours, and text in any case: "+12%"
        paper.row += 1


def _table(paper: _Book, table: Table) -> None:
    """Write a table, with a chart below it where it has bars."""
    numbers = [at for at, column in enumerate(table.columns) if column.is_number]
    paper.labels([column.label for column in table.columns], numbers)
    first = paper.row
    for row in table.rows:
        for at, cell in enumerate(row):
            paper.value(paper.row, at, cell)
        paper.row += 1
    if table.note:
        paper.line(table.note)
    if len(table.drawn()) > 1:
        _chart(paper, table, first)


def _chart(paper: _Book, table: Table, first: int) -> None:
    at, last = table.bars, first + len(table.rows) - 1
    chart = paper.book.add_chart({"type": "bar"})
    chart.add_series({
        "name": [paper.name, first - 1, at], "categories": [paper.name, first, 0, last, 0], "values": [paper.name, first, at, last, at],
        "fill": {"color": "#2F6FED"}, "gap": 60, "data_labels": {"value": True},
    })  # fmt: skip
    chart.set_title({"name": table.title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    # Bars begin at nothing: else Excel begins near the lowest, and small differences look large.
    from_zero = {} if any((cell.number or 0) < 0 for cell in table.drawn()) else {"min": 0}
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}} | from_zero)
    chart.set_size({"width": 640, "height": 20 * CHART_ROWS})
    paper.sheet.insert_chart(paper.row, 0, chart)
    paper.row += CHART_ROWS + 1
