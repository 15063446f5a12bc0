import csv
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from genjin.kit.sheets.reader import read_table
from genjin.kit.sheets.writer import (
    SheetOut,
    neutralise,
    sheet_name,
    take_off_apostrophe,
    write_csv,
    write_xlsx,
)

FORMULAS = [
    "=1+1",
    "+86 13800000000",
    "-2",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    "\u3000=1",
    "\t=1",
    "\r=1",
]
HARMLESS = ["", "甲公司", "'quoted'", "a=b", "1-2", "http://example.test", "'", "O'Neill", "～"]


@pytest.mark.parametrize("text", [*FORMULAS, "\ttab", "\rreturn", "\n=1", "\u200b=1", "\ufeff =1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_are_left_alone(text: str) -> None:
    assert neutralise(text) == text
    assert take_off_apostrophe(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@＝＋－＠ \u3000\t\r\n\u200ba1甲"), max_size=8) | st.text())
def test_taking_the_apostrophe_off_gives_back_every_text(text: str) -> None:
    written = neutralise(text)
    assert take_off_apostrophe(written) == text
    assert not written.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_csv_texts_are_neutralised_and_numbers_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    values = ["=cmd()", -5, Decimal("-1.50"), True, date(2026, 7, 3), datetime(2026, 7, 3, 9), None, "甲\n乙"]
    write_csv(path, ["名称", "=x", *"cdefgh"], [values])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header[1] == "'=x"
    assert row == ["'=cmd()", "-5", "-1.50", "TRUE", "2026-07-03", "2026-07-03 09:00:00", "", "甲\n乙"]


def test_a_csv_of_hostile_texts_comes_back_unchanged(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.csv"
    texts = [text for text in [*FORMULAS, *HARMLESS] if text.strip() == text and text]
    write_csv(path, ["编号", "名称"], [(f"k{n}", text) for n, text in enumerate(texts)])
    _, rows = read(path)
    assert [take_off_apostrophe(text) for text in rows["名称"]] == texts


def test_a_workbook_comes_back_unchanged(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.xlsx"
    texts = [
        *FORMULAS,
        "https://example.test/a",
        "mailto:a@example.test",
        "00123",
        "13800000000",
        "{=1}",
        "a\nb",
        "𠮷野",
    ]
    rows = ((text, number, date(2026, 7, 3), Decimal("12.50")) for number, text in enumerate(texts))
    write_xlsx(
        path,
        [SheetOut("客户", ["名称", "编号", "日期", "金额"], rows, widths=[30], text_columns=frozenset({0}))],
    )
    table, frame = read(path, header_row=1)
    assert table.rows == len(texts)
    assert frame["名称"].to_list() == texts
    assert frame.select("编号", "日期", "金额").row(3) == ("3", "2026-07-03", "12.5")


def test_a_workbook_holds_neither_formulas_nor_links(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(
        path, [SheetOut("s", ["=1", "x"], [["=1+1", "http://example.test"], ["{=1}", "internal:a!A1"]])]
    )
    with zipfile.ZipFile(path) as archive:
        page = archive.read("xl/worksheets/sheet1.xml")
        assert not any("rels" in name and "sheet1" in name for name in archive.namelist())
    assert b"<f>" not in page
    assert b"<hyperlink" not in page
    assert b'state="frozen"' in page


@given(
    texts=st.lists(
        st.text(
            alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"])
            | st.sampled_from("\n\t=+-@'_x0041"),
            min_size=1,
        ),
        min_size=1,
        max_size=20,
    )
)
def test_every_text_is_the_same_after_writing_and_reading(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    write_xlsx(path, [SheetOut("s", ["k", "v"], [["k", text] for text in texts])])
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == texts


def test_long_numbers_stay_whole_and_long_texts_are_cut_with_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(
        path, [SheetOut("s", ["k", "v"], [[6222021234567890123, "x" * 40_000], [Decimal("0.1"), True]])]
    )
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["6222021234567890123", "x" * 32_766 + "…"]
    assert rows[2] == [0.1, True]


def test_a_note_stands_above_the_header_and_is_not_read_as_data(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [["甲公司", "13800000000"], ["乙公司", "13900000000"]]
    write_xlsx(path, [SheetOut("客户", ["客户名称", "手机"], rows, note="红色列必填")])
    table = read_table(path, out=tmp_path / "o", known_headers=frozenset({"客户名称"}))
    assert (table.header_row, table.rows, table.columns) == (2, 2, ("客户名称", "手机"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("客户", "客户 (2)"),
        ("a/b:c", "a b c"),
        ("", "Sheet"),
        ("'x'", "x"),
        ("甲" * 40, "甲" * 31),
        ("History", "History (2)"),
    ],
)
def test_sheet_names_are_made_acceptable_and_unique(name: str, expected: str) -> None:
    assert sheet_name(name, {"客户"}) == expected
