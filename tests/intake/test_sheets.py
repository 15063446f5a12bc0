"""Sheets that go out: the template, rows with problems; and that they come back in."""

import polars as pl

from genjin.customers.models import Choice, Customer
from genjin.intake.actions.sheets import write_errors, write_template
from genjin.kit.sheets.reader import read_table


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
