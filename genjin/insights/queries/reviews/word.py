"""A review as a Word file: real tables, and bars that are pictures without a word in them, so that they show wherever it is opened."""

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from genjin.insights.queries.reviews.parts import Part, Table, Tile, Value
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.queries.reviews.report import report_of
from genjin.kit.word_places import NOT_IN_XML

FONT = "Microsoft YaHei"  # where it is missing, Word takes another Chinese one
BLUE, GREY, HEAD = "2F6FED", RGBColor(0x66, 0x70, 0x85), "EEF2F7"
WIDTH, LONGEST_BAR = 17.0, 3.4  # of the page between its margins, and of a bar at most, in centimetres
COLOURS = {"green": RGBColor(0x1B, 0x87, 0x4B), "red": RGBColor(0xC9, 0x2A, 0x2A)}
ARROWS = {"up": "↑", "down": "↓"}


def word_of(read: Reading, now: datetime) -> bytes:
    """Return a review as one reader may see it as a Word file."""
    paper = Document()
    _dress(paper)
    _opening(paper, read, now)
    for part in report_of(read):
        _part(paper, part)
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _dress(paper: Any) -> None:
    """Set page and fonts: Latin and Chinese alike, in every style."""
    page = paper.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(1.8)
    for name, size in (
        ("Normal", 10),
        ("Title", 20),
        ("Heading 1", 14),
        ("Heading 2", 11),
        ("List Bullet", 10),
    ):
        style = paper.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(kind), FONT)
        for kind in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1F, 0x29, 0x37)
    paper.styles["Normal"].paragraph_format.space_after = Pt(4)


def _opening(paper: Any, read: Reading, now: datetime) -> None:
    """Write title, what came of the last review, what is to be said, conclusions and actions."""
    review, (first, last) = read.review, read.before
    paper.core_properties.title = str(review)
    paper.core_properties.author = read.user.name
    paper.add_heading(str(review), 0)
    made = f"{timezone.localtime(review.made_at):%Y-%m-%d %H:%M}"
    said = _("Figures as of %(at)s, compared with %(first)s – %(last)s.") % {"at": made, "first": first, "last": f"{last:%m-%d}"}  # fmt: skip
    _soft(paper, f"{review.get_state_display()} · {said}")
    _soft(paper, _("Exported by %(who)s, %(at)s.") % {"who": read.user.name, "at": f"{timezone.localtime(now):%Y-%m-%d %H:%M}"})  # fmt: skip
    if read.results:
        paper.add_heading(_("What came of the last review"), 1)
        _actions(paper, read.results)
    paper.add_heading(_("In short"), 1)
    for text in read.sentences:
        paper.add_paragraph(_plain(text), style="List Bullet")
    paper.add_heading(_("Conclusions"), 1)
    for line in (review.conclusions or "—").splitlines():
        paper.add_paragraph(_plain(line))
    paper.add_heading(pgettext("review", "Actions"), 1)
    if read.decided:
        _actions(paper, read.decided)
    else:
        _soft(paper, _("Nothing decided."))


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _soft(paper: Any, text: str) -> None:
    run = paper.add_paragraph().add_run(_plain(text))
    run.font.size, run.font.color.rgb = Pt(9), GREY


def _actions(paper: Any, rows: Sequence[dict[str, Any]]) -> None:
    labels = (_("What is to be done"), _("Who does it"), _("By when"), _("Result"), _("What came of it"))
    lines = [
        [_what(one), one["owner"].name, str(one["due_on"]), str(one["result"].label), one["outcome"]]
        for one in rows
    ]
    _grid(paper, labels, lines, widths=(6.4, 2.2, 2.4, 2.0, 4.0))


def _what(one: dict[str, Any]) -> str:
    if one["is_hidden"]:
        return _("About a customer you may not see")
    return " · ".join(text for text in (one["what"], one["customer_name"]) if text)


def _part(paper: Any, part: Part) -> None:
    paper.add_heading(part.title, 1)
    if part.tiles:
        _tiles(paper, part.tiles)
    for table in part.tables:
        paper.add_heading(table.title, 2)
        _table(paper, table)
        if table.note:
            _soft(paper, table.note)


def _tiles(paper: Any, tiles: Sequence[Tile]) -> None:
    labels = (
        _("Figure"),
        pgettext("review", "Now"),
        pgettext("review", "Before"),
        pgettext("review", "Change"),
    )
    made = _grid(
        paper, labels, [[one.label, one.value.text, one.earlier.text, ""] for one in tiles], numbers={1, 2, 3}
    )
    for row, one in zip(made.rows[1:], tiles, strict=True):
        if one.move.text:
            run = row.cells[3].paragraphs[0].add_run(f"{ARROWS.get(one.move.way, '')} {one.move.text}")
            run.font.size = Pt(9)
            if one.move.tone in COLOURS:
                run.font.color.rgb = COLOURS[one.move.tone]


def _table(paper: Any, table: Table) -> None:
    """Write a table, with bars of its column of bars in a column beside it."""
    labels = [column.label for column in table.columns]
    numbers = {at for at, column in enumerate(table.columns) if column.is_number}
    bars = _bars(table)
    lines = [[cell.text for cell in row] + ([""] if bars else []) for row in table.rows]
    made = _grid(paper, [*labels, ""] if bars else labels, lines, numbers=numbers)
    for row, length in zip(made.rows[1:], bars, strict=False):
        _draw(row.cells[len(labels)].paragraphs[0], length)


def _bars(table: Table) -> list[float]:
    """Return how long the bar of each row is in centimetres; nothing for a table without, or with a single number."""
    if table.bars is None or len(table.drawn()) < 2:
        return []
    cells: list[Value] = [row[table.bars] for row in table.rows]
    most = max((abs(cell.number) for cell in cells if cell.number is not None), default=0)
    longest = min(LONGEST_BAR, WIDTH / (len(table.columns) + 1) - 0.5)
    return [float(max(cell.number or 0, 0) / most) * longest if most else 0 for cell in cells]


def _draw(paragraph: Any, length: float) -> None:
    if length > 0:
        paragraph.add_run().add_picture(BytesIO(dot(BLUE)), width=Cm(max(length, 0.05)), height=Cm(0.3))


@cache
def dot(colour: str) -> bytes:
    """Return a PNG of a single point, which is drawn as wide as a bar is long."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" + bytes.fromhex(colour))),
        (b"IEND", b""),
    )
    chunks = [struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _shade(properties: Any, fill: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)):
        shade.set(qn(name), value)
    properties.append(shade)


def _grid(paper: Any, labels: Sequence[str], lines: Sequence[Sequence[str]], *, numbers: set[int] = frozenset(), widths: Sequence[float] = ()) -> Any:  # type: ignore[assignment]  # fmt: skip
    """Write a table whose first row is repeated on every page; columns of `numbers` lie to the right; `widths` in centimetres."""
    made = paper.add_table(rows=1 + len(lines), cols=len(labels), style="Table Grid")
    for column, width in zip(made.columns, widths, strict=False):
        column.width = Cm(width)
    head = made.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    for row, texts in zip(made.rows, (labels, *lines), strict=True):
        for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            if widths:
                cell.width = Cm(widths[at])
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(_plain(text))
            run.font.size = Pt(9)
            if at in numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if row._tr is made.rows[0]._tr:
                run.bold = True
                _shade(cell._element.get_or_add_tcPr(), HEAD)
    after = paper.add_paragraph().paragraph_format
    after.space_after, after.line_spacing = Pt(0), Pt(6)
    return made
