from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from genjin.kit.errors import ValueRefused
from genjin.kit.sheets.header import Row, find_layout, header_key

DAY = date(2026, 1, 5)
HEADER = ["客户名称", "联系人", "手机", "登记日期"]
ROWS = [[f"某某{number}号公司", f"张{number}", 13800000000.0 + number, DAY] for number in range(12)]
WORDS = frozenset(map(header_key, ["客户名称", "联系人", "手机"]))


def header_of(rows: list[Row], words: frozenset[str] = frozenset()) -> int | None:
    return find_layout(rows, words).header


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["2026年客户名单", "", "", ""]],
        [["", "", "", ""], ["", "", "", ""]],
        [["客户名单", "", "", ""], ["制表人：张三", "", "日期：2026-01-01", ""], ["", "", "", ""]],
        [["请勿修改表头，日期按年-月-日填写，多个手机用分号隔开", "", "", ""]],
        [["the", "notes", "of", ""], ["a", "", "", "colleague"]],
    ],
)
def test_the_header_is_found_under_titles_and_notes(above: list[Row]) -> None:
    assert header_of([*above, HEADER, *ROWS]) == len(above)


def test_a_table_without_header_keeps_its_first_row() -> None:
    layout = find_layout(ROWS)
    assert (layout.header, layout.body) == (None, 0)


def test_a_first_row_whose_words_come_back_below_is_no_header() -> None:
    rows = [["甲公司", "乙公司", "失败"], ["丙公司", "丁公司", "失败"], ["戊公司", "己公司", "成功"]]
    assert header_of(rows) is None


def test_years_may_be_a_header() -> None:
    assert header_of([["Year", "2023", "2024", "2025"], ["甲", "1", "2", "3"], ["乙", "4", "5", "6"]]) == 0


def test_a_table_of_words_only_takes_its_first_row_and_says_so() -> None:
    layout = find_layout([["名称", "城市"], ["甲", "北京"], ["乙", "上海"]])
    assert (layout.header, layout.is_guessed) == (0, True)


def test_known_words_decide_where_shape_does_not() -> None:
    rows = [["重点客户", "第一季度"], ["客户名称", "联系人"], ["甲", "张三"], ["乙", "李四"]]
    assert header_of(rows) == 0
    layout = find_layout(rows, WORDS)
    assert (layout.header, layout.is_guessed) == (1, False)


def test_one_known_word_among_the_values_does_not_make_a_header() -> None:
    rows = [["渠道", "公司", "说法"], ["手机", "甲", "好"], ["微信", "乙", "行"], ["拜访", "丙", "可以"]]
    assert header_of(rows, WORDS) == 0


def test_a_gap_in_the_header_does_not_move_it() -> None:
    rows = [["客户名称", "", "手机", "登记日期"], *ROWS]
    assert header_of(rows) == 0


def test_a_line_of_remarks_under_the_header_is_no_row() -> None:
    layout = find_layout([HEADER, ["(必填)", "(选填)", "(11位)", "(年-月-日)"], *ROWS])
    assert (layout.header, layout.body, layout.labels) == (0, 2, tuple(HEADER))


def test_a_header_merged_over_two_lines_is_folded_into_one() -> None:
    upper = ["客户名称", "联系人", "", "登记日期"]
    lower = ["", "姓名", "手机", ""]
    layout = find_layout([["客户表", "", "", ""], upper, lower, *ROWS])
    assert (layout.header, layout.body) == (1, 3)
    assert layout.labels == ("客户名称", "姓名", "手机", "登记日期")


@pytest.mark.parametrize("text", ["客户 名称*", "＊客户名称：", "客户\n名称", " 客户　名称 "])
def test_a_header_is_recognised_through_its_decoration(text: str) -> None:
    assert header_key(text) == "客户名称"


def test_full_width_letters_are_the_same_header() -> None:
    assert header_key("ＱＱ 号") == "qq号"


def test_names_are_unique_and_unnamed_columns_carry_their_letter(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    path = sheet([["姓名", None, "姓名", "姓名 (2)", "__row__"], ["甲", "x", 1, 2, 3], ["乙", "y", 4, 5, 6]])
    table, rows = read(path)
    assert table.columns == ("姓名", "列 B", "姓名 (2)", "姓名 (2) (2)", "__row__ (2)")
    assert rows.row(0) == (2, "甲", "x", "1", "2", "3")


def test_a_table_may_start_anywhere(sheet: Callable[..., Any], read: Callable[..., Any]) -> None:
    blank = [None] * 4
    table, rows = read(sheet([blank, blank, [None, *HEADER], *[[None, *row] for row in ROWS]]))
    assert (table.header_row, table.rows, table.columns) == (3, 12, tuple(HEADER))
    assert rows["__row__"].to_list() == list(range(4, 16))


def test_columns_left_of_the_cells_keep_their_letter(
    sheet: Callable[..., Any], read: Callable[..., Any]
) -> None:
    table, _ = read(sheet([[None, 1], [None, 2], [None, 3]]))
    assert (table.header_row, table.columns, table.rows) == (0, ("列 B",), 3)


def test_a_caller_may_say_where_the_header_is(sheet: Callable[..., Any], read: Callable[..., Any]) -> None:
    path = sheet([["甲", "北京"], ["名称", "城市"], ["乙", "上海"]])
    table, rows = read(path, header_row=2)
    assert (table.header_row, table.columns, rows.rows()) == (2, ("名称", "城市"), [(3, "乙", "上海")])


def test_without_a_header_no_row_is_lost(sheet: Callable[..., Any], read: Callable[..., Any]) -> None:
    table, rows = read(sheet([["甲", "北京"], ["乙", "上海"]]), header_row=0)
    assert (table.header_row, table.columns) == (0, ("列 A", "列 B"))
    assert rows.rows() == [(1, "甲", "北京"), (2, "乙", "上海")]


@pytest.mark.parametrize("header_row", [2, 50])
def test_an_empty_header_row_is_refused(
    sheet: Callable[..., Any], read: Callable[..., Any], header_row: int
) -> None:
    path = sheet([["名称"], [None], ["甲"]])
    with pytest.raises(ValueRefused) as refusal:
        read(path, header_row=header_row)
    assert refusal.value.code == "sheet_header_row"


def test_a_header_far_down_is_reached(sheet: Callable[..., Any], read: Callable[..., Any]) -> None:
    path = sheet([*[["note"]] * 400, ["名称", "金额"], ["甲", 5]])
    table, rows = read(path, header_row=401)
    assert (table.header_row, rows.rows()) == (401, [(402, "甲", "5")])
