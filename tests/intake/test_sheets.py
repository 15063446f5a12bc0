"""Sheets that go out: the template, the export; and that they come back in."""

from zipfile import ZipFile

import polars as pl
import pytest

from genjin.customers.models import Choice, Customer
from genjin.events.models import Event
from genjin.intake.actions.export import export_customers
from genjin.intake.actions.sheets import write_errors, write_template
from genjin.kit.sheets.reader import read_table
from tests.refusals import refused

PEOPLE = [{"name": "王小明", "phone": "13812345678", "email": "wangxm@yuanjing.cn", "wechat": "wxm"}]


def cells(path, tmp_path):
    """Return the first sheet's rows as they read, by header."""
    table = read_table(path, out=tmp_path / "read.arrow")
    return pl.read_ipc(table.path).drop("__row__").to_dicts()


def test_the_template_takes_its_own_example_back(alice, let_in, tmp_path):
    Choice.objects.get_or_create(kind="source", name="行业展会")
    path = tmp_path / "template.xlsx"
    write_template(path)
    batch = let_in(alice, path, owner=alice, name="template.xlsx")
    assert (batch.counts["created"], batch.counts["rejected"], batch.counts["warnings"]) == (1, 0, 0)
    assert not batch.problems.exists()
    row = Customer.objects.get()
    assert (row.name, row.size, row.grade, row.source.name) == (
        "示例科技（深圳）有限公司",
        "50_200",
        "A",
        "行业展会",
    )
    assert (row.province, row.city, row.district) == ("广东省", "深圳市", "南山区")
    assert (row.budget_min, row.budget_max, row.is_authority_clear) == (500_000, 1_000_000, True)
    assert (row.contacts.get().phone, list(map(str, row.tags.all()))) == ("13800001234", ["行业-制造业"])


def test_rows_with_problems_come_back_with_their_reasons(alice, bring, tmp_path):
    batch = bring(alice, "客户名称,手机\n甲公司,1381234567\n,13812345678\n乙公司,13912345678\n", owner=alice)
    path = tmp_path / "errors.xlsx"
    write_errors(batch, path)
    rows = cells(path, tmp_path)
    assert [(row["客户名称"], row["手机"]) for row in rows] == [
        ("甲公司", "1381234567"),
        (None, "13812345678"),
        ("乙公司", "13912345678"),
    ]
    assert all(list(row.values())[2] for row in rows)


@pytest.fixture
def three(make_customer, alice, charlie, pool):
    notes = {"notes": "私人号码 13812345678"}
    return [
        make_customer(owner=alice, name="甲公司", contacts=PEOPLE, **notes),
        make_customer(
            pool=pool,
            name="乙公司",
            contacts=[PEOPLE[0] | {"phone": "13812345679", "email": "wangxm@q.cn"}],
            **notes,
        ),
        make_customer(owner=charlie, name="丙公司", contacts=[{"name": "李雷", "phone": "13900000001"}]),
    ]


def test_an_export_holds_what_one_sees_masked_as_one_sees_it(bob, three, now, tmp_path):
    path = tmp_path / "out.xlsx"
    assert export_customers(bob, Customer.objects.order_by("pk"), path, reason="周会", now=now) == 2
    hers, waiting = cells(path, tmp_path)
    assert (hers["客户名称"], hers["联系人姓名"], hers["手机/电话"]) == ("甲公司", "王小明", "13812345678")
    assert (waiting["联系人姓名"], waiting["手机/电话"], waiting["邮箱"]) == (
        "王*",
        "138****5679",
        "w***m@q.cn",
    )
    assert hers["备注"] == "私人号码 13812345678"
    assert "13812345678" not in str(waiting)
    assert "丙公司" not in str([hers, waiting])


def test_it_says_who_took_it_and_when_and_is_logged(bob, three, now, tmp_path):
    path = tmp_path / "out.xlsx"
    export_customers(bob, Customer.objects.all(), path, reason=" 周会 ", now=now)
    with ZipFile(path) as book:
        text = " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "bob" in text
    assert "2026-03-11 10:30" in text
    told = Event.objects.get(kind="customers.exported")
    assert (told.actor, told.data) == (bob, {"reason": "周会", "rows": 2})


def test_without_reason_or_right_nothing_is_written(alice, bob, erin, three, now, tmp_path):
    path = tmp_path / "out.xlsx"
    with refused("reason_missing"):
        export_customers(bob, Customer.objects.all(), path, reason=" ", now=now)
    for actor in (alice, erin):
        with refused("forbidden", status=403):
            export_customers(actor, Customer.objects.all(), path, reason="周会", now=now)
    assert not path.exists()
