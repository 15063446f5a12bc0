import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.company_name import parse_company_name
from genjin.kit.errors import ValueRefused

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cases"


def core(text: str) -> str:
    return parse_company_name(text).key_core


def full(text: str) -> str:
    return parse_company_name(text).key_full


@pytest.mark.parametrize(
    ("text", "display"),
    [
        (" 华为 技术 有限公司 ", "华为技术有限公司"),
        ("華為技術有限公司", "華為技術有限公司"),
        ("ＡＢＣ科技(北京)有限公司", "ABC科技（北京）有限公司"),
        ("某某〔集团〕有限公司", "某某（集团）有限公司"),
        ("某某【上海】“精品”店", "某某（上海）“精品”店"),
        ("二〇科技\u200b有限公司", "二〇科技有限公司"),
        ("Acme  Tools (China) Ltd.", "Acme Tools (China) Ltd."),
    ],
)
def test_a_name_is_shown_in_one_form(text: str, display: str) -> None:
    assert parse_company_name(text).display == display


@pytest.mark.parametrize(
    "names",
    [
        [
            "华为技术有限公司",
            "華為技術有限公司",
            "华为技术有限责任公司",
            "华为技术责任有限公司",
            " 华为 技术 有限公司 ",
        ],
        ["ＡＢＣ科技（北京）有限公司", "abc科技(北京)有限公司", "ABC科技【北京】有限公司"],
    ],
)
def test_the_same_name_has_one_full_key(names: list[str]) -> None:
    assert len({full(name) for name in names}) == 1


@pytest.mark.parametrize(
    "names",
    [
        ["北京ABC科技有限公司", "ABC科技（北京）有限公司", "ABC科技（上海）有限公司", "ABC科技（北京）"],
        ["XX科技", "XX科技有限公司", "XX科技股份有限公司"],
        ["深圳市腾讯计算机系统有限公司", "腾讯计算机系统", "腾讯计算机系统有限公司"],
        ["浙江省杭州市余杭区某某贸易有限公司", "某某贸易"],
        ["深圳市某某（集团）股份有限公司", "深圳市某某股份有限公司"],
        ["北京华联商厦有限公司", "上海华联商厦有限公司"],
        ["某某证券江苏分公司", "某某证券股份有限公司江苏分公司"],
        ["中国某某银行股份有限公司江门市分行", "中国某某银行江门分行"],
    ],
)
def test_similar_names_have_one_core(names: list[str]) -> None:
    assert len({core(name) for name in names}) == 1
    assert len({full(name) for name in names}) > 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华为技术有限公司", "华为终端有限公司"),
        ("北京银行", "银行"),
        ("北京银行股份有限公司", "上海银行股份有限公司"),
        ("上海汽车集团", "汽车"),
        ("上海汽车集团", "北京汽车集团"),
        ("深圳航空有限责任公司", "航空"),
        ("深圳市航空有限公司", "山东航空有限公司"),
        ("某某技术有限公司", "某某技术有限公司北京分公司"),
        ("某某技术有限公司北京分公司", "某某技术有限公司上海分公司"),
        ("智联科技有限公司", "智连科技有限公司"),
    ],
)
def test_different_names_do_not_collapse(one: str, other: str) -> None:
    assert core(one) != core(other)
    assert full(one) != full(other)


def test_the_core_of_examples() -> None:
    assert core("浙江省杭州市余杭区某某贸易有限公司") == "某某贸易"
    assert core("北京银行股份有限公司") == "北京银行"
    assert core("上海汽车集团股份有限公司") == "上海汽车"
    assert core("深圳市航空有限公司") == "深圳航空"


@pytest.mark.parametrize(
    ("text", "region", "branch"),
    [
        ("浙江省杭州市余杭区某某贸易有限公司", "浙江省杭州市余杭区", ""),
        ("ABC科技（北京）有限公司", "北京", ""),
        ("某某技术有限公司北京分公司", "", "北京分公司"),
        ("某某银行股份有限公司诸暨支行", "", "诸暨支行"),
        ("某某公司服务有限公司", "", ""),
    ],
)
def test_region_and_branch_are_named(text: str, region: str, branch: str) -> None:
    name = parse_company_name(text)
    assert (name.region, name.branch) == (region, branch)


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\x00"])
def test_an_empty_name_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused) as refusal:
        parse_company_name(text)
    assert refusal.value.code == "name_empty"


@given(st.text(min_size=1))
def test_keys_are_never_empty_and_reading_twice_changes_nothing(text: str) -> None:
    try:
        name = parse_company_name(text)
    except ValueRefused:
        return
    assert name.key_full
    assert name.key_core
    assert parse_company_name(name.display).key_full == name.key_full


@pytest.mark.shared
def test_known_pairs_of_names() -> None:
    """A simple key finds 69.4 % of the pairs; no two different companies may get the same full key."""
    if not SHARED.exists():
        pytest.skip("the shared data is not beside this checkout")
    with (SHARED / "expected" / "dedupe_truth.csv").open(encoding="utf-8-sig") as file:
        pairs = list(csv.DictReader(file))
    same_full: Counter[str] = Counter()
    same_core: Counter[str] = Counter()
    for pair in pairs:
        one, other = parse_company_name(pair["线索名称"]), parse_company_name(pair["客户名称"])
        same_full[pair["same"]] += one.key_full == other.key_full
        same_core[pair["same"]] += one.key_core == other.key_core
    assert same_full["0"] == 0
    assert same_core["1"] >= 0.69 * sum(pair["same"] == "1" for pair in pairs)
