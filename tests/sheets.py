"""One column of a workbook as texts."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from genjin.kit.sheets.cells import cell_text


def column_of(path: Path, header: str) -> list[str]:
    """Return the cells under `header` in the first sheet; empty ones are ""."""
    first, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    at = first.index(header)
    return [cell_text(row[at]) for row in rows]
