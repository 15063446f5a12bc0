import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.region import Region, parse_region
from genjin.kit.region_table import place_table
from tests.sheets import column_of

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cases"
MUNICIPALITIES = {"北京", "上海", "天津", "重庆"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("广东", ("广东省", "", "", "440000")),
        ("广东省", ("广东省", "", "", "440000")),
        ("粤", ("广东省", "", "", "440000")),
        ("内蒙", ("内蒙古自治区", "", "", "150000")),
        ("港", ("香港特别行政区", "香港特别行政区", "", "810000")),
        ("广东省深圳市南山区", ("广东省", "深圳市", "南山区", "440305")),
        ("深圳", ("广东省", "深圳市", "", "440300")),
        ("深圳南山", ("广东省", "深圳市", "南山区", "440305")),
        ("上海浦东", ("上海市", "上海市", "浦东新区", "310115")),
        ("重庆渝北", ("重庆市", "重庆市", "渝北区", "500112")),
        ("北京市市辖区朝阳区", ("北京市", "北京市", "朝阳区", "110105")),
        ("石河子", ("新疆维吾尔自治区", "石河子市", "", "659001")),
        ("河南省济源市", ("河南省", "济源市", "", "419001")),
        ("台湾省台北市", ("台湾省", "台北市", "", "710000")),
        ("澳门特别行政区", ("澳门特别行政区", "澳门特别行政区", "", "820000")),
        ("廣東省深圳市", ("广东省", "深圳市", "", "440300")),
        ("广东省 / 深圳市 / 南山区", ("广东省", "深圳市", "南山区", "440305")),
        ("地址：浙江省杭州市西湖区文三路1号", ("浙江省", "杭州市", "西湖区", "330106")),
        ("吉林", ("吉林省", "", "", "220000")),
        ("吉林市", ("吉林省", "吉林市", "", "220200")),
        ("恩施州", ("湖北省", "恩施土家族苗族自治州", "", "422800")),
        ("昆山花桥镇", ("江苏省", "苏州市", "昆山市", "320583")),
        ("滑县某某镇", ("河南省", "安阳市", "滑县", "410526")),
        ("长沙县", ("湖南省", "长沙市", "长沙县", "430121")),
        ("唐山路北区", ("河北省", "唐山市", "路北区", "130203")),
        ("广西河池", ("广西壮族自治区", "河池市", "", "451200")),
        ("中国（辽宁）自由贸易试验区大连某某路", ("辽宁省", "大连市", "", "210200")),
    ],
)
def test_a_place_is_found_by_any_of_its_names(text: str, expected: tuple[str, str, str, str]) -> None:
    region = parse_region(text)
    assert (region.province, region.city, region.district, region.code) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("密云县", ("北京市", "北京市", "密云区", "110118")),
        ("浙江省萧山市", ("浙江省", "杭州市", "萧山区", "330109")),
        ("湖北省襄樊市", ("湖北省", "襄阳市", "", "420600")),
        ("南京市白下区", ("江苏省", "南京市", "", "320100")),
    ],
)
def test_a_former_name_gives_todays(text: str, expected: tuple[str, str, str, str]) -> None:
    region = parse_region(text)
    assert (region.province, region.city, region.district, region.code) == expected


@pytest.mark.parametrize(
    "text",
    [
        "朝阳区",
        "鼓楼区",
        "通州区",
        "朝阳",
        "",
        "无",
        "北京路12号",
        "深圳大厦",
        "中山市场三楼",
        "和平路南京西路口",
    ],
)
def test_what_fits_several_places_or_none_is_not_guessed(text: str) -> None:
    assert parse_region(text) == Region()
    assert not parse_region(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("浦东川沙镇某某路1号", "310115"),
        ("西青经济开发区", "120111"),
        ("北仑小港某某东路", "330206"),
        ("南关区人民大街", "220102"),
        ("张店西五路北首", ""),
        ("东湖开发区某某路", ""),
        ("市北海大道241号", ""),
        ("某某城市广场3号", ""),
    ],
)
def test_a_district_may_open_an_address_when_no_other_place_is_called_so(text: str, code: str) -> None:
    assert parse_region(text).code == code


def test_the_rest_of_the_address_decides_between_namesakes() -> None:
    assert parse_region("长春市朝阳区").code == "220104"
    assert parse_region("北京朝阳").code == "110105"


def test_every_district_is_found_by_its_full_path() -> None:
    table = place_table()
    with (Path(__file__).resolve().parents[2] / "genjin" / "kit" / "regions.csv").open(
        encoding="utf-8"
    ) as file:
        places = [table.place(row["code"]) for row in csv.DictReader(file) if not row["now"]]
    wrong = []
    for place in places:
        city = table.city_of(place)
        path = (table.province_of(place), city, place)
        text = "".join(dict.fromkeys(part.name for part in path if part))
        found = parse_region(text)
        expected = "710000" if place.code.startswith("71") else place.code
        if found.code != expected:
            wrong.append((text, found))
    assert wrong == []


@given(st.text(alphabet="广东省深圳市南山区朝阳上海浦东新长沙县路1号 ", max_size=20))
def test_the_parts_of_a_region_lie_in_one_another(text: str) -> None:
    region = parse_region(text)
    if region.code and not region.code.startswith("71"):
        assert place_table().province_of(place_table().place(region.code)).name == region.province
    again = parse_region(region.province + region.city + region.district)
    assert again.code == region.code


@pytest.mark.shared
def test_addresses_of_real_companies() -> None:
    if not SHARED.exists():
        pytest.skip("the shared data is not beside this checkout")
    addresses = column_of(SHARED / "address_region.xlsx", "地址")
    with (SHARED / "expected" / "address_region_truth.csv").open(encoding="utf-8-sig") as file:
        truth = list(csv.DictReader(file))
    tally = {"province right": 0, "province wrong": 0, "city right": 0, "city wrong": 0}
    cities = 0
    for address, row in zip(addresses, truth, strict=True):
        region = parse_region(address or "")
        _count(tally, "province", region.province, row["所在省份"])
        if row["地区"] and row["所在省份"] not in MUNICIPALITIES:
            cities += 1
            _count(tally, "city", region.city, row["地区"])
    shares = {
        name: count / (cities if name.startswith("city") else len(truth)) for name, count in tally.items()
    }
    print("\nregions of", len(truth), "addresses:", {name: f"{share:.2%}" for name, share in shares.items()})
    assert shares["province right"] >= 0.97
    assert shares["province wrong"] <= 0.009
    assert shares["city right"] >= 0.956
    assert shares["city wrong"] <= 0.017


def _count(tally: dict[str, int], level: str, found: str, wanted: str) -> None:
    if found and wanted:
        is_right = found.startswith(wanted) or (wanted.endswith("州") and found.startswith(wanted[:-1]))
        tally[f"{level} {'right' if is_right else 'wrong'}"] += 1
