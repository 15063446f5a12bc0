"""Sheets of what stands beside customers: follow-up history, tasks, people."""

from datetime import UTC, datetime, timedelta

import pytest

from genjin.customers.models import Contact, Customer, IdentityKey
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.deadlines import start_first_contact
from genjin.followups.actions.tasks import NewTask, finish_task
from genjin.followups.models import Deadline, FollowUp, Task
from genjin.intake.actions import commit_beside as beside
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.sheets import write_template
from genjin.intake.actions.undo import undo_import
from genjin.intake.models import ImportProblem
from genjin.intake.rules.kinds import SheetKind, recognise, targets_of
from genjin.kit.errors import RuleError
from tests.intake.test_same_as_single import rows_of as all_rows_of
from tests.refusals import refused

CODE = "91110000600037341L"
HISTORY = "客户名称,跟进时间,跟进人,跟进方式,跟进内容,客户反馈,下次跟进时间,下次跟进内容\n"
TASKS = "客户名称,任务内容,截止时间,执行人,状态,结果\n"

WITH_TIME = {
    "contact_gap",
    "status_refresh",
}  # these move on with the clock of the test's machine, by which an undo goes


def rows_of(customer_id):
    found = all_rows_of(customer_id)
    found["followups_deadline"] = [row for row in found["followups_deadline"] if row["kind"] not in WITH_TIME]
    return found


@pytest.fixture
def known(alice, make_customer):
    return make_customer(
        owner=alice,
        name="甲机电有限公司",
        credit_code=CODE,
        contacts=[{"name": "王一", "phone": "13800000001"}],
    )


def said(batch, *levels):
    rows = ImportProblem.objects.filter(batch=batch, level__in=levels or ["rejected"])
    return [(row.row, row.code) for row in rows]


def test_what_a_sheet_holds_is_recognised_by_its_headers():
    assert recognise(HISTORY.strip().split(",")) == "followups"
    assert recognise(TASKS.strip().split(",")) == "tasks"
    assert recognise(["客户名称", "联系人姓名", "手机", "是否决策人"]) == "contacts"
    assert recognise(["客户名称", "联系人姓名", "手机", "所属行业", "备注"]) == "customers"
    assert recognise(["客户名称", "最近跟进时间", "备注", "跟进人"]) == "customers"
    for kind in SheetKind:
        assert recognise([target.header for target in targets_of(kind)]) == kind


# Follow-up history


def test_history_keeps_author_and_time_and_moves_contact_and_next_step(alice, bob, bring, let_in, known, now):
    start_first_contact([known.pk], datetime(2025, 1, 1, tzinfo=UTC))
    sheet = HISTORY + (
        "甲机电有限公司,2026-03-01 10:00,艾丽,电话,客户确认了预算并且想看演示,价格可以谈,2026-03-20 09:00,现场演示\n"
        "甲機電有限公司,2026-02-01 09:30,,微信,发了资料,,2026-02-08,再问\n"
        "甲机电有限公司,2026-01-10,查无此人,飞鸽,第一次拜访并且认识了采购经理,,,\n"
    )
    batch = let_in(bob, sheet)
    assert (batch.kind, batch.status, batch.counts["created"]) == ("followups", "done", 3)
    assert said(batch, "warning") == [(4, "method_unknown"), (4, "author_unknown")]
    rows = list(FollowUp.objects.order_by("-happened_at"))
    assert [(row.author, row.method, row.is_effective) for row in rows] == [
        (alice, "phone", True), (bob, "wechat", False), (bob, "other", True),
    ]  # fmt: skip
    assert rows[0].happened_at == datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
    assert (rows[0].feedback, rows[0].recorded_at, rows[0].import_batch) == ("价格可以谈", now, batch.pk)
    known.refresh_from_db()
    assert (known.first_contact_at, known.last_contact_at) == (rows[2].happened_at, rows[0].happened_at)
    task = Task.objects.get()  # what lay in the past is no next step
    assert (task.objective, task.assignee, task.origin, task.status) == ("现场演示", alice, rows[0], "open")
    assert (known.next_action_at, known.no_next_step_since) == (task.due_at, None)
    assert (
        Deadline.objects.exclude(met_at=None).get(customer=known, kind="first_contact").met_at
        == rows[0].happened_at
    )


def test_one_sheet_and_the_form_leave_equal_customers(alice, let_in, make_customer, now):
    moment, due = now - timedelta(hours=3), now + timedelta(days=2)
    one, other = make_customer(owner=alice, name="甲公司"), make_customer(owner=alice, name="乙公司")
    start_first_contact([one.pk, other.pk], now - timedelta(hours=5))
    text = "客户确认了预算并且想看演示"
    new = NewFollowUp("phone", text, moment, next_actions=[NewTask("演示", due)])
    record_contact(alice, one, new, now=now)
    local = "%Y-%m-%d %H:%M:%S"
    shift = timedelta(hours=8)
    let_in(
        alice,
        HISTORY
        + f"乙公司,{(moment + shift).strftime(local)},,电话,{text},,{(due + shift).strftime(local)},演示\n",
    )

    def kept(customer):
        customer.refresh_from_db()
        times = (
            customer.first_contact_at,
            customer.last_contact_at,
            customer.next_action_at,
            customer.no_next_step_since,
        )
        clocks = list(Deadline.objects.filter(customer=customer).values_list("kind", "met_at"))
        record = FollowUp.objects.get(customer=customer)
        task = Task.objects.get(customer=customer)
        return (
            times,
            clocks,
            record.summary,
            record.is_effective,
            record.is_late,
            task.due_at,
            task.assignee_id,
        )

    assert kept(other) == kept(one)


