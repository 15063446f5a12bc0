from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genjin.kit.errors import ValueRefused
from genjin.kit.sheets.reader import inspect_sheet_file
from genjin.kit.sheets.text import decode, find_delimiter, records

CHINESE = "客户名称,联系人,城市\n上海某某有限公司,张三,上海\n北京示例科技有限公司,李四,北京\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("gb18030"), "gb18030"),
    ],
)
def test_chinese_text_is_read_in_each_of_its_encodings(data: bytes, encoding: str) -> None:
    text = decode(data)
    assert (text.content, text.encoding, text.lost) == (CHINESE, encoding, 0)


def test_western_umlauts_do_not_become_chinese() -> None:
    german = "Name;Straße;Ort\nMüller GmbH;Hauptstraße 1;Köln\nJäger & Söhne;Grüner Weg 5;Düsseldorf\n" * 5
    assert decode(german.encode("latin-1")).content == german


def test_a_torn_character_does_not_turn_a_file_into_another_encoding() -> None:
    data = (CHINESE * 20).encode()
    text = decode(data[:-10] + b"\xe4" + data[-10:])
    assert (text.encoding, text.lost) == ("utf-8", 1)
    assert "有限公司" in text.content


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [["名称", "金额", "备注"], ["甲", "1.5", "a, b; c"], ["乙", "2", "d | e"]]
    content = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert find_delimiter(content) == delimiter
    assert list(records(content, delimiter)) == lines


def test_a_comma_inside_numbers_does_not_beat_the_semicolon() -> None:
    assert find_delimiter("a;b\n1,5;2,5\n3,5;4,5\n") == ";"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(end: str) -> None:
    assert list(records(end.join(["a,b", "1,2", "", "3,4"]), ",")) == [["a", "b"], ["1", "2"], [], ["3", "4"]]


def test_a_line_break_in_quotes_stays_in_its_cell() -> None:
    assert list(records('a,b\n"one\ntwo",2\n', ",")) == [["a", "b"], ["one\ntwo", "2"]]


def test_the_byte_85_inside_a_character_is_no_line_break() -> None:
    name = "某某\u53f8\u0085有限公司"
    assert list(records(f"{name},1\n", ",")) == [[name, "1"]]
    assert b"\x85" in "公".encode()


def test_odd_rows_are_kept_and_reported_by_number(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,电话,城市\n甲,1,北京\n乙,2,上海,多,余\n丙,3\n丁,4,广州,\n", "utf-8")
    table, rows = read(path)
    assert rows["__row__"].to_list() == [2, 3, 4, 5]
    assert rows.row(2) == (4, "丙", "3", None)
    assert [(odd.row, odd.cells, odd.extra) for odd in table.odd_rows] == [(3, 5, ("多", "余")), (4, 2, ())]
    assert table.odd_count == 2


def test_many_odd_rows_are_counted_but_not_all_listed(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,电话\n" + "甲,1\n" * 300 + "乙,2,3\n" * 1200, "utf-8")
    table, _ = read(path)
    assert (table.rows, len(table.odd_rows), table.odd_count) == (1500, 1000, 1200)


def test_blanks_after_the_delimiter_are_no_part_of_a_cell(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称, 备注\n甲,   "a, b"\n', "utf-8")
    table, rows = read(path)
    assert table.columns == ("名称", "备注")
    assert rows.row(0) == (2, "甲", "a, b")


def test_numbers_with_thousands_commas_keep_their_text(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称,金额\n甲,"2,666"\n乙,1.38E+10\n', "utf-8")
    assert read(path)[1]["金额"].to_list() == ["2,666", "1.38E+10"]


def test_a_quote_that_is_never_closed_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称,备注\n甲,1\n乙,"open\n' + "丙,2\n" * 300_000, "utf-8")
    with pytest.raises(ValueRefused) as refusal:
        inspect_sheet_file(path)
    assert refusal.value.code == "sheet_open_quote"
    assert "3" in refusal.value.message


def test_one_line_of_prose_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("the attachment was not found\n", "utf-8")
    with pytest.raises(ValueRefused) as refusal:
        inspect_sheet_file(path)
    assert refusal.value.code == "sheet_no_table"
    assert "the attachment was not found" in refusal.value.message


def test_many_blank_lines_before_the_table_are_only_blank(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n" * 6000 + "名称,金额\n甲,1\n", "utf-8")
    table, rows = read(path)
    assert (table.header_row, rows.rows()) == (6001, [(6002, "甲", "1")])


def test_a_text_file_is_described_by_encoding_and_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(CHINESE.replace(",", "\t").encode("gb18030"))
    file = inspect_sheet_file(path)
    assert (file.kind, file.encoding, file.delimiter) == ("text", "gb18030", "\t")
    assert [(sheet.name, sheet.rows, sheet.columns) for sheet in file.sheets] == [("", 3, 3)]
