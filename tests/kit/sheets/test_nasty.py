"""Every odd, broken or hostile file beside the checkout does what its line in MANIFEST.csv expects."""

import csv
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from genjin.kit.errors import ValueRefused
from genjin.kit.sheets.reader import SheetFile, Table, inspect_sheet_file, read_table

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
NASTY = DATA / "nasty"
SECONDS = 100  # hung, not slow: the reader's own limit of 120 s must not be what ends it
MOST_CHILD_BYTES = 1 << 30

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not NASTY.is_dir(), reason=f"the folder {NASTY} is not there"),
]


class Case:
    """One file, looked at and read under a clock."""

    def __init__(self, path: Path, out: Path) -> None:
        self.path = path
        self.out = out

    def look(self) -> SheetFile:
        return inspect_sheet_file(self.path)

    def read(self, **wish: Any) -> Table:
        return read_table(self.path, out=self.out, **wish)

    def column(self, name: str) -> list[str | None]:
        return pl.scan_ipc(self.out).select(name).collect().to_series().to_list()

    def refusal(self) -> str:
        with pytest.raises(ValueRefused) as looking:
            self.look()
        with pytest.raises(ValueRefused) as reading:
            self.read()
        assert looking.value.code == reading.value.code
        assert len(reading.value.message) > 10
        return reading.value.code


def codes(table: Table) -> set[str]:
    return {note.code for note in table.notes}


def detail(table: Table, code: str) -> Any:
    return next(note.details for note in table.notes if note.code == code)


def junk_rows(case: Case) -> None:
    table = case.read(sheet="arts")
    assert (table.header_row, table.rows) == (5, 10)
    assert case.column("Name")[-1] == "George Michael"
    assert case.column("Date of birth")[0] == "1947-01-08"
    assert {"rows_above", "rows_below"} <= codes(table)
    assert (case.read(sheet="other").header_row, case.read(sheet="other").rows) == (5, 10)


def dirty_header(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.rows) == (2, 12)
    assert case.column("Hire Date")[0] == "2008-08-30"
    assert {"Certification", "Certification (2)"} <= set(table.columns)
    assert detail(table, "empty_columns") == {"names": "do not edit! --->"}


def mixed_types(case: Case) -> None:
    case.read(sheet="logical_coercion")
    assert case.column("maybe boolean?")[1:5] == ["0", "1", "2016-01-01", "TRUE"]
    case.read(sheet="numeric_coercion")
    assert case.column("maybe numeric?")[3:6] == ["2014-12-23", "123456", "123456"]
    case.read(sheet="date_coercion")
    expected = [None, "2016-05-23", "2016-04-28 11:30:00", "TRUE", "cabbage", "4.3", "39448"]
    assert case.column("maybe a datetime?") == expected
    case.read(sheet="text_coercion")
    assert case.column("text")[1:] == ["cabbage", "TRUE", "1.3", "2016-09-24", "36436153"]


def two_row_header(case: Case) -> None:
    table = case.read(sheet="two-row-header")
    assert (table.columns, table.rows) == (("name", "species", "death", "weight"), 1)
    assert detail(table, "second_header_line")["first"] == 2
    assert case.read(sheet="list-column").rows == 4


def starts_at_b3(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.columns, table.rows) == (3, ("B3", "C3", "D3"), 3)
    assert table.sample[0] == ("B4", "C4", "D4")


def big_numbers(case: Case) -> None:
    assert case.read().header_row == 1
    digits = ["2147483647", "2147483648", "2147483649", "-2147483648", "-2147483649"]
    assert case.column("number as text")[1:] == digits
    assert case.column("number")[1:] == digits


def dates_as_text(case: Case) -> None:
    case.read()
    assert case.column("a") == ["1985-03-11 13:00:00", "1985-03-11 13:23:32"]


def unnamed_columns(case: Case) -> None:
    table = case.read()
    assert table.columns == ("列 A", "var2", "列 C", "var2 (2)")
    assert table.sample == (("1", "a", "1.1", "aa"), ("2", "b", "2.1", "bb"))


def missing_first_column(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.columns, table.sample) == (0, ("列 B",), (("1",), ("2",), ("3",)))


def newlines(case: Case) -> None:
    assert [str(row[0]).count("\n") for row in case.read().sample] == [3, 0]


def empty_sheets(case: Case) -> None:
    assert [(sheet.name, sheet.is_empty) for sheet in case.look().sheets] == [
        ("empty", True),
        ("header_only", False),
    ]
    table = case.read()
    assert (table.sheet, table.columns, table.rows) == ("header_only", ("var1", "var2"), 0)
    with pytest.raises(ValueRefused) as refusal:
        case.read(sheet="empty")
    assert refusal.value.code == "sheet_empty"


def sheet_names(case: Case) -> None:
    assert [sheet.name for sheet in case.look().sheets] == ["µ", "∂"]
    assert case.read(sheet="∂").sample == (("1",),)


def dates_1904(case: Case) -> None:
    assert case.read().sample == (("2000-01-01",) * 5,)


