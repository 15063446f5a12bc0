"""A sheet from upload to done, and back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from genjin.customers.actions.axes import grade_customers
from genjin.customers.actions.records import change_customer, save_contact
from genjin.customers.models import (
    Campaign,
    Choice,
    Contact,
    Customer,
    IdentityKey,
    OwnerChange,
    Pool,
    StageChange,
)
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.followups.models import Deadline
from genjin.intake.actions import commit as committing
from genjin.intake.actions import kept as keeping
from genjin.intake.actions.commit import cancel_import, commit_batch, request_commit
from genjin.intake.actions.undo import undo_import
from genjin.intake.actions.upload import set_options
from genjin.intake.models import ImportBatch, ImportProblem
from genjin.kit.sheets.reader import read_table
from tests.intake.conftest import HEADER
from tests.refusals import refused, unseen

THREE = f"{HEADER}\n甲机电有限公司,王一,13800000001,行业展会\n乙机电有限公司,王二,13800000002,行业展会\n丙机电有限公司,王三,13800000003,行业展会\n"


@pytest.fixture(autouse=True)
def source(db):
    return Choice.objects.get_or_create(kind="source", name="行业展会")[0]


def names():
    return sorted(Customer.objects.values_list("name", flat=True))


def test_the_preview_writes_no_customer_and_tells_of_doubles_in_file_and_database(
    alice, bring, make_customer
):
    known = make_customer(owner=alice, name="乙机电有限公司")
    before = Customer.objects.count()
    batch = bring(
        alice, THREE + "甲機電有限公司,李一,13900000001,行业展会\n,李二,13900000002,\n", owner=alice
    )
    assert (batch.status, batch.total, Customer.objects.count()) == ("ready", 2, before)
    assert {name: batch.counts[name] for name in ("rows", "created", "duplicates", "rejected")} == {
        "rows": 5, "created": 2, "duplicates": 2, "rejected": 1,
    }  # fmt: skip
    said = {(row.row, row.code, row.level, row.match_id) for row in ImportProblem.objects.filter(batch=batch)}
    assert {one for one in said if one[2] != "warning"} == {
        (3, "duplicate_same", "same", known.pk), (5, "duplicate_in_file", "same", None), (6, "name_missing", "rejected", None),
    }  # fmt: skip


def test_it_comes_in_with_people_keys_histories_and_clocks(alice, bob, let_in, source, now):
    batch = let_in(bob, THREE, owner=alice)
    assert (batch.status, batch.written, batch.counts["created"]) == ("done", 3, 3)
    row = Customer.objects.get(name="甲机电有限公司")
    assert (row.owner, row.owned_since, row.no_next_step_since, row.import_batch) == (
        alice,
        now,
        now,
        batch.pk,
    )
    assert (row.source, row.created_by, row.version) == (source, bob, 1)
    assert row.contacts.get().phone == "13800000001"
    assert IdentityKey.objects.filter(customer=row, key="mobile:13800000001").exists()
    assert OwnerChange.objects.filter(how="imported", target=alice, by=bob).count() == 3
    assert {clock.kind for clock in Deadline.objects.filter(customer=row)} == {"first_contact"}


def test_without_an_owner_it_goes_into_the_pool_chosen(alice, let_in, pool):
    chosen = Pool.objects.create(name="展会公海")
    let_in(alice, THREE, pool=chosen)
    assert set(Customer.objects.values_list("owner", "pool", "no_next_step_since")) == {
        (None, chosen.pk, None)
    }
    assert not Deadline.objects.exists()


def test_owners_named_in_the_sheet_are_given_theirs_as_far_as_the_importer_may(alice, bob, charlie, let_in):
    table = "客户名称,负责人\n甲公司,艾丽\n乙公司,charlie\n丙公司,没有这人\n丁公司,\n"
    batch = let_in(bob, table, owner=bob)
    assert dict(Customer.objects.values_list("name", "owner__username")) == {
        "甲公司": "alice", "乙公司": "bob", "丙公司": "bob", "丁公司": "bob",
    }  # fmt: skip
    said = dict(ImportProblem.objects.filter(batch=batch, column="负责人").values_list("row", "code"))
    assert said == {3: "owner_not_led", 4: "owner_unknown"}


def test_a_rep_imports_for_nobody_else(alice, charlie, bring):
    batch = bring(alice, THREE, owner=charlie)
    assert (batch.status, batch.problem != "") == ("failed", True)
    assert not Customer.objects.exists()


def test_tags_are_made_once_and_put_on(alice, let_in):
    let_in(alice, "客户名称,标签\n甲公司,行业-制造业、展会\n乙公司,展会\n", owner=alice)
    tags = {row.name: sorted(map(str, row.tags.all())) for row in Customer.objects.all()}
    assert tags == {"甲公司": ["展会", "行业-制造业"], "乙公司": ["展会"]}


def test_histories_keep_their_times_and_author(alice, bob, let_in):
    table = "客户名称,创建时间,录入人,初次沟通时间,最近跟进时间\n甲公司,2024-05-01 09:00,鲍勃,2024-05-02 10:00,2025-01-31 18:30\n"
    let_in(alice, table, owner=alice)
    row = Customer.objects.get()
    assert (row.created_at, row.created_by) == (datetime(2024, 5, 1, 1, 0, tzinfo=UTC), bob)
    assert row.first_contact_at == datetime(2024, 5, 2, 2, 0, tzinfo=UTC)
    assert row.last_contact_at == datetime(2025, 1, 31, 10, 30, tzinfo=UTC)
    assert StageChange.objects.get().at == row.created_at


def test_odd_names_and_prose_come_in_to_the_letter(alice, let_in):
    prose = '第一行\r\n  第二行\u200b，「引号"" 逗号,」\\ ☎'
    let_in(alice, f'客户名称,备注\n★★★,"{prose}"\n🚀O\'Neil\\公司,x\n', owner=alice)
    assert names() == sorted(["★★★", "🚀O'Neil\\公司"])
    kept = Customer.objects.get(name="★★★").notes.replace("\r\n", "\n")
    assert kept == prose.replace('""', '"').replace("\r\n", "\n")


def test_what_stops_between_two_chunks_goes_on_where_it_stopped(alice, bring, now, monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", 1)
    batch = bring(alice, THREE, owner=alice)
    request_commit(alice, batch, now=now, in_background=False)

    def pull_the_plug(written, total):
        if written == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commit_batch(batch.pk, on_progress=pull_the_plug)
    batch.refresh_from_db()
    assert (batch.status, batch.written, batch.cursor, len(names())) == ("running", 2, 3, 2)
    batch = commit_batch(batch.pk)
    assert (batch.status, batch.written) == ("done", 3)
    assert names() == sorted(["甲机电有限公司", "乙机电有限公司", "丙机电有限公司"])
    assert (Contact.objects.count(), OwnerChange.objects.count()) == (3, 3)
    assert commit_batch(batch.pk).written == 3  # once more does nothing
    assert len(names()) == 3


def test_cancelled_between_two_chunks_the_rest_stays_out_and_can_be_taken_back(
    alice, bring, now, monkeypatch
):
    monkeypatch.setattr(committing, "CHUNK", 1)
    batch = bring(alice, THREE, owner=alice)
    request_commit(alice, batch, now=now, in_background=False)
    stopped = commit_batch(
        batch.pk, on_progress=lambda written, _total: written == 1 and cancel_import(alice, batch, now=now)
    )
    assert (stopped.status, stopped.written, names()) == ("cancelled", 1, ["甲机电有限公司"])
    with refused("import_not_running", status=409):
        cancel_import(alice, batch, now=now)
    assert undo_import(alice, batch, now=now).removed == 1
    assert names() == []


def test_once_on_its_way_it_cannot_be_sent_again_or_changed_by_strangers(alice, charlie, bring, now):
    batch = bring(alice, THREE, owner=alice)
    with refused("import_not_ready", status=409):
        request_commit(charlie, batch, now=now, in_background=False)
    with unseen():
        set_options(charlie, batch, {"mapping": {"客户名称": "name"}})
    request_commit(alice, batch, now=now, in_background=False)
    with refused("import_not_ready", status=409):
        request_commit(alice, batch, now=now, in_background=False)
    with unseen():
        undo_import(charlie, batch, now=now)


# Taking it back


def test_undone_all_traces_are_gone_but_what_somebody_worked_on_stays(alice, bob, let_in, make_customer, now):
    table = "客户名称,手机,标签\n" + "".join(f"第{at}机电公司,1380000000{at},展会\n" for at in range(7))
    batch = let_in(alice, table, owner=alice)
    rows = list(Customer.objects.order_by("pk"))
    later = now + timedelta(hours=1)
    change_customer(alice, rows[0], {"need": "更换排产系统"}, version=1, now=later)
    add_task(alice, rows[1], NewTask("回访", later + timedelta(days=1)), now=later)
    save_contact(alice, rows[2], {"name": "新来的人"}, now=later)
    save_contact(alice, rows[3], {"name": "王四"}, contact=rows[3].contacts.get(), now=later)
    grade_customers(bob, [rows[4].pk], "A", reason="大客户", now=later)
    make_customer(owner=alice, referrer=rows[5])
    undone = undo_import(alice, batch, now=later)
    assert undone.removed == 1
    assert [pk for pk, _name in undone.kept] == [row.pk for row in rows[:6]]
    assert not Customer.objects.filter(pk=rows[6].pk).exists()
    assert not Contact.objects.filter(phone="13800000006").exists()
    assert not IdentityKey.objects.filter(key="mobile:13800000006").exists()
    batch.refresh_from_db()
    assert (batch.status, batch.counts["removed"], batch.counts["kept"]) == ("undone", 1, 6)
    with refused("import_not_done", status=409):
        undo_import(alice, batch, now=later)


def test_after_24_hours_it_stays(alice, let_in):
    batch = let_in(alice, THREE, owner=alice)
    with refused("undo_too_late", status=409):
        undo_import(alice, batch, now=batch.finished_at + timedelta(hours=24, seconds=1))
    assert undo_import(alice, batch, now=batch.finished_at + timedelta(hours=24)).removed == 3


def test_what_never_came_in_is_not_taken_back(alice, bring, now):
    batch = bring(alice, THREE, owner=alice)
    with refused("import_not_done", status=409):
        undo_import(alice, batch, now=now)


# Mapping and files


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"没有": "name"}, "mapping_invalid"),
        ({"客户名称": "password"}, "mapping_invalid"),
        ({"客户名称": "name", "联系人姓名": "name"}, "mapping_invalid"),
        ({"联系人姓名": "contact.name"}, "mapping_without_name"),
    ],
)
def test_a_mapping_that_makes_no_sense(alice, bring, mapping, code):
    batch = bring(alice, THREE, owner=alice)
    with refused(code):
        set_options(alice, batch, {"mapping": mapping})


def test_a_mapping_is_remembered_for_the_same_headers(alice, charlie, bring, pool):
    table = "品名,号码\n甲公司,13800000001\n"
    batch = bring(alice, table, owner=alice)
    assert batch.status == "failed"  # nothing says where the name is
    set_options(alice, batch, {"mapping": {"品名": "name", "号码": "contact.phone"}})
    assert bring(alice, table, owner=alice).options["mapping"] == {"品名": "name", "号码": "contact.phone"}
    assert "品名" not in bring(charlie, table, owner=charlie).options["mapping"]


def test_an_auditor_imports_nothing_and_no_sheet_is_no_import(alice, erin, bring, now):
    with refused("forbidden", status=403):
        bring(erin, THREE)
    with refused("sheet_damaged") as caught:
        bring(alice, "PK\x03\x04 kein Buch", name="a.xlsx")
    assert caught.value.fields["file"]
    assert not ImportBatch.objects.exists()


def test_a_sheet_is_parsed_once_and_again_only_when_the_kept_table_is_gone(alice, bring, now, monkeypatch):
    read = []

    def parse(path, **wish):
        read.append(path)
        return read_table(path, **wish)

    monkeypatch.setattr(keeping, "read_table", parse)
    batch = bring(alice, THREE, owner=alice)
    assert (batch.counts["created"], read) == (3, [])
    assert keeping.forget_old_tables(timezone.now() + timedelta(days=3)) >= 1
    request_commit(alice, batch, now=now, in_background=False)
    assert commit_batch(batch.pk).counts["created"] == 3
    assert len(read) == 1


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_came_in_keeps_no_table(alice, let_in):
    let_in(alice, THREE, owner=alice)
    assert keeping.forget_old_tables(timezone.now() + timedelta(days=3)) == 0


def test_campaigns_come_in_by_name_and_an_unknown_one_is_kept_with_a_warning(alice, let_in):
    fair = Campaign.objects.create(name="春季展")
    sheet = f"{HEADER},市场活动\n甲机电有限公司,王一,13800000001,行业展会,春季展\n乙机电有限公司,王二,13800000002,行业展会,没有的\n"
    batch = let_in(alice, sheet, owner=alice)
    rows = {row.name: row for row in Customer.objects.all()}
    assert rows["甲机电有限公司"].campaign == fair
    assert (rows["乙机电有限公司"].campaign, rows["乙机电有限公司"].extra) == (None, {"市场活动": "没有的"})
    assert [problem.code for problem in ImportProblem.objects.filter(batch=batch)] == ["campaign_unknown"]
