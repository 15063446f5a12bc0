"""What cannot well be true together is said with its reason; what may well be so is not."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.rules.contradictions import Profile, contradictions
from tests.sheets import column_of

TODAY = date(2026, 3, 11)
CASES = Path(
    os.environ.get("GENJIN_CASES", Path(__file__).resolve().parents[3] / "shared" / "data" / "cases")
)
HANGZHOU = {"province": "浙江省", "city": "杭州市"}


def codes(today=TODAY, **values):
    return [found.code for found in contradictions(Profile(**values), today)]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"founded_on": date(2026, 3, 12)}, "founded_in_future"),
        (HANGZHOU | {"address": "江苏省南京市某某路1号"}, "region_against_address"),
        (HANGZHOU | {"address": "宁波市鄞州区某某路1号"}, "region_against_address"),
        (HANGZHOU | {"credit_code": "91440300708461136T"}, "code_against_region"),
        (HANGZHOU | {"phones": ("010-62345678",)}, "phone_against_region"),
        (HANGZHOU | {"phones": ("13800138000", "0574-87654321")}, "phone_against_region"),
        ({"extra": {"公司座机": "138 0013 8000"}}, "mobile_as_landline"),
        ({"size": "lt50", "employee_count": 260}, "size_against_employees"),
        ({"size": "lt50", "revenue_min": Decimal("6000000000")}, "revenue_too_high"),
        ({"size": "ge200", "revenue_max": Decimal("100000")}, "revenue_too_low"),
        ({"budget_min": Decimal("3000000"), "revenue_max": Decimal("2000000")}, "budget_over_revenue"),
        ({"industry": "餐饮业", "main_business": "数控机床的生产和销售"}, "industry_against_business"),
        ({"industry": "制造业-汽车零部件", "main_business": "连锁火锅餐厅"}, "industry_against_business"),
    ],
)
def test_a_contradiction_is_said_once_with_its_fields(values, code):
    [found] = contradictions(Profile(**values), TODAY)
    assert found.code == code
    assert found.reason
    assert found.fields


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"founded_on": TODAY},
        HANGZHOU | {"address": "杭州市西湖区文三路1号"},
        HANGZHOU | {"address": "文三路1号"},
        HANGZHOU | {"address": "永兴小马路9号"},
        {"province": "新疆维吾尔自治区", "city": "阿勒泰地区", "address": "新疆北屯市一八七团"},
        HANGZHOU | {"credit_code": "91330100799655058B"},
        HANGZHOU | {"credit_code": "91100000000000000X"},
        HANGZHOU | {"phones": ("0571-87654321", "400-820-8820", "+852 2345 6789", "13800138000")},
        {"province": "四川省", "city": "眉山市", "phones": ("028-38123456",)},
        {"province": "浙江省", "phones": ("0574-87654321",)},
        {"extra": {"座机": "0571-87654321", "备注": "13800138000"}},
        {"size": "ge200", "employee_count": 260},
        {"size": "lt50", "revenue_min": Decimal("6000000000"), "industry": "批发业"},
        {"revenue_min": Decimal("6000000000")},
        {"industry": "制造业-汽车零部件", "main_business": "汽车配件批发、进出口贸易"},
        {"industry": "IT服务", "main_business": "为医院和学校开发软件"},
        {"industry": "其他", "main_business": "连锁火锅餐厅"},
        {"industry": "餐饮业", "main_business": "服务好每一位客人"},
    ],
)
def test_what_may_well_be_so_is_not_said(values):
    assert codes(**values) == []


@given(today=st.dates(date(2000, 1, 1), date(2099, 12, 31)), ahead=st.integers(-4000, 4000))
def test_only_a_day_to_come_is_in_the_future(today, ahead):
    founded = date.fromordinal(max(today.toordinal() + ahead, 1))
    assert (codes(today, founded_on=founded) == ["founded_in_future"]) == (founded > today)


TEXTS = st.text(alphabet="杭州市餐饮软件制造业-010 8765", max_size=12)


@given(
    industry=TEXTS,
    main_business=TEXTS,
    address=TEXTS,
    province=TEXTS,
    phones=st.tuples(TEXTS),
    credit_code=TEXTS,
)
def test_no_text_makes_it_fail(**values):
    assert isinstance(codes(**values), list)


@pytest.mark.shared
@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside this checkout")
def test_real_companies_are_rarely_warned_about():
    file = CASES / "companies_50k.xlsx"
    columns = zip(*(column_of(file, name) for name in ("信用代码", "省份", "城市", "地址")), strict=True)
    warned: dict[str, int] = {}
    count = 0
    for code, province, city, address in columns:
        count += 1
        values = {"credit_code": code, "province": province, "city": city, "address": address}
        for found in codes(**{name: value or "" for name, value in values.items()}):
            warned[found] = warned.get(found, 0) + 1
    print(
        "\nwarnings of",
        count,
        "companies:",
        {code: f"{number / count:.3%}" for code, number in warned.items()},
    )
    assert sum(warned.values()) <= 0.003 * count
