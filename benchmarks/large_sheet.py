"""Writes a sheet of leads as people send them: `python -m benchmarks.large_sheet FILE.xlsx --rows 1000000`.

Three rows in ten are doubles of an earlier row, one in a hundred has something wrong in it.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from benchmarks.imports import HEADER
from benchmarks.population import BRANDS, REGIONS, TRADES

BAD = 100  # one row in so many


def lead(n: int) -> list[str]:
    """Return the cells of the `n`th lead; every name and number is its own."""
    name = (
        REGIONS[n % 20]
        + BRANDS[n // 20 % 30]
        + BRANDS[n // 600 % 30]
        + BRANDS[n // 18000 % 30]
        + TRADES[n // 7 % 10]
    )
    return [
        f"{name}{n // 180}有限公司", "制造业", "广东省深圳市", "行业展会", "王伟", "采购经理", f"139{n:08d}",
        f"w{n}@example{n}.com", "想更换现有的系统", "50-100万", "ABC"[n % 3], "",
    ]  # fmt: skip


def lines(rows: int) -> Iterator[list[str]]:
    """Yield `rows` rows: seven of ten new, three of ten an earlier one again; one in a hundred is bad."""
    made = 0
    for at in range(rows):
        is_double = at % 10 in {3, 6, 9}
        line = lead(made * 7919 % made) if is_double else lead(made)
        made += not is_double
        if at % BAD == 50:
            line = _spoilt(line, at)
        yield line


def _spoilt(line: list[str], at: int) -> list[str]:
    """Return a row with something wrong: no name, a torn phone, a torn mail, an unknown grade."""
    column, text = ((0, ""), (6, "1381234567"), (7, "nobody@@example"), (10, "Z"))[at // BAD % 4]
    return [*line[:column], text, *line[column + 1 :]]


def write_large_sheet(path: Path, rows: int) -> None:
    """Write the sheet as Excel does, with shared strings kept in memory, or inline beyond 200,000 rows."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": rows > 200_000}) as book:
        sheet = book.add_worksheet("客户")
        sheet.write_row(0, 0, HEADER)
        for at, line in enumerate(lines(rows), start=1):
            sheet.write_row(at, 0, line)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    write_large_sheet(asked.path, asked.rows)
