"""Columns that tell what came later are left out by what they say, when they are filled, and when they lie."""

from datetime import timedelta
from random import Random

import polars as pl

from genjin.insights.rules.chances.study import Wish, study
from genjin.insights.rules.chances.trust import Level
from tests.insights.rules.chance_tables import ended, leads, learned, left_out, with_text


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


def test_a_moment_that_is_later_for_one_row_in_fifteen_is_left_out_and_slips_are_not():
    days = leads()["创建日期"].str.to_date().to_list()
    for every, found in ((15, {"某日": "later_than_start"}), (100, {})):
        cells = [str(day + timedelta(days=5 if row % every == 0 else -9)) for row, day in enumerate(days)]
        assert left_out(learned(with_text(leads(), "某日", cells), time="创建日期")) == found