def test_rows_without_a_customer_of_theirs_are_refused_and_nothing_is_written(
    alice, charlie, let_in, known, make_customer, now
):
    make_customer(owner=charlie, name="乙机电有限公司")
    later = (now + timedelta(days=3)).strftime("%Y-%m-%d")
    sheet = HISTORY + (
        "乙机电有限公司,2026-03-01,,电话,别人的客户也想写一笔,,,\n没有这家公司,2026-03-01,,电话,x,,,\n"
        f",2026-03-01,,电话,x,,,\n甲机电有限公司,{later},,电话,还没有发生的事情,,,\n甲机电有限公司,,,电话,没有时间,,,\n"
        "甲机电有限公司,2026-03-01,,电话,,,,\n甲机电,2026-03-01,,电话,只是相似的名字,,,\n"
    )
    before = rows_of(known.pk)
    batch = let_in(alice, sheet)
    assert sorted(said(batch)) == [
        (2, "customer_unknown"), (3, "customer_unknown"), (4, "name_missing"), (5, "happened_in_future"),
        (6, "happened_missing"), (7, "summary_missing"), (8, "customer_unknown"),
    ]  # fmt: skip
    assert not FollowUp.objects.exists()
    assert rows_of(known.pk) == before


def test_the_same_sheet_again_writes_nothing(alice, let_in, known):
    sheet = HISTORY + "甲机电有限公司,2026-03-01,,电话,客户确认了预算并且想看演示,,,\n" * 2
    first = let_in(alice, sheet)
    assert (first.counts["created"], first.counts["duplicates"]) == (1, 1)
    again = let_in(alice, sheet)
    assert (again.counts["created"], again.counts["duplicates"], FollowUp.objects.count()) == (0, 2, 1)


def test_a_customer_is_found_by_code_or_number_too(alice, let_in, known):
    sheet = "客户名称,统一社会信用代码,客户编号,跟进时间,跟进内容\n"
    sheet += f"随便写的,{CODE},,2026-03-01,按代码找到了这个客户\n随便写的,,{known.code},2026-03-02,按编号找到了这个客户\n"
    assert let_in(alice, sheet).counts["created"] == 2
    assert set(FollowUp.objects.values_list("customer", flat=True)) == {known.pk}


@pytest.mark.parametrize("moves", [1, 2, 3])
def test_history_killed_anywhere_and_taken_back_leaves_equal_tables(
    alice, bring, known, now, monkeypatch, moves
):
    monkeypatch.setitem(beside.SLICE, SheetKind.FOLLOWUPS, 1)
    start_first_contact([known.pk], datetime(2025, 1, 1, tzinfo=UTC))
    before = rows_of(known.pk)
    sheet = HISTORY + "".join(
        f"甲机电有限公司,2026-03-0{day} 10:00,,电话,第{day}次沟通客户确认了预算,,2026-03-2{day},演示\n"
        for day in (1, 2, 3, 4)
    )
    batch = bring(alice, sheet)
    foreseen = batch.counts
    request_commit(alice, batch, now=now, in_background=False)

    def pull_the_plug(done, _total):
        if done == moves:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commit_batch(batch.pk, on_progress=pull_the_plug)
    batch = commit_batch(batch.pk)
    assert (batch.counts, FollowUp.objects.count(), Task.objects.count()) == (foreseen, 4, 4)
    assert undo_import(alice, batch, now=now).left == []
    assert (FollowUp.objects.count(), Task.objects.count()) == (0, 0)
    assert rows_of(known.pk) == before


def test_an_undo_keeps_what_somebody_went_on_with(alice, let_in, known, now):
    sheet = HISTORY + "甲机电有限公司,2026-03-01 10:00,,电话,客户确认了预算并且想看演示,,2026-03-20,演示\n"
    batch = let_in(alice, sheet)
    finish_task(alice, Task.objects.get(), outcome="演示过了", now=now)
    undone = undo_import(alice, batch, now=now)
    assert [pk for pk, _name in undone.kept] == [known.pk]
    assert (Task.objects.count(), FollowUp.objects.count()) == (1, 1)
    known.refresh_from_db()
    assert known.last_contact_at is not None
    assert [pk for pk, _name, _why in undone.left] == [known.pk]


# Tasks


