"""How words of an outcome, days, numbers and odd cells are read before anything is learned."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjin.insights.rules.chances.columns import Column, Kind, Unused, read_column
from genjin.insights.rules.chances.order import By
from genjin.insights.rules.chances.outcome import read_outcome
from genjin.insights.rules.chances.study import tell
from genjin.kit.errors import RuleError
from tests.insights.rules.chance_tables import leads, learned, with_text


@pytest.mark.parametrize(
    ("words", "yes", "no"),
    [
        (["赢单", "输单", "跟进中"], ("赢单",), ("输单",)),
        (["成交", "流失", "跟进"], ("成交",), ("流失",)),
        (["已流失", "留存"], ("已流失",), ("留存",)),
        (["Yes", " no", "YES"], ("YES",), ("no",)),
        (["1", "0"], ("1",), ("0",)),
        (["是", "否", ""], ("是",), ("否",)),
        (["是", "观望"], ("是",), ("观望",)),
        (["Closed Won", "Closed Lost", "Open"], ("Closed Won",), ("Closed Lost",)),
        (["成交", "未成交"], ("成交",), ("未成交",)),
        (["已付款", "未付款", "待定"], ("已付款",), ("未付款",)),
        (["合格", "不合格"], ("合格",), ("不合格",)),
        (["签单", "未签", "跟进"], ("签单",), ("未签",)),
        (["√", "×"], ("√",), ("×",)),
        (["1.0", "0.0"], ("1.0",), ("0.0",)),
    ],
)
def test_words_of_an_outcome_are_understood(words, yes, no):
    found = read_outcome(pl.Series("t", words))
    assert (found.positive, found.negative) == (yes, no)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([None, ""], "target_empty"),
        (["甲", "乙", "丙"], "target_unclear"),
        (["是", "是"], "target_one_class"),
        (["100", "250", "7"], "target_unclear"),
        (["联系", "未联系", "意向", "无意向"], "target_unclear"),
        ([str(amount) for amount in range(100)], "target_unclear"),
    ],
)
def test_an_outcome_that_is_none_is_refused_with_what_to_do(words, code):
    with pytest.raises(RuleError) as refusal:
        read_outcome(pl.Series("结果", words, dtype=pl.String))
    assert refusal.value.code == code
    assert "--" in refusal.value.message or "closed" in refusal.value.message


def test_words_may_be_named():
    found = read_outcome(pl.Series("t", ["甲", "乙", "丙"]), positive=["甲"], negative=["乙"])
    assert found.values.to_list() == [1, 0, None]
    assert read_outcome(pl.Series("t", ["甲", "乙", "丙"]), positive=["甲"]).values.to_list() == [1, 0, 0]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1,200", "￥3,400.5", "5万", "", "12%"], Kind.NUMBER),
        (["2024-01-05", "2024/2/6", "2024年3月7日"], Kind.DAY),
        (["05-01-2024", "25-01-2024", "06-02-2024"], Kind.DAY),
        (["2024年1月", "2024年2月", "2024年11月"], Kind.DAY),
        (["5-Jan-2024", "6 February 2024", "Mar 7, 2024 10:30"], Kind.DAY),
        (["A", "b", "a", "Select"], Kind.LEVEL),
        (["0", "1", "1"], Kind.LEVEL),
        (["", None, "Select"], Unused.EMPTY),
        (["同"] * 5, Unused.CONSTANT),
        ([f"KH{number}" for number in range(50)], Unused.IDENTIFIER),
        ([str(13_800_000_000 + number) for number in range(50)], Unused.IDENTIFIER),
        ([f"客户说他们要再看看第{number % 40}版方案" for number in range(60)], Unused.FREE_TEXT),
    ],
)
def test_columns_are_read_by_themselves(cells, kind):
    found = read_column(pl.Series("列", cells, dtype=pl.String))
    assert (found.kind if isinstance(found, Column) else found) is kind


def test_levels_are_folded_and_select_is_missing():
    found = read_column(pl.Series("来源", ["Google", "google", "ＧＯＯＧＬＥ", "Select", "Bing"]))
    assert found.values.to_list() == ["google", "google", "google", None, "bing"]


@pytest.mark.parametrize(
    "written",
    [
        "%Y年%m月%d日",
        "%Y.%m.%d",
        "%Y%m%d",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d-%b-%Y",
        "%Y/%m/%d 上午 10:20",
        "%y年%m月%d日",
        "%y.%m.%d",
        "%d/%m/%y",
        "%m/%d/%y",
    ],
)
def test_days_are_read_however_they_are_written(written):
    plainly = learned(leads(), time="创建日期").report
    days = leads()["创建日期"].str.to_date().to_list()
    frame = with_text(leads(), "创建日期", [day.strftime(written) for day in days])
    found = learned(frame, time="创建日期").report
    assert found.order.by is By.TIME
    assert (found.parts[2].rows, found.figures.auc) == (plainly.parts[2].rows, plainly.figures.auc)


CELLS = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(["Select", "", "2024-01-01", "31.12.2024", "5-3-24", "24-3-5", "24年3月5日", "1e400", "1000000", "=1+1", "nan", "-inf"])
)  # fmt: skip


@given(st.lists(CELLS, min_size=1, max_size=30))
def test_odd_cells_are_read_or_left_out_and_never_break(cells):
    found = read_column(pl.Series("列", cells, dtype=pl.String))
    if isinstance(found, Column) and found.kind is not Kind.LEVEL:
        assert found.values.drop_nulls().is_finite().all()


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.lists(CELLS, min_size=1, max_size=6))
def test_odd_columns_do_not_move_chances_out_of_bounds(seed, cells):
    frame = leads(300, seed=seed)
    frame = with_text(frame, "怪", [cells[row % len(cells)] for row in range(frame.height)])
    result = learned(frame, time="创建日期")
    for told in tell(result, frame.head(20)):
        assert told is None or 0 <= told.low <= told.chance <= told.high <= 1


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["1/25/24", "3/1/24", "12/31/23"], "MDY"),
        (["25/1/24", "1/3/24", "31/12/23"], "DMY"),
        (["24-1-25", "24-3-1", "23-12-31"], "YMD"),
        (["25/1/00", "1/3/00", "31/12/99"], "DMY"),
        (["5/3/24", "6/4/24", "7/5/23"], ""),  # day or month?
        (["15/3/23", "15/4/24", "15/5/25"], ""),  # day or year?
        (["5/0/24", "6/1/24", "7/2/24"], ""),
        (["03-4-05", "09-4-05", "01-2-12"], ""),
    ],
)
def test_years_of_two_digits_are_read_where_they_can_be_but_one_thing(cells, order):
    found = read_column(pl.Series("列", cells, dtype=pl.String))
    days = found.day_order if isinstance(found, Column) and found.kind is Kind.DAY else ""
    assert days == order
    if order:
        assert found.values.max() - found.values.min() == 61
