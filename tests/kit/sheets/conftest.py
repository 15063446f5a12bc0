from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from genjin.kit.sheets.reader import Table, read_table


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of plain values into a workbook, as a person's file would hold them."""

    def write(rows: Sequence[Sequence[Any]], *, name: str = "表", is_1904: bool = False) -> Path:
        path = tmp_path / "table.xlsx"
        options = {"strings_to_formulas": False, "strings_to_urls": False, "date_1904": is_1904}
        with xlsxwriter.Workbook(str(path), options) as book:
            page = book.add_worksheet(name)
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    if isinstance(value, date):
                        style = moment if isinstance(value, datetime) else day
                        page.write_datetime(row, column, value, style)
                    elif value is not None:
                        page.write(row, column, value)
        return path

    return write


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[Table, pl.DataFrame]]:
    """Read a file and return its table and the rows of its Arrow file."""

    def read(path: Path, **wish: Any) -> tuple[Table, pl.DataFrame]:
        table = read_table(path, out=tmp_path / "out.arrow", **wish)
        return table, pl.scan_ipc(table.path).collect()

    return read
