"""Customers as a sheet: for whom, how much of it, masked how, with whose word, and for how long."""

import csv
from datetime import timedelta
from zipfile import ZipFile

import polars as pl
import pytest

from genjin.accounts.actions import change_user, save_team, save_view
from genjin.approvals.actions import decide
from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.events.queries import taken_out
from genjin.fields.actions.definitions import save_field
from genjin.fields.models import CustomField
from genjin.followups.queries.lists import saved_list
from genjin.intake.actions.export import (
    NewExport,
    ask_export,
    cancel_export,
    expire_exports,
    grant_export,
    hand_out,
    policy,
    run_export,
    set_policy,
)
from genjin.intake.models import Export
from genjin.intake.rules.outgoing import ALL, HEADERS, of_list
from genjin.kit.sheets.reader import read_table
from tests.refusals import refused, unseen

PEOPLE = [{"name": "王小明", "phone": "13812345678", "email": "wangxm@yuanjing.cn", "wechat": "wxm"}]


@pytest.fixture
def three(make_customer, alice, charlie, pool):
    notes = {"notes": "私人号码 13812345678"}
    waiting = [PEOPLE[0] | {"phone": "13812345679", "email": "wangxm@q.cn"}]
    return [
        make_customer(owner=alice, name="甲公司", contacts=PEOPLE, **notes),
        make_customer(pool=pool, name="乙公司", contacts=waiting, **notes),
        make_customer(owner=charlie, name="丙公司", contacts=[{"name": "李雷", "phone": "13900000001"}]),
    ]


@pytest.fixture
def cells(tmp_path):
    """Return a way to read an export's rows by header, oldest customer first."""

    def read(export):
        with export.file.open("rb") as file:
            (tmp_path / "sheet").write_bytes(file.read())
        table = read_table(tmp_path / "sheet", out=tmp_path / "read.arrow")
        return pl.read_ipc(table.path).drop("__row__").to_dicts()[::-1]

    return read


def taken(actor, now, **more):
    row = ask_export(actor, NewExport(**{"reason": "周会", "query": "tab=all"} | more), now=now)
    return run_export(row.pk, now=now)


def test_people_are_masked_unless_asked_otherwise(bob, three, now, cells):
    export = taken(bob, now)
    hers, waiting = cells(export)
    assert (export.status, export.rows, export.unmasked_rows) == ("done", 2, 0)
    assert (hers["客户名称"], hers["联系人姓名"], hers["手机/电话"]) == ("甲公司", "王*", "138****5678")
    assert "备注" not in hers
    assert "13812345678" not in str([hers, waiting])


def test_in_full_means_where_one_sees_the_person(bob, three, now, cells):
    export = taken(bob, now, is_unmasked=True)
    hers, waiting = cells(export)
    assert (export.rows, export.unmasked_rows) == (2, 1)
    assert (hers["联系人姓名"], hers["手机/电话"], hers["备注"]) == (
        "王小明",
        "13812345678",
        "私人号码 13812345678",
    )
    assert (waiting["联系人姓名"], waiting["手机/电话"], waiting["邮箱"]) == (
        "王*",
        "138****5679",
        "w***m@q.cn",
    )
    assert "13812345678" not in str(waiting)
    assert "丙公司" not in str([hers, waiting])
    told = Event.objects.get(kind="customers.exported")
    assert told.data == {
        "what": "customers",
        "reason": "周会",
        "rows": 2,
        "is_unmasked": True,
        "unmasked_rows": 1,
    }
    (day,) = taken_out(now + timedelta(hours=1))
    assert (day.actor_id, day.exports, day.rows, day.unmasked_rows) == (bob.pk, 1, 2, 1)


def test_the_sheet_says_who_took_it_and_when_in_head_foot_and_every_row(bob, three, now, cells):
    export = taken(bob, now, reason=" 周会 ")
    with export.file.open("rb") as file, ZipFile(file) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    header, footer = sheet.split("<oddHeader>")[1].split("</oddHeader>")[0], sheet.split("<oddFooter>")[1]
    for text in (header, footer, sheet.split("</row>")[0]):
        assert "鲍勃" in text
        assert "bob" in text
        assert "2026-03-11 10:30" in text
    assert {row["导出标记"] for row in cells(export)} == {f"鲍勃 bob 2026-03-11 10:30 #{export.pk}"}
    assert (export.reason, len(export.sha256), export.size > 1000) == ("周会", 64, True)


def test_csv_is_safe_from_formulas_and_comes_back_as_it_was(bob, alice, make_customer, now, let_in, tmp_path):
    texts = ["=1+1", "+86", "-5", "@x", "＝SUM(A1)", "'=1", "\t=2", "普通"]
    for at, text in enumerate(texts):
        make_customer(owner=alice, name=f"杭州第{at}号机电有限公司", industry=text, need=f"{text} 的需求")
    stored = list(Customer.objects.order_by("pk").values_list("name", "industry", "need"))
    export = taken(bob, now, format="csv", columns=["name", "industry", "need"])
    content = export.file.read()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["客户名称", "所属行业", "需求描述", "导出标记"]
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in "=+-@＝＋－＠" and cell.strip()]
    path = tmp_path / "out.csv"
    path.write_bytes(content)
    Customer.objects.all().update(deleted_at=now)
    let_in(alice, path, owner=alice, name="out.csv")
    back = list(Customer.objects.live().order_by("-pk").values_list("name", "industry", "need"))
    assert back == stored


