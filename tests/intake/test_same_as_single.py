"""The set-based form equals the single form: one row of a sheet and one filled-in form give equal rows."""

import json

import pytest
from django.db import connection

from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Choice, Customer
from genjin.followups.actions.keeping import follow_trail
from genjin.followups.actions.ownership import add_customer

# What may differ: which row it is, and that it came by a sheet.
NOT_COMPARED = {"id", "customer_id", "import_batch", "how"}
TABLES = {
    "customers_customer": "id", "customers_contact": "customer_id", "customers_identitykey": "customer_id",
    "customers_searchdocument": "customer_id", "customers_stagechange": "customer_id", "customers_gradechange": "customer_id",
    "customers_ownerchange": "customer_id", "customers_participant": "customer_id", "followups_deadline": "customer_id",
}  # fmt: skip
PERSON = {"contact.name": "曾小明", "contact.job_title": "采购经理", "contact.phone": "138-1234-5678", "contact.wechat": "zxm",
          "contact.email": "Zeng@yuanjing.cn"}  # fmt: skip
HEADERS = {
    "name": "客户名称", "kind": "客户性质", "customer_type": "客户类型", "credit_code": "统一社会信用代码", "industry": "所属行业",
    "employee_count": "企业规模", "revenue": "年营业额", "founded_on": "成立时间", "province": "省份", "city": "城市", "district": "区县",
    "main_business": "主营业务", "website": "网址", "source": "线索来源", "need": "需求描述", "pain_points": "当前痛点",
    "budget": "预算范围", "is_authority_clear": "决策权", "purchase": "采购时间", "competitors": "竞品", "intent": "意向程度",
    "notes": "备注", "contact.name": "联系人姓名", "contact.job_title": "职务", "contact.phone": "手机", "contact.wechat": "微信",
    "contact.email": "邮箱",
}  # fmt: skip
CASES = {
    "bare": {"name": "甲机电有限公司"},
    "symbols": {"name": "★★★"},
    "quotes": {"name": "O'Neil\\\"公司\"", "notes": "a,\"b\"\n\tc\\N \\."},
    "person": {"name": "曾小明", "kind": "个人"} | PERSON | {"contact.phone": "13912345678", "contact.email": ""},
    "company": {
        "name": " 杭州 远景机电(浙江)有限公司 ", "customer_type": "重点客户", "credit_code": "91110000600037341L", "industry": "制造业-电机",
        "employee_count": "180", "revenue": "1-3亿元", "founded_on": "2015年", "province": "浙江省", "city": "杭州市",
        "district": "余杭区", "main_business": "电机", "website": "yuanjing.cn", "source": "行业展会", "need": "更换排产系统",
        "pain_points": "产能看不见", "budget": "50-100万", "is_authority_clear": "是", "purchase": "2026-05-01",
        "competitors": "甲方自研", "intent": "高", "notes": "第一行\n第二行☎",
    } | PERSON,
    "incomplete": {"name": "乙机电有限公司", "source": "抖音直播", "contact.name": "李雷"},
    "source in words": {"name": "丙机电有限公司", "source": "抖音直播", "contact.name": "李雷", "contact.phone": "0571-86013388转8123"},
    "old number": {"name": "丁机电有限公司", "credit_code": "123456789012345", "budget": "8万以下", "purchase": "过完年"},
}  # fmt: skip


def rows_of(customer_id):
    found = {}
    with connection.cursor() as cursor:
        for table, key in TABLES.items():
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {key} = %s", [customer_id])
            rows = [json.loads(row[0]) for row in cursor.fetchall()]
            found[table] = sorted(
                ({name: value for name, value in row.items() if name not in NOT_COMPARED} for row in rows),
                key=str,
            )
    return found


def as_form(cells):
    """Return the cells as somebody types them into the form, where choices are picked."""
    picked = {"个人": "person", "重点客户": "key", "高": "high"}
    fields = {
        name: picked.get(text, text) for name, text in cells.items() if "." not in name and name != "purchase"
    }
    if source := fields.pop("source", None):
        fields |= {"source": Choice.objects.filter(name=source).first(), "source_detail": source}
    if purchase := cells.get("purchase"):
        fields["purchase_timing"] = purchase
        if purchase[0].isdigit():
            fields["purchase_by"] = purchase
    person = {name.partition(".")[2]: text for name, text in cells.items() if name.startswith("contact.")}
    return fields, [person] if person else []


@pytest.fixture(autouse=True)
def source(db):
    return Choice.objects.get_or_create(kind="source", name="行业展会")[0]


@pytest.mark.parametrize("to", ["own", "another", "pool"])
def test_both_forms_write_equal_rows(alice, bob, pool, let_in, now, to):
    owner, place = {"own": (bob, None), "another": (alice, None), "pool": (None, pool)}[to]
    single = {}
    for case, cells in CASES.items():
        fields, people = as_form(cells)
        row = add_customer(bob, NewCustomer(fields, people, owner=owner, pool=place), now=now)
        single[case] = rows_of(row.pk)
    Customer.objects.all().delete()
    keys = list(HEADERS)
    lines = [
        [HEADERS[key] for key in keys],
        *([cells.get(key, "") for key in keys] for cells in CASES.values()),
    ]
    quoted = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    let_in(bob, quoted + "\n", owner=owner, pool=place)
    follow_trail(now)  # a minute later the worker starts the clocks that no import waits for
    imported = list(Customer.objects.order_by("pk"))
    assert len(imported) == len(CASES)
    for (case, expected), row in zip(single.items(), imported, strict=True):
        found = rows_of(row.pk)
        assert found == expected, case
        assert found["customers_customer"], case
