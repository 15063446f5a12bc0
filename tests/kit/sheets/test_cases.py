"""The ready-to-import files beside the checkout are read whole and with their values unchanged."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from genjin.kit.sheets.reader import read_table

CASES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "cases"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASES.is_dir(), reason=f"the folder {CASES} is not there"),
]

ROWS = {
    "x_education.xlsx": 9240,
    "x_education_train.xlsx": 6468,
    "x_education_score.xlsx": 2772,
    "olist_leads.xlsx": 8000,
    "olist_leads_日月年文本日期.csv": 8000,
    "olist_train_before_2018-03.xlsx": 4171,
    "olist_score_from_2018-03.xlsx": 3829,
    "maven_opportunities.xlsx": 8800,
    "telco_churn.xlsx": 7043,
    "cdnow_orders_to_1997-09.csv": 4960,
    "dedupe_existing.xlsx": 3849,
    "dedupe_new.xlsx": 2409,
    "abbrev_new_short_names.xlsx": 3914,
    "abbrev_existing_full_names.xlsx": 7827,
    "address_region.xlsx": 2200,
    "phones_messy.xlsx": 102,
    "phone_place.csv": 1000,
    "restaurants_first.csv": 533,
    "restaurants_second.csv": 331,
    "companies_50k.xlsx": 50_000,
    "companies_anomalies.xlsx": 800,
    "naughty_names.xlsx": 516,
}


def rows_of(name: str, tmp_path: Path) -> pl.DataFrame:
    table = read_table(CASES / name, out=tmp_path / "out.arrow")
    return pl.scan_ipc(table.path).collect()


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_read_under_the_first_line(name: str, tmp_path: Path) -> None:
    table = read_table(CASES / name, out=tmp_path / "out.arrow")
    assert (table.header_row, table.rows, table.odd_count) == (1, ROWS[name], 0)
    assert not any(column.startswith("列 ") for column in table.columns)


def test_no_case_file_is_left_out() -> None:
    assert {path.name for path in CASES.iterdir() if path.is_file()} == set(ROWS)


def test_naughty_strings_are_unchanged(tmp_path: Path) -> None:
    raw = CalamineWorkbook.from_path(str(CASES / "naughty_names.xlsx")).get_sheet_by_index(0).to_python()
    read = rows_of("naughty_names.xlsx", tmp_path)["客户名称"].to_list()
    assert read == [str(row[1]) if str(row[1]).strip() else None for row in raw[1:]]


def test_day_month_year_texts_stay_as_they_are(tmp_path: Path) -> None:
    texts = rows_of("olist_leads_日月年文本日期.csv", tmp_path)["首次联系日期"]
    assert texts.str.contains(r"^\d\d-\d\d-\d{4}$").all()
    dates = rows_of("olist_leads.xlsx", tmp_path)["首次联系日期"]
    assert texts.str.replace(r"^(\d\d)-(\d\d)-(\d{4})$", "$3-$2-$1").to_list() == dates.to_list()


def test_phones_are_read_digit_by_digit(tmp_path: Path) -> None:
    raw = CalamineWorkbook.from_path(str(CASES / "phones_messy.xlsx")).get_sheet_by_index(0).to_python()
    cells = [row[2] for row in raw[1:]]
    phones = rows_of("phones_messy.xlsx", tmp_path)["电话"].to_list()
    assert phones == [(cell or None) if isinstance(cell, str) else str(int(cell)) for cell in cells]
    assert {type(cell) for cell in cells} == {str, float}
    assert "1.38E+10" in phones


def test_stages_are_counted_as_published(tmp_path: Path) -> None:
    stages = Counter(rows_of("maven_opportunities.xlsx", tmp_path)["阶段"].to_list())
    assert sorted(stages.values(), reverse=True) == [4238, 2473, 1589, 500]