def test_all_columns_hold_all_and_the_lists_columns_what_the_list_shows(bob, three, now, cells):
    export = taken(bob, now, columns=ALL, format="csv")
    assert export.file.read().decode("utf-8-sig").splitlines()[0].split(",")[:-1] == [
        HEADERS[key] for key in ALL
    ]
    row = cells(export)[0]
    assert (row["客户编号"], row["阶段"], row["录入人"], row["负责人"]) == (
        three[0].code,
        "线索",
        "朵拉",
        "艾丽",
    )
    assert of_list(["name", "grade", "owner", "last_contact", "idle", "city"]) == [
        "name", "grade", "owner", "pool", "last_contact_at", "idle", "province", "city"
    ]  # fmt: skip


def test_own_fields_go_out_by_their_label_and_hide_where_people_hide(
    bob, alice, dora, pool, make_customer, now, cells
):
    shop = save_field(dora, CustomField(), {"label": "门店", "kind": "text"}, now=now).key
    words = save_field(
        dora, CustomField(), {"label": "渠道", "kind": "choices", "options": ["线上", "线下"]}, now=now
    ).key
    for more in ({"owner": alice}, {"pool": pool}):
        make_customer(**more, custom={shop: "一店 13812345678", words: ["线上", "线下"]})
    columns = ["name", shop, words]
    hers, waiting = cells(taken(bob, now, columns=columns, is_unmasked=True))
    assert (hers["门店"], hers["渠道"], waiting["门店"], waiting["渠道"]) == (
        "一店 13812345678",
        "线上、线下",
        None,
        "线上、线下",
    )
    assert "13812345678" not in str(cells(taken(bob, now, columns=columns)))


def test_a_saved_list_is_looked_up_when_it_runs(bob, alice, make_customer, now):
    make_customer(owner=alice, industry="制造业")
    later = make_customer(owner=alice, industry="贸易")
    save_view(bob, page="customers", name="制造", query="tab=all&f=industry&op=eq&v=制造业&v2=")
    view = saved_list(bob, "制造")
    assert saved_list(alice, "制造") is None
    row = ask_export(bob, NewExport("周会", query=view.query), now=now)
    assert row.total == 1
    Customer.objects.filter(pk=later.pk).update(industry="制造业")
    assert run_export(row.pk, now=now).rows == 2


def test_without_reason_right_or_rows_nothing_is_asked(alice, bob, charlie, erin, three, now):
    for new, code in (
        (NewExport(" "), "reason_missing"), (NewExport("周会", columns=["password"]), "column_unknown"),
        (NewExport("周会", format="exe"), "format_unknown"), (NewExport("周会", query="tab=all&q=没有这样的公司"), "export_empty"),
    ):  # fmt: skip
        with refused(code):
            ask_export(bob, new, now=now)
    for actor in (alice, erin):
        with refused("forbidden", status=403):
            ask_export(actor, NewExport("周会"), now=now)
    with refused("not_found", status=404):
        ask_export(bob, NewExport("周会", ids=[row.pk for row in three]), now=now)


def test_a_role_taken_away_meanwhile_leaves_no_file(bob, dora, three, now):
    row = ask_export(bob, NewExport("周会"), now=now)
    change_user(dora, bob, role="rep", now=now)
    done = run_export(row.pk, now=now)
    assert (done.status, done.rows, done.file.name, bool(done.problem)) == ("failed", 0, "", True)
    assert not Event.objects.filter(kind="customers.exported").exists()


def test_what_went_out_of_sight_meanwhile_does_not_go_out(
    bob, alice, charlie, three, make_customer, now, cells
):
    row = ask_export(bob, NewExport("周会", query="tab=all"), now=now)
    Customer.objects.filter(pk=three[0].pk).update(owner=charlie)
    (only,) = cells(run_export(row.pk, now=now))
    assert only["客户名称"] == "乙公司"


@pytest.fixture
def limit(dora, now):
    return set_policy(dora, most_rows=1, days_kept=3, now=now)


def test_above_the_limit_a_lead_says_yes_with_one_click(bob, dora, teams, three, now, limit, cells):
    row = ask_export(bob, NewExport("年会", query="tab=all", is_unmasked=True), now=now)
    assert (row.status, run_export(row.pk, now=now).status) == ("asked", "asked")
    request = Request.objects.to_decide(dora).get()
    assert (request.kind, request.data) == ("export", {"export": row.pk, "rows": 2, "is_unmasked": True})
    assert "年会" in request.reason
    with refused("own_request", status=403):
        grant_export(bob, request, now=now)
    grant_export(dora, request, answer="好", now=now)
    done = run_export(row.pk, now=now)
    assert (done.status, done.rows, done.expires_at) == ("done", 2, now + timedelta(days=3))
    assert len(cells(done)) == 2