def leap_bug(case: Case) -> None:
    assert case.read(sheet="for_testing").rows == 7
    dates, texts, expected = map(case.column, ("dttm", "dttm_string", "expect_success"))
    right = [date == text for date, text in zip(dates, texts, strict=True)]
    assert right == [flag == "TRUE" for flag in expected]
    assert case.read(sheet="for_human_eyes").rows == 10


def chart_sheet(case: Case) -> None:
    file = case.look()
    assert [sheet.name for sheet in file.sheets if sheet.is_chart] == ["Chart1"]
    assert case.read().rows == 150
    assert case.read(sheet="mtcars").rows == 32
    with pytest.raises(ValueRefused) as refusal:
        case.read(sheet="Chart1")
    assert refusal.value.code == "sheet_unknown"


def merged_cells(case: Case) -> None:
    table = case.read(header_row=0)
    assert table.sample[0] == ("A1", "B1", "C1", "E1", "F1", "G1", "H1")
    assert table.rows == 3
    assert "列 D" not in table.columns


def in_the_middle(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.columns) == (4, ("label", "value"))
    assert table.sample == (("celsius", "22.2222"), ("fahrenheit", "72"))


def strict_ooxml(case: Case) -> None:
    table = case.read()
    assert (case.look().sheets[0].rows, table.header_row, table.rows, len(table.columns)) == (76, 1, 75, 18)


def enron(case: Case) -> None:
    sheets = case.look().sheets
    assert [sheet.name for sheet in sheets if not sheet.is_hidden] == ["Weekly Report"]
    assert 0 < case.read().rows < 30


def malformed_format(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.rows, table.columns[0]) == (1, 31, "GENNAIO")
    assert case.column("GENNAIO") == [str(day) for day in range(1, 32)]


def binary(case: Case) -> None:
    file = case.look()
    assert file.kind == "xlsb"
    assert [sheet.name for sheet in file.sheets if sheet.is_hidden] == ["Hidden", "VeryHidden"]
    assert [sheet.name for sheet in file.sheets if sheet.is_chart] == ["Chart"]
    assert case.read().sample == (("1", "2"), ("3", "4"), ("5", "6"))


def excel95(case: Case) -> None:
    assert case.read(header_row=0).sample == (
        ("1", "2", "3", None),
        ("TRUE", "FALSE", None, "sheetjs"),
        ("foo", "bar", "2014-02-19 14:30:00", "0.3"),
        ("baz", None, "qux", None),
    )


def long_title(case: Case) -> None:
    table = case.read()
    assert case.look().delimiter == ";"
    assert table.columns == ("列 A", "1985", "1993", "2000", *map(str, range(2005, 2011)))
    assert (table.header_row, table.rows) == (12, 60)
    assert table.sample[1][0] == "      Gefäßchirurgie"
    assert detail(table, "rows_below")["first"] == 74


def carriage_returns(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.columns[:3], table.rows) == (4, ("Year", "Jan", "Feb"), 133)
    assert case.read(header_row=4).rows == 133


def ragged_latin1(case: Case) -> None:
    # Cut at commas alone 241 lines have 5 to 9 cells; those commas stand in quotes, so no row is odd.
    table = case.read()
    assert (table.rows, table.odd_count, len(table.columns)) == (2200, 0, 4)
    assert str(table.sample[0][1]).startswith("Trägerorganisationen; Umstrukturierung")


def blanks_after_commas(case: Case) -> None:
    assert case.read().sample == (("hello", "goodbye"), ("hello2", "goodbye2"))


def null_words(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.rows) == (0, 10)
    assert case.column("列 B") == ["null", "0", "null", "null", "0", "0", "null", "0", "0", "null"]


def byte_order_mark(case: Case) -> None:
    assert case.read().columns == ("kitten", "win")


def title_unit_blank(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.columns[:2], table.rows) == (4, ("Year", "2000"), 13)
    assert table.sample[0][:2] == ("Timber", "2,666")
    assert "Total" in str(detail(table, "rows_below")["words"])


def spans(case: Case) -> None:
    table = case.read(header_row=0)
    assert table.rows == 6
    assert table.sample[1] == ("j", "MERGE", None, "e")
    assert table.sample[4][1] == "bold and italic"


def external_entity(case: Case) -> None:
    table = case.read()
    assert (table.header_row, table.columns, table.sample) == (9, ("/Test/Test",), (("1",),))


def hidden_sheet(case: Case) -> None:
    assert [(sheet.name, sheet.is_hidden) for sheet in case.look().sheets] == [
        ("Sheet1", True),
        ("Sheet2", False),
    ]
    table = case.read()
    assert (table.sheet, table.sample) == ("Sheet2", (("Sheet2A1",),))


def beyond_bmp(case: Case) -> None:
    text = str(case.read().sample[0][0])
    assert all(ord(character) > 0xFFFF for character in text)
    assert text[0] == "𝝊"


def semicolon(case: Case) -> None:
    table = case.read()
    assert (case.look().delimiter, table.columns) == (";", ("This", "Are", "Headers"))
    assert table.sample[0] == ("Cell A2", "Number with comma", "25,5")


