from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.dates import Order, PartialDate, Value, guess_order, parse_date, parse_moment
from genjin.kit.errors import ValueRefused
from tests.sheets import column_of

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cases"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "value",
    [
        "2026-3-5",
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "20260305",
        "2026年3月5日",
        "2026年03月05号",
        "２０２６－３－５",
        " 2026-03-05 ",
        "2026-03-05 10:20",
        "2026-03-05 10:20:30",
        "2026-03-05T10:20:30+08:00",
        "2026/3/5 星期四",
        "2026/3/5 上午10:20",
        "46086",
        "46086.5",
        46086,
        46086.43,
        20260305,
        date(2026, 3, 5),
        datetime(2026, 3, 5, 10, 20),
    ],
)
def test_a_day(value: Value) -> None:
    assert parse_date(value) == PartialDate(date(2026, 3, 5), "day")


@pytest.mark.parametrize(
    ("value", "day", "precision"),
    [
        ("2015年", date(2015, 1, 1), "year"),
        ("2015", date(2015, 1, 1), "year"),
        (2015, date(2015, 1, 1), "year"),
        ("2015年3月", date(2015, 3, 1), "month"),
        ("2015-03", date(2015, 3, 1), "month"),
        ("2015.3", date(2015, 3, 1), "month"),
        ("3/2015", date(2015, 3, 1), "month"),
        ("201503", date(2015, 3, 1), "month"),
        (201503, date(2015, 3, 1), "month"),
    ],
)
def test_a_month_or_a_year(value: Value, day: date, precision: str) -> None:
    assert parse_date(value) == PartialDate(day, precision)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("01-02-2018", "DMY", date(2018, 2, 1)),
        ("01-02-2018", "MDY", date(2018, 1, 2)),
        ("20-10-2017", "DMY", date(2017, 10, 20)),
        ("20-10-2017", "YMD", date(2017, 10, 20)),
        ("10/20/2017", "YMD", date(2017, 10, 20)),
        ("03/03/2018", "YMD", date(2018, 3, 3)),
        ("2018-02-01", "DMY", date(2018, 2, 1)),
        ("05/03/26", "DMY", date(2026, 3, 5)),
        ("3/5/26", "MDY", date(2026, 3, 5)),
        ("3/5/98", "MDY", date(1998, 3, 5)),
        ("26-02-2018 19:58", "DMY", date(2018, 2, 26)),
    ],
)
def test_the_order_of_the_column_decides(text: str, order: Order, day: date) -> None:
    assert parse_date(text, order=order).day == day


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("01-02-2018", "date_ambiguous"),
        ("26-3-05", "date_year_short"),
        ("2026-02-30", "date_impossible"),
        ("2026-13-01", "date_impossible"),
        ("20260231", "date_impossible"),
        ("2026年2月30日", "date_impossible"),
        ("13-13-2018", "date_impossible"),
        ("0026-03-05", "date_impossible"),
        ("2026-03-05 25:00", "date_impossible"),
        (60, "date_impossible"),
        ("3月15日", "date_year_missing"),
        ("3-15", "date_year_missing"),
        ("", "date_empty"),
        ("待定", "date_invalid"),
        ("2026-3/5", "date_invalid"),
        (0, "date_invalid"),
        (2015.5, "date_invalid"),
        (float("nan"), "date_invalid"),
        (999_999, "date_invalid"),
        (True, "date_invalid"),
    ],
)
def test_what_is_no_day_or_could_be_two_is_refused(value: Value, code: str) -> None:
    with pytest.raises(ValueRefused) as refusal:
        parse_date(value)
    assert refusal.value.code == code


def test_a_stated_order_is_not_bent() -> None:
    with pytest.raises(ValueRefused):
        parse_date("02-22-2018", order="DMY")


@pytest.mark.parametrize(
    ("serial", "day"),
    [(1, date(1900, 1, 1)), (59, date(1900, 2, 28)), (61, date(1900, 3, 1)), (43101, date(2018, 1, 1))],
)
def test_the_leap_day_spreadsheets_invented_moves_no_date(serial: int, day: date) -> None:
    assert parse_date(serial).day == day


@pytest.mark.parametrize(
    ("value", "local"),
    [
        ("2026-03-05", "2026-03-05T00:00:00"),
        ("2026-03-05 10:20", "2026-03-05T10:20:00"),
        ("2026年3月5日 下午3:05", "2026-03-05T15:05:00"),
        ("2026年3月5日15时5分", "2026-03-05T15:05:00"),
        ("2026/3/5 12:30:15 am", "2026-03-05T00:30:15"),
        ("2026-03-05T02:20:30Z", "2026-03-05T10:20:30"),
        ("2026-03-05T10:20:30.123+08:00", "2026-03-05T10:20:30"),
        (46086.5, "2026-03-05T12:00:00"),
        (datetime(2026, 3, 5, 2, 20, tzinfo=UTC), "2026-03-05T10:20:00"),
        (datetime(2026, 3, 5, 10, 20), "2026-03-05T10:20:00"),
    ],
)
def test_a_moment_is_local_unless_it_says_otherwise(value: Value, local: str) -> None:
    moment = parse_moment(value, zone=SHANGHAI)
    assert moment == datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
    assert moment.tzinfo is SHANGHAI


def test_a_moment_needs_a_day() -> None:
    with pytest.raises(ValueRefused) as refusal:
        parse_moment("2015年3月", zone=SHANGHAI)
    assert refusal.value.code == "date_day_missing"


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["01-02-2018", "20-10-2017"], "DMY"),
        (["01/02/2018", "10/20/2017"], "MDY"),
        (["01-02-2018", "03-04-2018"], ""),
        (["20-10-2017", "10-20-2017"], ""),
        (["2018-02-01", "2018年3月"], "YMD"),
        (["05/03/26"], ""),
        ([None, "", "无", 43101], "YMD"),
        ([], "YMD"),
        (["01-02-2018 10:00", "26-02-2018 19:58"], "DMY"),
    ],
)
def test_the_order_is_guessed_from_the_whole_column_or_not_at_all(values: list[object], order: str) -> None:
    assert guess_order(values) == order


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)))
def test_every_way_of_writing_a_day_reads_the_same(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    texts = [f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}", f"{day:%Y年%m月%d日}"]
    assert {parse_date(text).day for text in texts} == {day}
    assert parse_date(f"{day:%d-%m-%Y}", order="DMY").day == day
    assert parse_date(f"{day:%m/%d/%Y}", order="MDY").day == day
    if serial > 2100:
        assert parse_date(serial).day == day


@given(st.text(alphabet="0123456789-/.年月日 :时", max_size=20))
def test_every_text_is_read_or_refused(text: str) -> None:
    try:
        parse_date(text)
    except ValueRefused:
        return


@pytest.mark.shared
def test_a_real_column_written_day_first() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not beside this checkout")
    column = pl.read_csv(SHARED / "olist_leads_日月年文本日期.csv", infer_schema=False)[
        "首次联系日期"
    ].drop_nulls()
    right = [cell for cell in column_of(SHARED / "olist_leads.xlsx", "首次联系日期") if cell != ""]
    order = guess_order(column)
    assert order == "DMY"
    expected = [parse_date(value).day for value in right]
    assert [parse_date(text, order=order).day for text in column] == expected
    assert max(expected) - min(expected) < timedelta(days=800)
