"""Chances on real tables that lie beside the checkout: read from there, never copied."""

from pathlib import Path

import polars as pl
import pytest

from genjin.cli.chances import table_of
from genjin.insights.rules.chances import repeat
from genjin.insights.rules.chances.study import Study, Wish, came_true, study, tell
from genjin.insights.rules.chances.trust import Level

CASES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "cases"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASES.exists(), reason="the shared data is not beside this checkout"),
]


def scored(learned: Study, asked: pl.DataFrame, truth: pl.DataFrame, key: str) -> float:
    """Return the AUC of the chances told, by outcomes that the rows asked about did not hold."""
    outcome = asked.select(key).join(truth.select(key, "阶段"), on=key, how="left", maintain_order="left")[
        "阶段"
    ]
    return came_true(tell(learned, asked), learned.report.outcome.read_again(outcome)).auc


def test_leads_of_a_school_without_what_was_written_later():
    train, asked, whole = (table_of(CASES / f"x_education{part}.xlsx") for part in ("_train", "_score", ""))
    learned = study(train, Wish("阶段"), asked=asked)
    assert learned.report.level is Level.STRONG
    assert 0.88 <= scored(learned, asked, whole, "线索编号") < 0.93
    leaking = study(whole, Wish("阶段")).report
    assert {found.column for found in leaking.leaks} == {"最近动态", "跟进标签", "线索质量"}
    assert 0.86 <= leaking.figures.auc < 0.93


def test_leads_of_a_marketplace_are_weak():
    train, asked, whole = (
        table_of(CASES / f"olist_{part}.xlsx")
        for part in ("train_before_2018-03", "score_from_2018-03", "leads")
    )
    learned = study(train, Wish("阶段", "首次联系日期"), asked=asked)
    assert learned.report.level is Level.WEAK
    assert "base_rate_drift" in {warning.code for warning in learned.report.warnings}
    assert 0.6 <= scored(learned, asked, whole, "线索编号") < 0.7
    everything = study(whole, Wish("阶段", "首次联系日期")).report
    assert {found.column for found in everything.leaks} >= {"售前", "销售", "成交时间", "行业"}
    assert everything.level is Level.WEAK


@pytest.mark.parametrize("time", [None, "开始跟进日期"])
def test_opportunities_without_signal_are_not_reliable(time):
    frame = table_of(CASES / "maven_opportunities.xlsx")
    learned = study(frame, Wish("阶段", time))
    assert learned.report.level is Level.NOT_RELIABLE
    assert {found.column for found in learned.report.leaks} == {"成交金额", "关闭日期"}
    assert learned.report.figures.auc < 0.6
    assert set(tell(learned, frame.head(5))) == {None}


def test_churn_of_a_phone_company():
    report = study(table_of(CASES / "telco_churn.xlsx"), Wish("是否流失")).report
    assert report.figures.auc >= 0.84
    assert report.level is Level.STRONG
    assert report.leaks == ()


def test_who_buys_records_again():
    frame = table_of(CASES / "cdnow_orders_to_1997-09.csv")
    tables = repeat.repeat_tables(frame, ("客户编号", "下单日期", "金额"), until=None)
    assert tables.now.height == 2357
    report = study(
        tables.known, Wish(repeat.TARGET, repeat.START, without=(repeat.CUSTOMER,)), asked=tables.now
    ).report
    assert report.is_reliable
    assert report.figures.auc > 0.7  # nine weeks; the 39 weeks after are not in the file