def line_break(case: Case) -> None:
    table = case.read()
    assert (table.columns, table.rows, table.odd_count) == (("Name", "Copy", "URL"), 5, 0)
    assert str(table.sample[0][1]).split("\r\n")[::3] == ["This is a test", "delimiters"]
    assert table.sample[0][2] == "http://google.com"


def html(case: Case) -> None:
    assert case.read(header_row=0).sample == (("Column A", "<a href=''>Link</a>", "Column C"),)


def workbook_named_csv(case: Case) -> None:
    assert case.look().kind == "xlsx"
    table = case.read()
    assert (table.rows, len(table.columns)) == (9240, 37)


def wrong_dimension(case: Case) -> None:
    table = case.read()
    assert table.rows == 2870
    assert {"地区", "省份", "城市"} <= {"".join(name.split()) for name in table.columns}
    assert case.column("A股代码")[0] == "000001"
    assert case.column("A股总股本")[0] == "19,405,918,198"


def three_sheets(case: Case) -> None:
    assert [sheet.rows for sheet in case.look().sheets] == [859, 780, 2709]
    assert (case.read(sheet="Sheet1").header_row, case.read(sheet="Sheet1").rows) == (1, 858)
    for name, rows in (("Sheet2", 780), ("Sheet3", 2709)):
        assert case.read(sheet=name, header_row=0).rows == rows
    assert case.read(sheet="Sheet3").header_row == 0


def refuses(code: str) -> Callable[[Case], None]:
    def check(case: Case) -> None:
        assert case.refusal() == code

    return check


def no_data(case: Case) -> None:
    assert case.look().sheets[0].is_empty
    with pytest.raises(ValueRefused) as refusal:
        case.read()
    assert refusal.value.code == "sheet_empty"


EXPECTATIONS: dict[str, Callable[[Case], None]] = {
    "junk_rows_above_and_below.xlsx": junk_rows,
    "dirty_header_row2_mixed_dates.xlsx": dirty_header,
    "mixed_types_in_one_column.xlsx": mixed_types,
    "two_row_header.xls": two_row_header,
    "table_starts_at_B3.xlsx": starts_at_b3,
    "big_numbers_as_text.xlsx": big_numbers,
    "dates_as_text.xlsx": dates_as_text,
    "unnamed_and_duplicate_columns.xlsx": unnamed_columns,
    "missing_first_column_no_header.xlsx": missing_first_column,
    "newlines_in_cells.xlsx": newlines,
    "empty_sheets.xlsx": empty_sheets,
    "utf8_sheet_names.xlsx": sheet_names,
    "dates_1904_system.xls": dates_1904,
    "dates_1900_leap_bug.xlsx": leap_bug,
    "chartsheet_between_sheets.xlsx": chart_sheet,
    "merged_cells.xls": merged_cells,
    "table_in_the_middle.xlsx": in_the_middle,
    "password_protected.xlsx": refuses("sheet_password"),
    "strict_ooxml.xlsx": strict_ooxml,
    "enron_weekly_report_fuzzed.xls": enron,
    "text_named_xls_68_bytes.xls": refuses("sheet_no_table"),
    "malformed_number_format.xls": malformed_format,
    "binary.xlsb": binary,
    "excel95_biff5.xls": excel95,
    "blank_lines_long_title.csv": long_title,
    "cr_lines_title_rows.csv": carriage_returns,
    "ragged_rows_latin1.csv": ragged_latin1,
    "blanks_after_commas.csv": blanks_after_commas,
    "null_words_no_header.csv": null_words,
    "utf8_bom.csv": byte_order_mark,
    "title_unit_blank_then_header.csv": title_unit_blank,
    "encrypted_empty_password.xls": refuses("sheet_password"),
    "spans_rich_text.xls": spans,
    "xml_entity_bomb.xlsx": refuses("sheet_entities"),
    "shared_strings_blowup.xlsx": refuses("sheet_damaged"),
    "corrupted_zip.xlsx": refuses("sheet_damaged"),
    "xxe_external_entity.xlsx": external_entity,
    "50k_empty_rows_many_merges.xlsx": no_data,
    "one_hidden_sheet.xlsx": hidden_sheet,
    "beyond_bmp_characters.xlsx": beyond_bmp,
    "fuzz_1.xlsx": refuses("sheet_damaged"),
    "semicolon.csv": semicolon,
    "line_break_in_quotes.csv": line_break,
    "contains_html.csv": html,
    "xlsx_named_csv.csv": workbook_named_csv,
    "A股列表_dimension错误_表头含空格_数字为文本.xlsx": wrong_dimension,
    "三个sheet_后两个无表头.xlsx": three_sheets,
}


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_a_nasty_file_does_what_is_expected(name: str, tmp_path: Path) -> None:
    started = time.monotonic()
    EXPECTATIONS[name](Case(NASTY / name, tmp_path / "out.arrow"))
    assert time.monotonic() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST_CHILD_BYTES


def test_every_line_of_the_manifest_has_an_expectation() -> None:
    with (NASTY / "MANIFEST.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {line["file"] for line in csv.DictReader(file)} == set(EXPECTATIONS)
