"""Columns become values: mapping, reading cells, and what is said about them. No database, no file."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.queries import company_zone
from genjin.customers.rules.identity import Named
from genjin.intake.rules.columns import TARGETS, guess_mapping, header_fingerprint, reader_of
from genjin.intake.rules.known import EarlierPlaces, EarlierRows, Known, surest, twins_in_database
from genjin.intake.rules.rows import date_orders, read_rows
from genjin.kit.errors import ValueRefused

ZONE = company_zone()
CODE, OTHER_CODE = "91110000600037341L", "91440300708461136T"


def read(columns, **more):
    mapping = more.pop("mapping", None) or guess_mapping(list(columns))
    numbers = range(2, 2 + len(next(iter(columns.values()))))
    return read_rows(columns, list(numbers), mapping, orders=date_orders(columns, mapping), zone=ZONE, **more)


def one(key, text):
    return reader_of(key, order="YMD", zone=ZONE)(text)


def test_headers_are_known_in_many_words_and_the_first_of_two_wins():
    columns = ["公司名称", " 手机号码 ", "Contact Name", "邮箱*", "单位名称", "展位"]
    mapping = guess_mapping(columns)
    assert mapping["公司名称"] == "name"
    assert "单位名称" not in mapping
    assert "展位" not in mapping
    assert mapping[" 手机号码 "] == "contact.phone"
    assert mapping["Contact Name"] == "contact.name"


def test_every_header_of_the_template_finds_its_own_field():
    assert guess_mapping([target.header for target in TARGETS]) == {
        target.header: target.key for target in TARGETS
    }


def test_the_same_headers_in_another_order_are_remembered_alike():
    assert header_fingerprint(["公司", "电话"]) == header_fingerprint(["电话 ", "公司"])
    assert header_fingerprint(["公司"]) != header_fingerprint(["电话"])


@pytest.mark.parametrize(
    ("key", "text", "values"),
    [
        ("kind", "个人", {"kind": "person"}),
        ("customer_type", "重点客户", {"customer_type": "key"}),
        ("grade", "A级", {"grade": "A"}),
        ("grade", "高意向", {"grade": "A"}),
        ("size", "180", {"employee_count": 180, "size": "50_200"}),
        ("size", "50-200人", {"size": "50_200"}),
        ("size", "50人以下", {"size": "lt50"}),
        ("size", "200人以上", {"size": "ge200"}),
        ("budget", "50-100万", {"budget_min": Decimal(500_000), "budget_max": Decimal(1_000_000)}),
        ("authority", "是", {"is_authority_clear": True}),
        ("authority", "待确认", {"is_authority_clear": False}),
        ("authority", "采购→总经理", {"decision_process": "采购→总经理", "is_authority_clear": True}),
        ("purchase", "2026-12-31", {"purchase_timing": "2026-12-31", "purchase_by": date(2026, 12, 31)}),
        ("purchase", "过完年", {"purchase_timing": "过完年"}),
        ("founded_on", "2015年", {"founded_on": date(2015, 1, 1), "founded_precision": "year"}),
        (
            "first_contact_at",
            "2026-03-05 10:30",
            {"first_contact_at": datetime(2026, 3, 5, 2, 30, tzinfo=UTC)},
        ),
        ("tags", "行业-制造业、展会 展会", {"tags": ("行业-制造业", "展会")}),
        (
            "contact.phone",
            "13812345678/010-62345678",
            {"contact.phone": "13812345678", "contact.phone2": "010-62345678"},
        ),
        ("place", "广东省深圳市南山区", {"province": "广东省", "city": "深圳市", "district": "南山区"}),
    ],
)
def test_one_cell(key, text, values):
    assert one(key, text) == values


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("grade", "甲等", "grade_unknown"), ("kind", "猫", "kind_unknown"), ("size", "很多", "size_invalid"),
        ("industry", "业" * 81, "too_long"), ("contact.phone", "13812345678、1381234", None), ("contact.email", "wang@", "email_invalid"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read(key, text, code):
    with pytest.raises(ValueRefused) as caught:
        one(key, text)
    assert code is None or caught.value.code == code


def test_what_is_unreadable_stays_beside_the_row_and_is_told():
    rows = read(
        {"客户名称": ["甲公司", "乙公司"], "手机": ["1381234567", "13812345678"], "级别": ["甲等", "A"]}
    )
    assert rows.values[0] == {"name": "甲公司", "extra": {"手机": "1381234567", "级别": "甲等"}}
    assert rows.values[1]["contact.phone"] == "13812345678"
    assert {(said.row, said.column, said.level) for said in rows.findings} == {
        (2, "手机", "warning"),
        (2, "级别", "warning"),
    }
    phone = next(report for report in rows.reports if report.target == "contact.phone")
    assert (phone.fine, phone.refused, phone.empty) == (1, 1, 0)


@pytest.mark.parametrize("word", ["", "  ", "-", "无", "N/A", "null", None])
def test_words_for_nothing_are_nothing(word):
    rows = read({"客户名称": ["甲公司"], "手机": [word]})
    assert rows.values == [{"name": "甲公司"}]
    assert rows.findings == []


def test_a_region_in_its_own_column_is_not_overruled_by_the_address():
    rows = read({"地址": ["上海市浦东新区张江路1号"], "城市": ["杭州市"], "客户名称": ["甲公司"]})
    assert (rows.values[0]["city"], rows.values[0]["address"]) == ("杭州市", "上海市浦东新区张江路1号")


def test_columns_without_a_field_are_kept_when_asked():
    rows = read({"客户名称": ["甲公司"], "展位": [" A1 "], "心情": ["好"]}, keep_unknown=["展位"])
    assert rows.values == [{"name": "甲公司", "extra": {"展位": "A1"}}]


def test_an_apostrophe_of_ours_is_taken_off():
    assert read({"客户名称": ["甲公司"], "备注": ["'=1+1"]}).values[0]["notes"] == "=1+1"


def test_dates_that_could_be_the_other_way_round_are_said_so():
    columns = {"客户名称": ["甲公司"], "创建时间": ["03/04/2026"]}
    report = next(report for report in read(columns).reports if report.target == "created_at")
    assert report.note
    columns["创建时间"] = ["25/04/2026"]
    clear = read(columns)
    assert not next(report for report in clear.reports if report.target == "created_at").note
    assert clear.values[0]["created_at"].astimezone(ZONE).date() == date(2026, 4, 25)


# Doubles


def test_the_surest_twin_of_the_database_comes_first_and_each_once():
    known = {
        "core:远景": [Known(1, "远景", ""), Known(2, "杭州远景", "")],
        "full:远景": [Known(2, "杭州远景", "")],
    }
    twins = twins_in_database(["core:远景", "full:远景"], Named("远景"), known)
    assert [(twin.id, twin.level) for twin in twins] == [(2, "same"), (1, "similar")]


def test_two_codes_tell_twins_apart_in_the_database_and_in_the_file():
    known = {"full:远景": [Known(1, "远景", CODE)]}
    assert twins_in_database(["full:远景"], Named("远景", OTHER_CODE), known)[0].level == "similar"
    earlier = EarlierRows()
    earlier.add(["full:远景"], (0, 2), Named("远景", CODE))
    found = [("full:远景", *row) for row in earlier.rows_of("full:远景")]
    assert surest(Named("远景", OTHER_CODE), found).level == "similar"
    assert surest(Named("远景"), found).level == "same"
    assert earlier.rows_of("full:别的") == ()


@given(st.lists(st.lists(st.integers(0, 400), max_size=5), max_size=60), st.sampled_from([0, 3, 2000]))
def test_the_compact_table_of_keys_answers_as_the_plain_one(rows, expected_rows):
    named = [(at + 2, Named(f"公司{at}")) for at in range(len(rows))]
    plain, compact = EarlierRows(), EarlierPlaces(expected_rows, lambda place: named[place])
    for place, numbers in enumerate(rows):
        keys = [f"full:{number}" for number in dict.fromkeys(numbers)]
        for key in keys:
            assert list(compact.rows_of(key)) == list(plain.rows_of(key))
        plain.add(keys, (place, place + 2), named[place][1])
        compact.add(keys, (place, place + 2), named[place][1])


def test_the_compact_table_grows_when_rows_have_more_keys_than_expected():
    compact = EarlierPlaces(0, lambda place: (place, Named(str(place))))
    for place in range(3000):
        compact.add([f"full:{place}"], (place, place), Named())
    assert all(compact.rows_of(f"full:{place}")[0][0] == place for place in range(3000))
