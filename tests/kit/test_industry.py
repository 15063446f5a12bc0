"""Industries as people write them, read into the two levels of GB/T 4754-2017."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.industry import all_industries, industry_of, parse_industry, sections_in


def test_the_standard_has_twenty_sections_and_ninety_seven_divisions():
    found = all_industries()
    assert [one.section_code for one in found if not one.division_code] == list("ABCDEFGHIJKLMNOPQRST")
    assert [one.division_code for one in found if one.division_code] == [f"{n:02d}" for n in range(1, 98)]
    firsts = {one.section_code: one.division_code for one in reversed(found) if one.division_code}
    assert firsts == {
        "A": "01", "B": "06", "C": "13", "D": "44", "E": "47", "F": "51", "G": "53", "H": "61", "I": "63", "J": "66",
        "K": "70", "L": "71", "M": "73", "N": "76", "O": "80", "P": "83", "Q": "84", "R": "86", "S": "91", "T": "97",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("制造业-汽车零部件", "C36"), ("制造业", "C"), ("C36", "C36"), ("36", "C36"), ("c3670", "C36"), ("C 制造业", "C"),
        ("汽车制造业", "C36"), ("C36 汽车制造业", "C36"), ("制造業-汽車零部件", "C36"), ("制造业/电子", "C39"), ("制造业-医疗器械", "C35"),
        ("IT服务", "I65"), ("软件和信息技术服务业", "I65"), ("ＩＴ服务", "I65"), ("零售业", "F52"), ("批发和零售业", "F"), ("批发零售-医药", "F51"),
        ("教育", "P83"), ("房地产", "K70"), ("农业", "A01"), ("金融-银行", "J66"), ("建筑工程", "E"), ("物流", "G"), ("餐饮业", "H62"),
        ("信息传输、软件和信息技术服务业-软件", "I65"), ("金融 / 餐饮", "J"), ("软件开发和系统集成", "I65"), ("国际组织", "T97"),
    ],
)  # fmt: skip
def test_words_and_codes(text, code):
    assert parse_industry(text).code == code


@pytest.mark.parametrize(
    "text",
    ["", "其他", "服务业", "汽车", "食品", "医疗器械", "金融科技", "科技", "J36", "98", "00", "U", "新能源"],
)
def test_what_may_be_several_or_none_is_not_guessed(text):
    assert not parse_industry(text)


@pytest.mark.parametrize("industry", all_industries(), ids=lambda one: one.code)
def test_every_name_and_code_reads_back(industry):
    assert parse_industry(industry.code) == industry
    assert parse_industry(industry.words) == industry or industry.section_code in "KPT"
    assert industry_of(industry.division_code or industry.section_code) == industry


def test_a_longer_text_speaks_of_sections():
    assert sections_in("汽车零部件的研发、生产和销售") == {"C"}
    assert sections_in("连锁火锅餐厅，兼营快递代收") == {"H", "G"}
    assert sections_in("提供优质服务") == set()


@given(st.text(alphabet="制造业-汽车零部件IT软C36服务/农业 金融", max_size=14))
def test_nothing_raises_and_a_division_lies_in_its_section(text):
    found = parse_industry(text)
    if found.division_code:
        assert industry_of(found.division_code).section_code == found.section_code
