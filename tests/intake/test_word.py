"""Who hears of imports, exports and mailboxes that went well or did not."""

from datetime import timedelta

from genjin.customers.models import Choice, Customer
from genjin.intake.actions.commit import _fail, commit_batch, request_commit
from genjin.intake.actions.export import NewExport, ask_export, run_export
from genjin.intake.actions.mailboxes import _note
from genjin.intake.models import Export, ImportBatch, Mailbox
from genjin.notices.models import Notice
from tests.intake.conftest import HEADER


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_a_mailbox_that_fails_twice_in_a_row_is_told_of_once_a_day(alice, dora, now):
    box = Mailbox.objects.create(name="客服邮箱", host="imap.example.com", user="sales", password_sealed="x")
    for minutes in (0, 5, 10, 15):
        _note(Mailbox.objects.get(pk=box.pk), now + timedelta(minutes=minutes), problem="TimeoutError")
    assert (told(dora), told(alice)) == (["mailbox_failing"], [])
    assert "客服邮箱" in Notice.objects.get().text
    _note(Mailbox.objects.get(pk=box.pk), now + timedelta(days=1), problem="TimeoutError")
    assert told(dora) == ["mailbox_failing"] * 2


def test_one_hiccup_of_a_mailbox_wakes_nobody(dora, now):
    box = Mailbox.objects.create(name="客服邮箱", host="imap.example.com", user="sales", password_sealed="x")
    for problem in ("TimeoutError", "", "TimeoutError", ""):
        _note(Mailbox.objects.get(pk=box.pk), now, problem=problem)
    assert told(dora) == []


def test_who_waits_for_a_small_export_is_not_told_of_it(bob, alice, make_customer, now):
    make_customer(owner=alice)
    row = ask_export(bob, NewExport("展会"), now=now)
    run_export(row.pk, now=now)
    assert told(bob) == []


def test_an_export_that_fails_says_why(bob, alice, make_customer, now):
    make_customer(owner=alice)
    row = ask_export(bob, NewExport("展会"), now=now)
    Export.objects.filter(pk=row.pk).update(query="tab=nothing&q=不存在的公司")
    run_export(row.pk, now=now)
    assert told(bob) == ["export_failed"]


def test_an_import_that_fails_is_told_of_once(alice, now):
    batch = ImportBatch.objects.create(name="a.csv", created_by=alice, created_at=now, status="running", shape={}, options={}, total=1)  # fmt: skip
    _fail(batch, "磁盘已满", now)
    _fail(batch, "磁盘已满", now)
    assert told(alice) == ["import_failed"]
    assert "磁盘已满" in Notice.objects.get().text


def test_an_import_that_is_through_tells_its_importer_and_the_new_owners(bob, alice, bring, now):
    Choice.objects.get_or_create(kind="source", name="行业展会")
    rows = "".join(f"第{n}轴承有限公司,王{n},1380000000{n},行业展会,alice\n" for n in range(3))
    batch = bring(bob, f"{HEADER},负责人\n{rows}")
    request_commit(bob, batch, now=now)
    commit_batch(batch.pk)
    assert Customer.objects.filter(owner=alice).count() == 3
    assert told(bob) == ["import_done"]
    assert "3" in Notice.objects.get(person=bob).text
    assert told(alice) == ["customers_given"]
    assert "鲍勃" in Notice.objects.get(person=alice).text
