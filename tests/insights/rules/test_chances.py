"""Chances learned from tables made here: what is foreseen, what it is worth, and when nothing is said at all."""

from datetime import timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.insights.rules.chances.columns import Unused
from genjin.insights.rules.chances.order import By, split
from genjin.insights.rules.chances.repeat import CUSTOMER, START, TARGET, bought_later, repeat_tables
from genjin.insights.rules.chances.study import Wish, came_true, drift, study, tell
from genjin.insights.rules.chances.trust import Level
from genjin.kit.errors import RuleError
from tests.insights.rules.chance_tables import FIRST, leads, learned, orders, with_text


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


def test_whole_numbers_may_be_named_as_the_time():
    frame = leads().with_columns(pl.Series("编号", [str(45_300 + row // 3) for row in range(1200)]))
    order = learned(frame.drop("创建日期"), time="编号").report.order
    assert (order.by, order.column, order.is_guessed) == (By.NUMBER, "编号", False)


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
