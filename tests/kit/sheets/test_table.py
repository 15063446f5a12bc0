"""What lies around a table and inside it without being data."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from genjin.kit.sheets.tail import TailRow, count_notes

HEADER = ["客户名称", "联系人", "手机", "金额", "登记日期"]
ROWS = [[f"某某{n}号公司", f"张{n}", f"1380000{n:04}", 100 + n, date(2026, 1, 5)] for n in range(8)]
NAME_ONLY = ["只有名称公司", None, None, None, None]
BLANK = [None] * 5


def notes(table: Any) -> dict[str, Any]:
    return {note.code: note.details for note in table.notes}


def test_notes_after_a_gap_are_left_out_and_reported(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    below = [BLANK, ["以上数据来自展会", None, None, None, None], BLANK, [None, "制表", None, None, None]]
    table, rows = read(sheet([HEADER, *ROWS, *below]))
    assert table.rows == 8
    assert rows["__row__"][-1] == 9
    assert notes(table)["rows_below"] == {"first": 11, "last": 13, "words": "以上数据来自展会 / 制表"}


def test_customers_with_a_name_only_at_the_end_are_kept(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    table, _ = read(sheet([HEADER, *ROWS, NAME_ONLY, NAME_ONLY]))
    assert (table.rows, "rows_below" in notes(table)) == (10, False)


def test_many_names_only_after_a_gap_are_data(sheet: Callable[..., Any], read: Callable[..., Any]) -> None:
    table, _ = read(sheet([HEADER, *ROWS, BLANK, *[NAME_ONLY] * 60]))
    assert table.rows == 68


def test_a_sum_row_is_left_out_without_a_gap(sheet: Callable[..., Any], read: Callable[..., Any]) -> None:
    table, _ = read(
        sheet([HEADER, *ROWS, ["合计", None, None, 828, None], ["备注：含税", None, None, None, None]])
    )
    assert table.rows == 8
    assert notes(table)["rows_below"]["first"] == 10


def test_blank_rows_and_columns_vanish_and_row_numbers_stay(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    rows = [[*row[:2], None, *row[2:]] for row in [*ROWS[:3], [None, " ", None, None, None], *ROWS[3:]]]
    table, frame = read(sheet([["客户名称", "联系人", "空列", "手机", "金额", "登记日期"], *rows]))
    assert frame["__row__"].to_list() == [2, 3, 4, 6, 7, 8, 9, 10]
    assert "空列" not in table.columns
    assert notes(table)["empty_columns"] == {"names": "空列"}


def test_a_header_without_rows_is_a_table_without_rows(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    table, frame = read(sheet([HEADER]))
    assert (table.columns, table.rows, table.sample, frame.height) == (tuple(HEADER), 0, (), 0)


def test_a_merged_cell_gives_its_value_once(tmp_path: Any, read: Callable[..., Any]) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["区域", "客户名称", "金额"])
        page.merge_range(1, 0, 3, 0, "华东")
        for row in range(1, 5):
            page.write_row(row, 1, [f"某某{row}", row])
    assert read(path)[1]["区域"].to_list() == ["华东", None, None, None]


def test_rows_beyond_one_chunk_keep_their_order(sheet: Callable[..., Any], read: Callable[..., Any]) -> None:
    count = 20_000
    table, frame = read(sheet([["编号", "金额"], *[[f"k{n}", n] for n in range(count)]]))
    assert (table.rows, len(table.sample)) == (count, 20)
    assert frame["编号"].to_list() == [f"k{n}" for n in range(count)]
    assert frame["__row__"].to_list() == list(range(2, count + 2))


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([], 0),
        ([("甲",)], 0),
        ([("甲", "1"), ("乙", "2"), ("丙", None)], 0),
        ([("甲", "1"), ("总计", "3")], 1),
        ([("合计有限公司", "1"), ("合计贸易公司", "3")], 0),
    ],
)
def test_small_tables_lose_only_what_says_it_is_a_sum(rows: list[tuple[str | None, ...]], count: int) -> None:
    tail = [TailRow(number, cells) for number, cells in enumerate(rows, start=2)]
    assert count_notes(tail, key_column=0) == count
