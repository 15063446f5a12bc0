"""Which names may be two spellings of one company."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.company_name import parse_company_name
from genjin.kit.likeness import likeness_key, may_be_one

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cases"


def alike(one: str, other: str) -> bool:
    return may_be_one(parse_company_name(one), parse_company_name(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京听潮科技有限公司", "听潮科技（北京）"),
        ("听潮科技", "听潮科技股份有限公司"),
        ("宁波听潮投资控股有限公司", "宁波听潮控股有限公司"),
        ("苏州听潮环境综合治理有限公司", "苏州听潮综合环境治理有限责任公司"),
        ("北京听潮商厦", "上海听潮商厦"),  # two provinces: looked at, never blocked
        ("工行杭州听潮路支行", "中国工商银行股份有限公司杭州听潮路支行"),
        ("中国农业银行杭州分行听潮支行", "中国农业银行股份有限公司杭州听潮支行"),
        ("听潮市商业银行", "听潮市农商银行"),
        ("浙江省听潮食品有限公司", "杭州听潮食品有限公司"),
    ],
)
def test_spellings_of_one_company_meet(one, other):
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("嘉兴市听潮食品有限公司", "洛阳市听潮食品有限公司"),
        ("听潮机电有限公司", "听湖机电有限公司"),
        ("中国工商银行股份有限公司", "中国工商银行股份有限公司杭州听潮路支行"),
        ("中国工商银行杭州听潮路支行", "中国工商银行杭州远景路支行"),
        ("中国工商银行杭州听潮路支行", "中国工商银行苏州听潮路支行"),
        ("北京银行", "银行"),
        ("杭州第12听潮机械厂", "杭州第21听潮机械厂"),
        ("听潮技术有限公司", "听潮终端有限公司"),
    ],
)
def test_two_companies_stay_two(one, other):
    assert not alike(one, other)
    assert not alike(other, one)


@given(
    st.text(
        alphabet="听潮远景杭州市北京省工行银行分支投资控股集团有限公司（）中国a1 ", min_size=1, max_size=24
    )
)
def test_every_name_is_like_itself_or_has_no_key(text):
    if not text.strip():
        return
    name = parse_company_name(text)
    assert len(likeness_key(name)) <= 220
    assert may_be_one(name, name)


@pytest.mark.shared
def test_pairs_of_real_names() -> None:
    """At least 83 of 100 same pairs meet, at most 20 of 1,000 close but different ones do."""
    if not SHARED.exists():
        pytest.skip("the shared data is not beside this checkout")
    met, asked = Counter[str](), Counter[str]()
    with (SHARED / "expected" / "dedupe_truth.csv").open(encoding="utf-8-sig") as file:
        for pair in csv.DictReader(file):
            one, other = parse_company_name(pair["线索名称"]), parse_company_name(pair["客户名称"])
            asked[pair["same"]] += 1
            met[pair["same"]] += one.key_full == other.key_full or may_be_one(one, other)
    print(f"dedupe: recall {met['1'] / asked['1']:.1%}, {1000 * met['0'] / asked['0']:.0f} false of 1,000")
    assert met["1"] >= 0.83 * asked["1"], met
    assert met["0"] <= 0.02 * asked["0"], met
