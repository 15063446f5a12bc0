"""Word files of other people's making: known placeholders such as {客户} are filled in plainly, nothing is ever run.

No template language reads these files: a placeholder is found in the text of a paragraph, however Word cut it into runs, and
replaced there. A row of a table that names a line's placeholders is repeated for every line.
"""

import copy
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused

_PLACE = re.compile(r"\{([^{}\n]{1,40})\}")
_STATEMENT = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff￾￿]")
MOST_UNPACKED = 40_000_000
_PARTS = 2000


def check_word(content: bytes, known: Collection[str]) -> list[str]:
    """Return the placeholders of a Word file, each once; refuses what is no Word file or asks for more than we know.

    Raises ValueRefused: word_unreadable, word_too_large, word_statement, word_place_unknown.
    """
    found: list[str] = []
    for paragraph in _paragraphs(_opened(content)):
        text = paragraph.text
        if _STATEMENT.search(text):
            sentence = _("Only placeholders such as {%(name)s} are filled in; take out: %(text)s")
            raise ValueRefused(sentence % {"name": next(iter(known)), "text": text[:60]}, "word_statement")
        found += [name for name in _PLACE.findall(text) if name not in found]
    unknown = [name for name in found if name not in known]
    if unknown:
        sentence = _("Unknown placeholders: %(names)s.") % {"names": ", ".join(unknown[:20])}
        raise ValueRefused(sentence, "word_place_unknown")
    return found


def fill_places(
    content: bytes, values: Mapping[str, str], rows: Sequence[Mapping[str, str]], of_rows: Collection[str]
) -> bytes:
    """Return the Word file with its placeholders filled; unknown ones stay.

    A table row that names one `of_rows` is repeated for each of `rows`, and goes when there is none.
    """
    document = _opened(content)
    for paragraph in _paragraphs(document):  # first, so that nothing a line says is taken for a placeholder
        _fill(paragraph, values)
    keys = set(of_rows)
    for table in _tables(document):
        for row in list(table.rows):
            text = "".join(cell.text for cell in row.cells)
            if keys & set(_PLACE.findall(text)):
                _repeat(table, row, rows)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _opened(content: bytes) -> Any:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            sizes = [info.file_size for info in packed.infolist()]
        if len(sizes) > _PARTS or sum(sizes) > MOST_UNPACKED:
            raise ValueRefused(_("This Word file is too large."), "word_too_large")
        return Document(BytesIO(content))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        if isinstance(error, ValueRefused):
            raise
        raise ValueRefused(_("This is not a Word file (.docx)."), "word_unreadable") from error


def _places(document: Any) -> Iterator[Any]:
    yield document
    for section in document.sections:
        yield from (section.header, section.footer, section.first_page_header, section.first_page_footer)


def _tables(holder: Any) -> Iterator[Any]:
    """Yield the tables of a document, those within tables included."""
    waiting = [table for place in _places(holder) for table in place.tables]
    while waiting:
        table = waiting.pop()
        yield table
        waiting += [inner for row in table.rows for cell in row.cells for inner in cell.tables]


def _paragraphs(document: Any) -> Iterator[Any]:
    for place in _places(document):
        yield from place.paragraphs
    seen: set[Any] = set()
    for table in _tables(document):
        for row in table.rows:
            for cell in row.cells:
                if cell._tc not in seen:  # a merged cell stands in several places
                    seen.add(cell._tc)
                    yield from cell.paragraphs


def _repeat(table: Any, row: Any, rows: Sequence[Mapping[str, str]]) -> None:
    """Put one copy of a row for each of `rows` in its place."""
    from docx.table import _Row

    before = row._tr
    for values in rows:
        made = copy.deepcopy(row._tr)
        before.addnext(made)
        before = made
        for cell in _Row(made, table).cells:
            for paragraph in cell.paragraphs:
                _fill(paragraph, values)
    row._tr.getparent().remove(row._tr)


def _fill(paragraph: Any, values: Mapping[str, str]) -> None:
    """Replace placeholders in a paragraph; each takes the look of the run it begins in."""
    for match in reversed(list(_PLACE.finditer("".join(run.text for run in paragraph.runs)))):
        if match[1] not in values:
            continue
        value, at = NOT_IN_XML.sub("", values[match[1]]), 0
        for run in paragraph.runs:
            text = run.text
            start, end = max(match.start() - at, 0), min(match.end() - at, len(text))
            at += len(text)
            if start < end:
                run.text = text[:start] + value + text[end:]
                value = ""
