"""Own fields in sheets: columns by label, every kind in and out again, and what must be there."""

from python_calamine import CalamineWorkbook

from genjin.customers.models import Customer
from genjin.customers.rules.collected import BY_KEY
from genjin.fields.actions.definitions import save_field
from genjin.fields.actions.templates import publish_template, save_draft
from genjin.fields.models import CustomField
from genjin.fields.rules import FieldKind, Group, Item, Outline
from genjin.intake.actions.export import NewExport, ask_export, run_export
from genjin.intake.actions.sheets import write_template
from genjin.intake.models import ImportProblem
from genjin.intake.rules.updates import wanted
from tests.fields.seed import seed_templates

CELLS = {
    "text": ("金蝶云", "金蝶云"), "long_text": ("一期;二期", "一期;二期"), "number": ("1,234.5", 1234.5), "money": ("50-100万", {"min": 500000, "max": 1000000}),
    "date": ("2015年", "2015"), "choice": ("甲", "甲"), "choices": ("乙、甲", ["甲", "乙"]), "region": ("深圳南山", "广东省 深圳市 南山区"),
    "table": ("首付|30%", [{"甲": "首付", "乙": "30%"}]),
}  # fmt: skip


def one_of_each(dora, now):
    seed_templates()
    CustomField.objects.update(is_active=False)
    made = {}
    for kind in FieldKind.values:
        values = {"label": f"我的{FieldKind(kind).label}", "kind": kind, "options": ["甲", "乙"]}
        made[kind] = save_field(dora, CustomField(), values, now=now)
    return made


def test_every_kind_comes_in_and_goes_out_and_comes_in_again_the_same(
    alice, bob, dora, let_in, tmp_path, now
):
    made = one_of_each(dora, now)
    cells = {kind: text for kind, (text, _kept) in CELLS.items()} | {"person": "鲍勃"}
    header = ",".join(["客户名称", *(made[kind].label for kind in cells)])
    let_in(alice, f"{header}\n甲公司,{','.join(f'"{text}"' for text in cells.values())}\n", owner=alice)
    row = Customer.objects.get(name="甲公司")
    kept = {made[kind].key: value for kind, (_text, value) in CELLS.items()} | {made["person"].key: bob.pk}
    assert (row.custom, row.extra) == (kept, {})
    path, columns = tmp_path / "out.xlsx", ["name", *(field.key for field in made.values())]
    asked = ask_export(dora, NewExport("月报", ids=[row.pk], columns=columns, is_unmasked=True), now=now)
    run_export(asked.pk, now=now, out=path)
    lines = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    at = next(n for n, line in enumerate(lines) if "客户名称" in line)
    out = dict(zip(lines[at], lines[at + 1], strict=True))
    row.delete()
    again = ",".join(f'"{out[made[kind].label]}"' for kind in cells)
    let_in(alice, f"{header}\n甲公司,{again}\n", owner=alice)
    assert Customer.objects.get(name="甲公司").custom == kept


def test_what_cannot_be_read_stays_beside_with_a_reason(alice, dora, let_in, now):
    made = one_of_each(dora, now)
    header = f"客户名称,{made['number'].label},{made['choice'].label},{made['person'].label}"
    batch = let_in(alice, f"{header}\n甲公司,很多,丙,没有这人\n", owner=alice)
    row = Customer.objects.get(name="甲公司")
    assert row.custom == {}
    assert set(row.extra) == {made["number"].label, made["choice"].label, made["person"].label}
    codes = set(ImportProblem.objects.filter(batch=batch, level="warning").values_list("code", flat=True))
    assert {"number_invalid", "choice_unknown", "person_unknown"} <= codes


def test_a_row_without_what_must_be_there_stays_out(alice, dora, let_in, now):
    seed_templates()
    outline = Outline(
        (Group("一", (Item("name", must=True), Item("industry", must=True), Item("f1", must=True))),)
    )
    save_draft(dora, "new", outline, builtin=BY_KEY, now=now)
    publish_template(dora, "new", note="必填", now=now)
    table = "客户名称,所属行业,方案编号,客户类型\n甲公司,制造业,FA-1,\n乙公司,,FA-2,\n丙公司,制造业,,\n丁公司,,,重点客户\n"
    batch = let_in(alice, table, owner=alice)
    assert set(Customer.objects.values_list("name", "completeness")) >= {("甲公司", 100)}
    assert set(Customer.objects.values_list("name", flat=True)) == {"甲公司", "丁公司"}
    said = ImportProblem.objects.filter(batch=batch, code="field_demanded").order_by("row")
    assert [(row.row, row.level) for row in said] == [(3, "rejected"), (4, "rejected")]
    assert "方案编号" in said[1].message
    assert batch.counts["rejected"] == 2


def test_the_template_sheet_has_them(dora, tmp_path, now):
    seed_templates()
    write_template(tmp_path / "t.xlsx")
    header = CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_index(0).to_python()[0]
    assert {"合同金额", "付款节点", "关键承诺", "满意度评分"} <= set(header)


def test_an_update_keeps_what_the_sheet_does_not_say():
    given = {"name": "甲", "f1": "新", "f9": "已签订"}
    now = {"custom": {"f1": "旧", "f2": "留"}, "name": "甲"}.get
    assert wanted(given, now, fill=False, may_rename=False)["custom"] == {
        "f1": "新",
        "f2": "留",
        "f9": "已签订",
    }
    assert wanted(given, now, fill=True, may_rename=False)["custom"] == {
        "f1": "旧",
        "f2": "留",
        "f9": "已签订",
    }