def test_a_lead_of_another_team_says_nothing_to_it(bob, charlie, dora, teams, three, now, limit):
    row = ask_export(bob, NewExport("年会"), now=now)
    save_team(None, teams["B"], leads=[charlie], now=now)
    lead = change_user(dora, charlie, role="lead", now=now)
    with unseen():
        grant_export(lead, row.request, now=now)


def test_a_no_or_a_cancel_ends_it(bob, dora, three, now, limit):
    row = ask_export(bob, NewExport("年会"), now=now)
    decide(dora, row.request, grant=False, answer="不行", now=now)
    row = Export.objects.select_related("request").get(pk=row.pk)
    assert (row.status, row.was_refused, run_export(row.pk, now=now).status) == ("asked", True, "asked")
    again = ask_export(bob, NewExport("年会"), now=now)
    cancel_export(bob, again, now=now)
    assert Request.objects.get(pk=again.request_id).status == "withdrawn"
    with refused("export_over", status=409):
        cancel_export(bob, again, now=now)


def test_rows_that_came_meanwhile_do_not_slip_past_the_limit(bob, alice, three, make_customer, dora, now):
    set_policy(dora, most_rows=2, days_kept=7, now=now)
    row = ask_export(bob, NewExport("周会", query="tab=all"), now=now)
    make_customer(owner=alice)
    done = run_export(row.pk, now=now)
    assert (done.status, done.rows) == ("failed", 0)


def test_cancelled_while_it_is_written_nothing_is_kept(bob, alice, make_customer, now, monkeypatch, tmp_path):
    for _at in range(3):
        make_customer(owner=alice)
    monkeypatch.setattr("genjin.intake.queries.outgoing.shape.CHUNK", 1)
    row = ask_export(bob, NewExport("周会", query="tab=all"), now=now)
    done = run_export(
        row.pk, now=now, on_progress=lambda done, _total: done == 2 and cancel_export(bob, row, now=now)
    )
    assert (done.status, done.rows, done.file.name) == ("cancelled", 2, "")
    assert not list((tmp_path / "kept").glob("**/*.*")) if (tmp_path / "kept").exists() else True


def test_what_a_killed_worker_left_is_written_anew(bob, three, now):
    row = ask_export(bob, NewExport("周会", query="tab=all"), now=now)
    Export.objects.filter(pk=row.pk).update(status="running", rows=1)
    done = run_export(row.pk, now=now)
    assert (done.status, done.rows) == ("done", 2)
    assert run_export(row.pk, now=now).sha256 == done.sha256


def test_only_who_asked_fetches_it_while_it_lasts(bob, dora, alice, three, now):
    export = taken(bob, now)
    assert list(Export.objects.visible_to(dora)) == [export]
    with refused("not_yours", status=403):
        hand_out(dora, export, now=now)
    with refused("forbidden", status=403):
        hand_out(alice, export, now=now)
    assert hand_out(bob, export, now=now + timedelta(days=6)).downloads == 1
    assert hand_out(bob, export, now=now + timedelta(days=7) - timedelta(seconds=1)).downloads == 2
    assert Event.objects.filter(kind="export.downloaded", actor=bob).count() == 2
    with refused("export_expired", status=409):
        hand_out(bob, export, now=now + timedelta(days=7))
    change_user(dora, bob, role="rep", now=now)
    bob.refresh_from_db()
    with refused("forbidden", status=403):
        hand_out(bob, export, now=now)


def test_the_nightly_job_removes_what_is_over(bob, three, now, django_capture_on_commit_callbacks):
    export, young = taken(bob, now), taken(bob, now + timedelta(days=1))
    storage, name = export.file.storage, export.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_exports(now + timedelta(days=7)) == 1
    assert not storage.exists(name)
    assert [Export.objects.get(pk=row.pk).status for row in (export, young)] == ["expired", "done"]
    with refused("export_expired", status=409):
        hand_out(bob, export, now=now + timedelta(days=7))


def test_only_administrators_set_the_limits_and_every_one_is_kept(bob, dora, now):
    assert (policy().most_rows, policy().days_kept) == (5000, 7)
    with refused("forbidden", status=403):
        set_policy(bob, most_rows=10, days_kept=7, now=now)
    for rows, days in ((1_000_001, 7), (10, 0), (10, 91), (-1, 7)):
        with refused("policy_invalid"):
            set_policy(dora, most_rows=rows, days_kept=days, now=now)
    set_policy(dora, most_rows=10, days_kept=7, now=now)
    set_policy(dora, most_rows=0, days_kept=30, now=now)
    assert (policy().most_rows, policy().days_kept) == (0, 30)
