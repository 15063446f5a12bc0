"""Make the Word templates of the two paper forms from their layout: `python -m genjin.cli.paper`."""

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from genjin.customers.rules.paper import FORMS, Block, PaperForm, lines, widths

FOLDER = Path(__file__).resolve().parents[1] / "web" / "customers" / "paper"
WIDTH = 186  # millimetres between the margins
LABEL = 24
POINTS = {"collection": 10.0, "record": 8.0}


def write(form: PaperForm, path: Path) -> None:
    """Write the template of one form: an A4 page whose cells hold fixed placeholders."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(12)
    section.top_margin = section.bottom_margin = Mm(10)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Microsoft YaHei", Pt(POINTS[form.key])
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Microsoft YaHei")
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(form.title)
    run.bold, run.font.size = True, Pt(POINTS[form.key] + 6)
    for block in form.blocks:
        if block.title:
            heading = document.add_paragraph()
            heading.paragraph_format.space_before = Pt(4)
            heading.add_run(block.title).bold = True
        (_rows if block.columns else _cells)(document, block, form)
        if not block.title:
            continue
    document.add_paragraph(form.rules).paragraph_format.space_before = Pt(4)
    document.core_properties.author, document.core_properties.title = "Genjin", form.title
    document.save(str(path))


def _table(document: Any, rows: int, columns: int) -> Any:
    table = document.add_table(rows=rows, cols=columns)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    return table


def _cells(document: Any, block: Block, form: PaperForm) -> None:
    """Labels and placeholders, a wide one over the whole line; a gap keeps two tables apart."""
    columns = form.per_line * 2
    value = (WIDTH - LABEL * form.per_line) / form.per_line
    found = list(lines(block, form.per_line))
    if not block.title:
        document.add_paragraph().paragraph_format.line_spacing = Pt(4)
    table = _table(document, len(found), columns)
    for row, line in zip(table.rows, found, strict=True):
        for at in range(columns):
            row.cells[at].width = Mm(value if at % 2 else LABEL)
        for at, cell in enumerate(line):
            _shade(row.cells[at * 2])
            row.cells[at * 2].paragraphs[0].add_run(cell.label).bold = True
            place = row.cells[at * 2 + 1]
            if cell.wide or (at == len(line) - 1 and len(line) < form.per_line):
                place = place.merge(row.cells[columns - 1])
            place.paragraphs[0].add_run(f"{{{{ {cell.key} }}}}")


def _rows(document: Any, block: Block, _form: PaperForm) -> None:
    """A head and one line that repeats for each row."""
    table = _table(document, 4, len(block.columns))
    for at, column in enumerate(block.columns):
        head = table.rows[0].cells[at]
        _shade(head)
        head.paragraphs[0].add_run(column).bold = True
        table.rows[2].cells[at].paragraphs[0].add_run(f"{{{{ row[{at}] }}}}")
        for row in table.rows:
            row.cells[at].width = Mm(_share(block.columns, at))
    table.rows[1].cells[0].paragraphs[0].add_run(f"{{%tr for row in {block.rows} %}}")
    table.rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")


def _share(columns: tuple[str, ...], at: int) -> float:
    """Return the width of a column; prose gets more."""
    weights = widths(columns)
    return WIDTH * weights[at] / sum(weights)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "F1F3F5")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def main() -> None:
    """Write both templates where the pages look for them."""
    FOLDER.mkdir(exist_ok=True)
    for form in FORMS.values():
        write(form, FOLDER / f"{form.key}.docx")


if __name__ == "__main__":
    main()
