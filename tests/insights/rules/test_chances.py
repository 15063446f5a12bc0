"""Chances learned from tables made here: what is left out, what is foreseen, and when nothing is said at all."""

from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjin.insights.rules.chances.columns import Column, Kind, Unused, read_column
from genjin.insights.rules.chances.order import By, split
from genjin.insights.rules.chances.outcome import read_outcome
from genjin.insights.rules.chances.repeat import CUSTOMER, START, TARGET, bought_later, repeat_tables
from genjin.insights.rules.chances.study import Study, Wish, came_true, drift, study, tell
from genjin.insights.rules.chances.trust import Level
from genjin.kit.errors import RuleError

FIRST = date(2024, 1, 1)
SOURCES = {"转介绍": 0.75, "展会": 0.45, "官网": 0.25, "短信": 0.08}


def leads(rows: int = 1200, *, seed: int = 1, signal: bool = True, days: int = 600) -> pl.DataFrame:
    """Leads of which the source and the visits tell something, unless there is no signal."""
    dice = Random(seed)
    found: dict[str, list[str | None]] = {
        name: [] for name in ("编号", "创建日期", "来源", "访问次数", "城市", "结果")
    }
    for row in range(rows):
        source = dice.choice(list(SOURCES))
        visits = dice.randrange(0, 30)
        chance = 0.8 * SOURCES[source] + 0.2 * visits / 30 if signal else 0.3
        found["编号"].append(f"X{row:05d}")
        found["创建日期"].append(str(FIRST + timedelta(days=row * days // rows)))
        found["来源"].append(source)
        found["访问次数"].append(str(visits) if dice.random() > 0.1 else None)
        found["城市"].append(dice.choice(["杭州", "宁波", "Select", "温州"]))
        found["结果"].append("赢单" if dice.random() < chance else "输单")
    return pl.DataFrame(found)


def learned(frame: pl.DataFrame, **wish: Any) -> Study:
    return study(frame, Wish("结果", **wish))


def left_out(result: Study) -> dict[str, str]:
    return {found.column: found.leak.value for found in result.report.leaks}


def test_what_tells_something_is_learned_and_tested_on_the_newest_rows():
    report = learned(leads(), time="创建日期").report
    assert report.level is Level.STRONG
    assert report.doubts == ()
    assert report.figures.auc_low < report.figures.auc < report.figures.auc_high
    assert next(iter(report.weights)) == "来源"
    assert report.unused == {"编号": Unused.IDENTIFIER}
    fit, calibrate, test = report.parts
    assert fit.last < calibrate.first <= calibrate.last < test.first
    assert report.figures.brier < report.figures.brier_base
    assert report.figures.calibration_error < 0.1


def test_rows_that_ask_get_a_chance_a_range_and_reasons_in_words():
    result = learned(leads(), time="创建日期")
    asked = pl.DataFrame(
        {"来源": ["转介绍", "短信", "没见过", None], "访问次数": ["29", "0", "1000000", "不知道"]}
    )
    best, worst, unseen, empty = tell(result, asked)
    assert 0 <= worst.low <= worst.chance <= worst.high < best.low <= best.chance <= best.high <= 1
    assert best.reasons[0].sentence == "来源 = 转介绍 提高"
    assert worst.reasons[0].raises is False
    assert worst.chance < unseen.chance < best.chance
    assert all(reason.column != "编号" for one in (best, worst, unseen, empty) for reason in one.reasons)


def test_noise_is_called_not_reliable_and_nobody_is_told_a_chance():
    result = learned(leads(2000, signal=False), time="创建日期")
    assert result.report.level is Level.NOT_RELIABLE
    assert {doubt.code for doubt in result.report.doubts} <= {"no_signal", "maybe_chance"}
    assert result.model is None
    assert tell(result, leads(5)) == [None] * 5


@pytest.mark.parametrize("rows", [1, 5, 40, 90])
def test_below_the_floor_of_rows_nothing_is_learned(rows):
    frame = leads(rows).with_columns(
        pl.Series("结果", ["赢单" if row % 3 else "输单" for row in range(rows - 1)] + ["输单"])
    )
    if rows == 1:
        with pytest.raises(RuleError) as refusal:
            learned(frame)
        assert refusal.value.code == "target_one_class"
        return
    report = learned(frame).report
    assert (report.level, report.figures) == (Level.NOT_RELIABLE, None)
    assert report.doubts[0].code == "sample_too_small"


def test_few_positives_at_the_end_are_too_few():
    frame = leads(800)
    frame = frame.with_columns(pl.Series("结果", ["赢单"] * 100 + ["输单"] * 700))
    report = learned(frame, time="创建日期").report
    assert [doubt.code for doubt in report.doubts] == ["part_too_small"]


def ended(frame: pl.DataFrame) -> pl.Series:
    return frame["结果"] == "赢单"


def with_text(frame: pl.DataFrame, name: str, values: list[str | None]) -> pl.DataFrame:
    return frame.with_columns(pl.Series(name, values, dtype=pl.String))


def test_columns_written_at_closing_are_found_by_what_they_say():
    frame, dice = leads(), Random(7)
    won = ended(frame).to_list()
    amount = [str(dice.randrange(1000, 9000)) if one else "0" for one in won]
    reason = [None if one or dice.random() < 0.6 else dice.choice(["价格", "没预算"]) for one in won]
    mark = [
        dice.choice(["已签", "意向高"] if one else ["没接", "不要"]) if dice.random() < 0.4 else "普通"
        for one in won
    ]
    started = frame["创建日期"].str.to_date().to_list()
    ends = [str(day + timedelta(days=dice.randrange(1, 60))) for day in started]
    for name, values in {"某数": amount, "某因": reason, "某记": mark, "某日": ends}.items():
        frame = with_text(frame, name, values)
    result = learned(frame, time="创建日期")
    assert left_out(result) == {
        "某数": "tells_outcome", "某因": "filled_for_one_outcome", "某记": "levels_decide", "某日": "later_than_start",
    }  # fmt: skip
    assert result.report.figures.auc == learned(leads(), time="创建日期").report.figures.auc


def test_a_mark_that_decides_is_left_out_and_one_that_hints_stays():
    frame, dice = leads(), Random(9)
    won = ended(frame).to_list()
    marks = [str(dice.choice([4, 5, 5, 3, 3] if one else [1, 2, 2, 3, 3])) for one in won]
    hints = [
        str(dice.choice([4, 5, 5, 3, 3] if one == (dice.random() < 0.7) else [1, 2, 2, 3, 3])) for one in won
    ]
    frame = with_text(with_text(frame, "满意度", marks), "意向分", hints)
    assert left_out(learned(frame, time="创建日期")) == {"满意度": "levels_decide"}


def test_what_only_closed_rows_have_is_left_out():
    frame = leads()
    rows = frame.height
    frame = frame.with_columns(
        pl.Series("结果", [None if row % 5 == 0 else word for row, word in enumerate(frame["结果"])]),
        pl.Series("评语", [None if row % 5 == 0 else "甲乙"[row % 2] for row in range(rows)]),
    )
    result = learned(frame, time="创建日期")
    assert left_out(result) == {"评语": "filled_when_closed"}
    assert result.report.rows == rows


def test_what_is_empty_where_chances_are_asked_for_is_left_out():
    asked = leads(50, seed=3).drop("结果").with_columns(pl.lit(None, dtype=pl.String).alias("访问次数"))
    result = study(leads(), Wish("结果", "创建日期"), asked=asked)
    assert left_out(result) == {"访问次数": "empty_when_asked"}


def test_a_name_alone_proves_nothing():
    frame = leads().rename({"城市": "最近动态", "来源": "成交来源"})
    assert left_out(learned(frame, time="创建日期")) == {}
    renamed = leads().rename({"来源": "最近动态"})
    assert left_out(learned(renamed, time="创建日期")) == {"最近动态": "latest_state"}


def test_leaks_that_hide_in_two_columns_set_the_alarm():
    frame, dice = leads(2000, signal=False), Random(3)
    keys = [dice.random() for _row in range(frame.height)]
    won = ended(frame).to_list()
    frame = with_text(frame, "甲", [f"{key * 100:.3f}" for key in keys])
    frame = with_text(
        frame,
        "乙",
        [f"{(1 if one else -1) * 10 - key * 100:.3f}" for one, key in zip(won, keys, strict=True)],
    )
    report = learned(frame, time="创建日期").report
    assert report.figures.auc > 0.95
    assert [doubt.code for doubt in report.doubts] == ["leakage_alarm"]
    assert report.level is Level.NOT_RELIABLE


def test_strong_columns_that_are_known_beforehand_stay():
    frame, dice = leads(3000, signal=False), Random(5)
    won = ended(frame).to_list()
    contract = [
        "月付" if one or dice.random() < 0.4 else "两年" if dice.random() < 0.9 else "月付" for one in won
    ]
    contract = [
        "两年" if one and dice.random() < 0.05 else value for one, value in zip(won, contract, strict=True)
    ]
    frame = with_text(frame, "付款", contract)
    result = learned(frame, time="创建日期")
    assert left_out(result) == {}
    assert result.report.is_reliable


def test_without_a_time_the_running_number_or_the_order_of_rows_decides_and_says_so():
    frame = leads().drop("创建日期")
    numbered = frame.reverse().with_columns(
        pl.Series("编号", [str(9000 - row) for row in range(frame.height)])
    )
    by_number = learned(numbered).report
    assert (by_number.order.by, by_number.order.column) == (By.NUMBER, "编号")
    by_rows = learned(frame).report
    assert by_rows.order.by is By.ROWS
    assert [warning.code for warning in by_rows.warnings] == ["order_of_rows"]
    guessed = learned(leads()).report
    assert (guessed.order.column, guessed.warnings[0].code) == ("创建日期", "order_guessed")


def test_a_base_rate_that_moves_and_columns_that_move_are_told():
    frame = leads(2000)
    late = pl.Series(
        "结果", ["赢单" if row > 1500 and row % 3 else word for row, word in enumerate(frame["结果"])]
    )
    report = learned(frame.with_columns(late), time="创建日期").report
    assert "base_rate_drift" in {warning.code for warning in report.warnings}
    result = learned(leads(), time="创建日期")
    assert drift(result, leads(400, seed=9)) == []
    moved = leads(400, seed=9).with_columns(pl.lit("展会").alias("来源"))
    assert [(one.code, "来源" in one.message) for one in drift(result, moved)] == [("column_drift", True)]


@pytest.mark.parametrize(
    "written",
    ["%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%b-%Y", "%Y/%m/%d 上午 10:20"],
)
def test_days_are_read_however_they_are_written(written):
    plainly = learned(leads(), time="创建日期").report
    days = leads()["创建日期"].str.to_date().to_list()
    frame = with_text(leads(), "创建日期", [day.strftime(written) for day in days])
    found = learned(frame, time="创建日期").report
    assert found.order.by is By.TIME
    assert (found.parts[2].rows, found.figures.auc) == (plainly.parts[2].rows, plainly.figures.auc)


def test_whole_numbers_may_be_named_as_the_time():
    frame = leads().with_columns(pl.Series("编号", [str(45_300 + row // 3) for row in range(1200)]))
    order = learned(frame.drop("创建日期"), time="编号").report.order
    assert (order.by, order.column, order.is_guessed) == (By.NUMBER, "编号", False)


def test_a_moment_that_is_later_for_one_row_in_fifteen_is_left_out_and_slips_are_not():
    days = leads()["创建日期"].str.to_date().to_list()
    for every, found in ((15, {"某日": "later_than_start"}), (100, {})):
        cells = [str(day + timedelta(days=5 if row % every == 0 else -9)) for row, day in enumerate(days)]
        assert left_out(learned(with_text(leads(), "某日", cells), time="创建日期")) == found


def test_a_column_that_moves_before_the_newest_rows_is_told():
    cells = [source if row < 900 else "抖音" for row, source in enumerate(leads()["来源"])]
    warnings = learned(with_text(leads(), "来源", cells), time="创建日期").report.warnings
    assert ("column_moved", "来源") in {(one.code, one.details.get("column")) for one in warnings}
    assert "column_moved" not in {one.code for one in learned(leads(), time="创建日期").report.warnings}


def test_copied_rows_are_told_where_no_time_keeps_them_together():
    frame = leads().drop("创建日期")
    warnings = learned(pl.concat([frame, frame.head(100)])).report.warnings
    assert [(one.code, dict(one.details)) for one in warnings][:2] == [
        ("order_of_rows", {}),
        ("repeated_rows", {"count": 100}),
    ]


def test_a_column_of_thousands_of_values_neither_helps_nor_breaks():
    dice = Random(8)
    frame = leads(3000, signal=False).drop("来源", "访问次数")
    frame = with_text(frame, "公司", [f"公司{dice.randrange(900)}" for _row in range(3000)])
    frame = with_text(frame, "国家", ["中国"] * 3000)
    report = learned(frame, time="创建日期").report
    assert report.level is Level.NOT_RELIABLE
    assert report.unused["国家"] is Unused.CONSTANT


def test_the_same_rows_give_the_same_bytes():
    first, second = (learned(leads(), time="创建日期") for _turn in range(2))
    assert repr(first.report.figures) == repr(second.report.figures)
    assert repr(tell(first, leads(50, seed=4))) == repr(tell(second, leads(50, seed=4)))


def test_what_came_of_those_who_asked_can_be_compared():
    asked = leads(400, seed=11)
    result = study(leads(), Wish("结果", "创建日期"), asked=asked)
    came = result.report.outcome.read_again(asked["结果"])
    assert came_true(tell(result, asked), came).auc > 0.7
    assert came_true(tell(result, asked), None) is None


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


@given(st.lists(st.integers(0, 40), min_size=3, max_size=200))
def test_nothing_of_the_future_is_in_the_rows_learned_from(days):
    values = pl.Series(days, dtype=pl.Float64)
    cuts = split(values)
    if cuts is None:
        assert len(set(days)) < 3
        return
    parts = [values.gather(rows) for rows in (cuts.fit, cuts.calibrate, cuts.test)]
    assert all(part.len() for part in parts)
    assert parts[0].max() < parts[1].min()
    assert parts[1].max() < parts[2].min()
    assert sorted(pl.concat([cuts.fit, cuts.calibrate, cuts.test]).to_list()) == list(range(len(days)))


CELLS = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(["Select", "", "2024-01-01", "31.12.2024", "1e400", "1000000", "=1+1", "nan", "-inf"])
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


def test_a_time_that_cannot_be_read_and_columns_that_are_not_there_are_said():
    for wish, code in (
        (Wish("结果", "来源"), "time_unreadable"),
        (Wish("阶段"), "column_unknown"),
        (Wish("结果", without=("没有",)), "column_unknown"),
    ):
        with pytest.raises(RuleError) as refusal:
            study(leads(), wish)
        assert refusal.value.code == code


def test_an_empty_table_and_missing_scikit_learn_are_said(monkeypatch):
    with pytest.raises(RuleError) as refusal:
        study(pl.DataFrame({"结果": pl.Series([], dtype=pl.String)}), Wish("结果"))
    assert refusal.value.code == "target_empty"
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)
    with pytest.raises(RuleError) as missing:
        learned(leads(50))
    assert missing.value.code == "predict_missing"
    assert "genjin[predict]" in missing.value.message


def orders(customers: int = 600, *, days: int = 360) -> pl.DataFrame:
    """Customers with a rhythm of their own, some of whom have left."""
    dice = Random(2)
    rows = []
    for customer in range(customers):
        gap, day = dice.choice([15, 40, 120, 400]), dice.randrange(0, 60)
        while day < days:
            rows.append((f"C{customer}", str(FIRST + timedelta(days=day)), str(dice.randrange(10, 500))))
            day += max(1, int(dice.expovariate(1 / gap)))
    return pl.DataFrame(rows, schema=["客户", "日期", "金额"], orient="row")


def test_from_orders_who_buys_again():
    names = ("客户", "日期", "金额")
    until = FIRST + timedelta(days=270)
    tables = repeat_tables(orders(), names, until=until, weeks=9)
    assert tables.known[START].n_unique() >= 3
    assert tables.known[START].max() < str(until) == tables.now[START].max()
    assert tables.now[CUSTOMER].n_unique() == tables.now.height
    result = study(tables.known, Wish(TARGET, START, without=(CUSTOMER,)), asked=tables.now)
    assert result.report.is_reliable
    came = result.report.outcome.read_again(bought_later(orders(), names, tables))
    assert came_true(tell(result, tables.now), came).auc > 0.7


def test_orders_after_the_day_are_not_looked_at():
    names, until = ("客户", "日期", "金额"), FIRST + timedelta(days=200)
    whole, cut = orders(), orders().filter(pl.col("日期") <= str(until))
    first, second = (repeat_tables(frame, names, until=until) for frame in (whole, cut))
    assert first.known.equals(second.known)
    assert first.now.equals(second.now)
