from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.sheets.cells import Cell, cell_text, is_data
from genjin.kit.sheets.columns import text_column


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("13800000000", "13800000000"),
        (" kept ", " kept "),
        ("1.38E+10", "1.38E+10"),
        (13800000000.0, "13800000000"),
        (13800000000, "13800000000"),
        (0.0, "0"),
        (-5.0, "-5"),
        (0.1 + 0.2, "0.3"),
        (1054.25, "1054.25"),
        (0.00001, "0.00001"),
        (999_999_999_999_999.0, "999999999999999"),
        (110101199003071234.0, "1.10101199003071E+17"),
        (9_007_199_254_740_993, "9.00719925474099E+15"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 7, 3), "2026-07-03"),
        (datetime(2026, 7, 3, 9, 5), "2026-07-03 09:05:00"),
        (datetime(2026, 7, 3, 9, 4, 59, 999_600), "2026-07-03 09:05:00"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999), "9999-12-31 23:59:59"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=26, minutes=3), "26:03:00"),
        (timedelta(minutes=-3), "-0:03:00"),
        (None, ""),
    ],
)
def test_a_cell_becomes_text_without_loss(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text
    for others in ([], ["x", ""], [12.0, 0.1], [date(2026, 1, 1)], [datetime(2026, 1, 1)], [7, True]):
        column, _ = text_column("c", [cell, *others, cell])
        assert column.to_list() == [text, *map(cell_text, others), text]


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_every_whole_number_a_sheet_can_hold_keeps_its_digits(number: int) -> None:
    assert cell_text(float(number)) == str(number)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["", "甲"])))
def test_a_column_is_written_as_its_cells_are(cells: list[Cell]) -> None:
    assert text_column("c", cells)[0].to_list() == [cell_text(cell) for cell in cells]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_written_decimal_is_read_as_it_was_written(number: Any) -> None:
    assert float(cell_text(float(number))) == float(number)


@pytest.mark.parametrize(
    "cell", [5.0, True, date(2026, 1, 1), "12.5", "¥1,000", "30%", "2026-01-31", "2026年1月31日"]
)
def test_numbers_and_dates_are_data(cell: Cell) -> None:
    assert is_data(cell)


@pytest.mark.parametrize(
    "cell", ["客户名称", "手机/电话", "Date of birth", "2024年销售额", "A股代码", "Q1", "F1"]
)
def test_names_of_columns_are_no_data(cell: Cell) -> None:
    assert not is_data(cell)


def test_a_column_of_mixed_types_is_read_cell_by_cell(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    values = [
        "全角１２３",
        13800000000,
        1.38e10,
        True,
        date(2026, 7, 3),
        datetime(2026, 7, 3, 18, 0),
        2.5,
        "00123",
        "+86",
    ]
    _, rows = read(sheet([["序号", "混合"], *[[f"n{i}", value] for i, value in enumerate(values)]]))
    assert rows["混合"].to_list() == [
        "全角１２３",
        "13800000000",
        "13800000000",
        "TRUE",
        "2026-07-03",
        "2026-07-03 18:00:00",
        "2.5",
        "00123",
        "+86",
    ]


def test_a_formula_gives_its_value_and_an_error_none(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["名称", "金额"])
        for row, value in enumerate([12.5, "text", "#N/A", "#DIV/0!"], start=1):
            page.write_string(row, 0, f"k{row}")
            page.write_formula(row, 1, "=1/0", None, value)
    assert read(path)[1]["金额"].to_list() == ["12.5", "text", None, None]


def test_line_breaks_in_a_cell_are_kept(sheet: Callable[..., Any], read: Callable[..., Any]) -> None:
    _, rows = read(sheet([["名称", "备注"], ["甲", "one\ntwo"]]))
    assert rows["备注"].to_list() == ["one\ntwo"]


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_are_right_in_both_date_systems(
    sheet: Callable[..., Any], read: Callable[..., Any], is_1904: bool
) -> None:
    days = [date(2000, 1, 1), date(2026, 2, 28), date(2024, 2, 29)]
    _, rows = read(sheet([["名称", "日期"], *[["某某", day] for day in days]], is_1904=is_1904))
    assert rows["日期"].to_list() == [day.isoformat() for day in days]


@pytest.mark.parametrize(("is_1904", "number"), [(False, 46000), (True, 46000 - 1462)])
def test_a_day_number_among_dates_is_read_as_a_day_and_reported(
    sheet: Callable[..., Any], read: Callable[..., Any], is_1904: bool, number: int
) -> None:
    path = sheet(
        [["名称", "签约日期", "编号"], ["甲", date(2026, 1, 5), 46000], ["乙", number, 46001]],
        is_1904=is_1904,
    )
    table, rows = read(path)
    assert rows["签约日期"].to_list() == ["2026-01-05", "2025-12-09"]
    assert rows["编号"].to_list() == ["46000", "46001"]
    assert [(note.code, note.details) for note in table.notes] == [
        ("day_numbers", {"count": 1, "column": "签约日期"})
    ]


def test_numbers_among_dates_and_words_stay_numbers(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    path = sheet([["名称", "混合"], ["甲", date(2026, 1, 5)], ["乙", 46000], ["丙", "word"], ["丁", "more"]])
    assert read(path)[1]["混合"].to_list() == ["2026-01-05", "46000", "word", "more"]