def test_tasks_come_in_open_and_closed_and_helpers_see_the_customer(alice, bob, charlie, let_in, known, now):
    sheet = TASKS + (
        "甲机电有限公司,现场演示,2026-03-20 09:00,,,\n甲机电有限公司,准备报价,2026-03-18,charlie,未完成,\n"
        "甲机电有限公司,寄样品,2026-02-01,艾丽,已完成,客户收到了\n甲机电有限公司,,2026-03-20,,,\n甲机电有限公司,缺时间,,,,\n"
        "甲机电有限公司,催款,2026-03-25,查无此人,,\n"
    )
    batch = let_in(alice, sheet)
    assert (batch.kind, batch.counts["created"], batch.counts["rejected"]) == ("tasks", 4, 2)
    assert sorted(said(batch)) == [(5, "objective_missing"), (6, "due_missing")]
    assert said(batch, "warning") == [(7, "assignee_unknown")]
    rows = {row.objective: row for row in Task.objects.all()}
    assert (rows["现场演示"].assignee, rows["催款"].assignee, rows["准备报价"].assignee) == (
        alice,
        alice,
        charlie,
    )
    done = rows["寄样品"]
    assert (done.status, done.outcome, done.closed_at, done.closed_by) == (
        "done",
        "客户收到了",
        done.due_at,
        alice,
    )
    known.refresh_from_db()
    assert known.next_action_at == rows["准备报价"].due_at
    assert Customer.objects.visible_to(charlie).filter(pk=known.pk).exists()
    undone = undo_import(alice, batch, now=now)
    assert (undone.removed, Task.objects.count()) == (4, 0)
    known.refresh_from_db()
    assert (known.next_action_at, known.no_next_step_since) == (None, known.created_at)
    assert not Customer.objects.visible_to(charlie).filter(pk=known.pk).exists()


# People


@pytest.mark.parametrize(
    ("mode", "counts", "title"),
    [
        ("create", (1, 0, 2), ""),
        ("update", (0, 1, 1), "总经理"),
        ("both", (1, 1, 1), "总经理"),
        ("fill", (0, 1, 1), "总经理"),
    ],
)
def test_people_are_added_or_changed_as_the_mode_says(alice, let_in, known, now, mode, counts, title):
    sheet = "客户名称,联系人姓名,手机,职务,是否决策人\n"
    sheet += "甲机电有限公司,王一,13800000001,总经理,是\n甲机电有限公司,李二,13900000002,采购,否\n甲机电有限公司,李二,13900000002,,\n"
    before = rows_of(known.pk)
    batch = let_in(alice, sheet, mode=mode)
    assert (batch.kind, batch.counts["created"], batch.counts["updated"]) == ("contacts", *counts[:2])
    assert Contact.objects.get(name="王一").job_title == title
    assert IdentityKey.objects.filter(customer=known, key="mobile:13900000002").exists() == (counts[0] == 1)
    undone = undo_import(alice, batch, now=now)
    assert undone.left == []
    after = rows_of(known.pk)
    people = [
        {k: v for k, v in row.items() if k not in {"version", "updated_at"}}
        for row in after.pop("customers_contact")
    ]
    assert people == [
        {k: v for k, v in row.items() if k not in {"version", "updated_at"}}
        for row in before.pop("customers_contact")
    ]
    assert after == before


def test_a_number_of_another_customer_refuses_the_person(alice, let_in, known, make_customer):
    make_customer(owner=alice, name="乙机电有限公司")
    sheet = "客户名称,联系人姓名,手机,是否决策人\n乙机电有限公司,冒名,13800000001,否\n"
    batch = let_in(alice, sheet)
    assert (batch.counts["created"], said(batch)) == (0, [(2, "contact_duplicate_same")])
    assert not Contact.objects.filter(name="冒名").exists()


# Columns and files


def test_each_kind_has_a_template_that_comes_back_in(alice, let_in, make_customer, tmp_path):
    make_customer(owner=alice, name="示例科技(深圳)有限公司")
    for kind in (SheetKind.CONTACTS, SheetKind.FOLLOWUPS, SheetKind.TASKS):
        path = tmp_path / f"{kind}.xlsx"
        write_template(path, kind)
        batch = let_in(alice, path, name="t.xlsx")
        assert (batch.kind, batch.counts["created"], batch.counts["rejected"]) == (kind, 1, 0)


def test_without_what_a_row_must_have_nothing_is_checked(alice, bring, known):
    batch = bring(alice, "客户名称,跟进内容\n甲机电有限公司,没有时间\n", kind="followups")
    assert (batch.status, "跟进时间" in batch.problem) == ("failed", True)
    with refused("mapping_incomplete"):
        raise_mapping(alice, batch)
    with pytest.raises(RuleError):
        raise_mapping(alice, batch, extra="record.nonsense")


def raise_mapping(actor, batch, extra="record.summary"):
    from genjin.intake.actions.upload import set_options

    set_options(actor, batch, {"mapping": {"客户名称": "name", "跟进内容": extra}})
