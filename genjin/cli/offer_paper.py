"""Make the Word template of proposals that ships with Genjin: `python -m genjin.cli.offer_paper`."""

from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from genjin.proposals.rules.papers import LINE_PLACES, SHIPPED

WIDTHS = (10, 54, 14, 16, 26, 14, 14, 30)  # millimetres


def _table(document: Any, rows: int, columns: int) -> Any:
    table = document.add_table(rows=rows, cols=columns)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    return table


def _heading(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.add_run(text).bold = True


def _facts(document: Any) -> None:
    pairs = (("客户", "{客户}"), ("商机", "{商机}"), ("方案编号", "{方案编号} {版本}"), ("日期", "{日期}"), ("实施周期", "{实施周期}"), ("报价有效期", "{报价有效期}"))  # fmt: skip
    table = _table(document, 3, 4)
    for at, (label, place) in enumerate(pairs):
        row, column = table.rows[at // 2], at % 2 * 2
        row.cells[column].paragraphs[0].add_run(label).bold = True
        row.cells[column + 1].paragraphs[0].add_run(place)
        row.cells[column].width, row.cells[column + 1].width = Mm(24), Mm(65)


def _lines(document: Any) -> None:
    table = _table(document, 2, len(LINE_PLACES))
    for at, name in enumerate(LINE_PLACES):
        table.rows[0].cells[at].paragraphs[0].add_run(name).bold = True
        table.rows[1].cells[at].paragraphs[0].add_run(f"{{{name}}}")
        for row in table.rows:
            row.cells[at].width = Mm(WIDTHS[at])
            if at >= 3:
                row.cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _sums(document: Any) -> None:
    table = _table(document, 2, 4)
    cells = (
        "不含税金额",
        "{不含税金额}",
        "税额",
        "{税额}",
        "含税金额",
        "{含税金额}",
        "大写金额",
        "{大写金额}",
    )
    for at, text in enumerate(cells):
        cell = table.rows[at // 4].cells[at % 4]
        cell.paragraphs[0].add_run(text).bold = at % 2 == 0
        cell.width = Mm((26, 40, 26, 86)[at % 4])


def _begun() -> Any:
    """Return an empty A4 page in our type."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(16)
    section.top_margin = section.bottom_margin = Mm(18)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Microsoft YaHei", Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Microsoft YaHei")
    style.paragraph_format.space_after = Pt(2)
    document.core_properties.author, document.core_properties.title = "Genjin", "方案"
    return document


def main() -> None:
    """Write the template where documents are made from."""
    document = _begun()
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("{方案名称}")
    run.bold, run.font.size = True, Pt(18)
    _facts(document)
    _heading(document, "功能模块")
    document.add_paragraph("{功能模块}")
    _heading(document, "报价明细（元，含税）")
    _lines(document)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    _sums(document)
    for name in ("服务条款", "附件"):
        _heading(document, name)
        document.add_paragraph(f"{{{name}}}")
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("{方案编号} {版本}").font.size = Pt(8)
    SHIPPED.parent.mkdir(exist_ok=True)
    document.save(str(SHIPPED))


if __name__ == "__main__":
    main()
