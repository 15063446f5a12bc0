"""How typed values are read: what is repaired, and what stays to the letter."""

import pytest

from genjin.accounts.queries import company_zone
from genjin.customers.rules.fields import CONTACT_FIELDS, CUSTOMER_FIELDS, read_fields
from genjin.intake.rules.columns import reader_of


def name_of(text):
    return read_fields({"name": text}, CUSTOMER_FIELDS)["name"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ＡＢＣ科技(北京)有限公司", "ABC科技（北京）有限公司"),
        ("华为 技术\u3000有限公司", "华为技术有限公司"),
        ("積體電路(股)公司", "積體電路（股）公司"),
        ("O'Neil & Sons Co., Ltd.", "O'Neil & Sons Co., Ltd."),
        ("  3M/中国·上海 ", "3M/中国·上海"),
    ],
)
def test_an_ordinary_name_gets_one_form(typed, kept):
    assert name_of(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "★星光★ 传媒 (北京)",
        "Ⅲ期 工程",
        "㈱東芝",
        "拼多多™",
        "🚀火箭 公司",
        "零\u200b宽 公司",
        "甲【乙】 公司",
        "①号 店",
        "A：B 公司",
        "e\u0301cole",
        "a\tb＆c",
    ],
)
def test_a_name_with_odd_signs_stays_to_the_letter(typed):
    assert name_of(f" \u3000{typed}\n") == typed
    assert reader_of("name", order="YMD", zone=company_zone())(typed) == {"name": typed}


def test_what_a_database_cannot_hold_goes():
    assert name_of("星\0光★\ud800") == "星光★"


LONG = [
    "main_business",
    "target_customers",
    "news",
    "need",
    "pain_points",
    "desired_cooperation",
    "competitors",
    "past_projects",
    "notes",
]
PROSE = "第一行\r\n  第二行\u200b\u00a0☎ ＡＢＣ\t①\x07 完"


@pytest.mark.parametrize("name", LONG)
def test_prose_stays_to_the_letter(name):
    assert read_fields({name: f"\n {PROSE}\0 "}, CUSTOMER_FIELDS) == {name: PROSE}


def test_prose_of_a_sheet_and_of_a_person_stays_too():
    for key in ("need", "notes", "main_business", "competitors"):
        assert reader_of(key, order="YMD", zone=company_zone())(f" {PROSE} ") == {key: PROSE}
    assert read_fields({"notes": PROSE}, CONTACT_FIELDS) == {"notes": PROSE}


@pytest.mark.parametrize("name", ["industry", "address", "source_detail", "purchase_timing"])
def test_a_short_field_loses_what_nobody_typed(name):
    assert read_fields({name: "\u200b南山区\u00a0科技园\x07 "}, CUSTOMER_FIELDS) == {name: "南山区 科技园"}
