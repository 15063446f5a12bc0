"""Recording a contact: what was said, what it closes, what comes next (S0-22, S0-23, S2-14..16)."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.files import attach_file, remove_file
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Attachment, FollowUp, Task
from genjin.followups.rules import LARGEST_FILE, check_file, is_late
from genjin.kit.errors import RuleError
from tests.followups.conftest import SAID
from tests.refusals import refused, unseen

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    return tmp_path


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_one_form_writes_the_record_the_next_step_and_the_dates(alice, customer, say, now):
    row = say(
        alice,
        customer,
        feedback="要看案例",
        new_needs="移动端",
        risks="技术部要会签",
        mood="positive",
        got_response=True,
    )
    assert (row.author, row.method, row.summary, row.recorded_at) == (alice, "phone", SAID, now)
    assert (row.feedback, row.new_needs, row.risks, row.mood) == (
        "要看案例",
        "移动端",
        "技术部要会签",
        "positive",
    )
    assert (row.is_effective, row.is_late) == (True, False)
    task = Task.objects.get()
    assert (task.assignee, task.origin, task.status, task.due_at) == (
        alice,
        row,
        "open",
        now + timedelta(days=7),
    )
    seen = Customer.objects.get(pk=customer.pk)
    assert (seen.last_contact_at, seen.first_contact_at) == (now, now)
    assert (seen.next_action_at, seen.no_next_step_since) == (task.due_at, None)
    assert Event.objects.about(customer.pk).filter(kind="followup.recorded", subject_id=row.pk).exists()


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"summary": ""}, "summary_missing", "summary"),
        ({"summary": " 。。\u200b"}, "summary_missing", "summary"),
        ({"method": ""}, "method_unknown", "method"),
        ({"method": "pigeon"}, "method_unknown", "method"),
        ({"next_in": None}, "next_action_missing", "next_action"),
        ({"next_actions": [NewTask(" ", None)]}, "objective_missing", "objective"),
        ({"mood": "furious"}, "mood_unknown", None),
    ],
)
def test_three_things_must_be_there_and_the_rest_must_make_sense(alice, customer, say, more, code, field):
    with refused(code) as caught:
        say(alice, customer, **more)
    assert set(caught.value.fields) == ({field} if field else set())


def test_a_contact_lies_in_the_past_and_a_next_step_does_not(alice, customer, say, now):
    say(alice, customer, happened_at=now + timedelta(minutes=5))  # clocks differ a little
    with refused("happened_in_future"):
        say(alice, customer, "另一次真正有效的沟通内容", happened_at=now + timedelta(minutes=6))
    with refused("due_in_past"):
        say(alice, customer, "另一次真正有效的沟通内容", next_in=-2)


@pytest.mark.parametrize(("hours", "late"), [(0, False), (24, False), (24.01, True), (72, True)])
def test_written_more_than_24_hours_after_it_is_late(alice, customer, say, now, hours, late):
    happened = now - timedelta(hours=hours)
    assert is_late(happened, now) is late
    assert say(alice, customer, happened_at=happened).is_late is late


@pytest.mark.parametrize(
    ("summary", "effective"),
    [
        ("已沟通", False),
        ("客户说下周再联系吧", False),
        ("客户说下周再联系一次", True),
        ("。！，、；：？（）《》", None),
        ("ok ok ok ok!", False),
    ],
)
def test_ten_letters_make_a_contact_count(alice, customer, say, summary, effective):
    if effective is None:
        with refused("summary_missing"):
            say(alice, customer, summary)
        return
    assert say(alice, customer, summary).is_effective is effective
    assert (Customer.objects.get(pk=customer.pk).last_contact_at is not None) is effective


def test_a_copy_of_an_earlier_text_counts_for_nothing_even_with_a_file(alice, customer, say, now):
    say(alice, customer)
    later = now + timedelta(days=1)
    again = say(alice, customer, f"{SAID}。 ", at=later, files=[SimpleUploadedFile("a.png", PNG)])
    assert not again.is_effective
    assert Customer.objects.get(pk=customer.pk).last_contact_at == now


def test_a_file_makes_a_short_record_count(alice, customer, say):
    assert say(alice, customer, "见名片", files=[SimpleUploadedFile("card.png", PNG)]).is_effective


def test_an_older_contact_written_later_moves_the_first_date_only(alice, customer, say, now):
    say(alice, customer)
    earlier = now - timedelta(days=10)
    say(alice, customer, "展会上第一次见面交换了名片", happened_at=earlier)
    seen = Customer.objects.get(pk=customer.pk)
    assert (seen.first_contact_at, seen.last_contact_at) == (earlier, now)


def test_it_closes_the_tasks_it_did_and_no_others(alice, customer, make_customer, plan, say, now):
    done, other = plan(alice, customer, objective="打电话"), plan(alice, customer, objective="寄样品")
    elsewhere = plan(alice, make_customer(owner=alice), objective="回访")
    say(alice, customer, done_tasks=[done, elsewhere], next_in=None)
    done.refresh_from_db()
    assert (done.status, done.outcome, done.closed_at, done.closed_by) == ("done", SAID, now, alice)
    assert set(Task.objects.open()) == {other, elsewhere}


def test_an_open_task_is_a_next_step_too(alice, customer, plan, say):
    task = plan(alice, customer)
    say(alice, customer, next_in=None)
    with refused("next_action_missing"):
        say(alice, customer, "刚才那件事情已经全部做完了", done_tasks=[task], next_in=None)


def test_a_lost_customer_and_a_helper_need_none(alice, charlie, make_customer, customer, plan, say):
    lost = make_customer(owner=alice)
    Customer.objects.filter(pk=lost.pk).update(stage="lost", no_next_step_since=None)
    assert say(alice, lost, next_in=None).pk
    task = plan(alice, customer, assignee=charlie)
    say(charlie, customer, done_tasks=[task], next_in=None)
    seen = Customer.objects.get(pk=customer.pk)
    assert (seen.next_action_at, seen.no_next_step_since is not None) == (None, True)


def test_a_person_of_another_customer_was_not_spoken_to_here(alice, customer, make_customer, say):
    other = make_customer(owner=alice, contacts=[{"name": "李雷", "phone": "13912345678"}])
    with refused("contact_of_another", status=404):
        say(alice, customer, contact=other.contacts.get())


def test_strangers_auditors_and_pool_watchers_write_nothing(
    alice, charlie, erin, customer, make_customer, pool, say
):
    with unseen():
        say(charlie, customer)
    with refused("forbidden", status=403):
        say(erin, customer)
    waiting = make_customer(pool=pool)
    with refused("not_yours", status=403):
        say(alice, waiting)
    assert not FollowUp.objects.exists()


# Files


def test_a_file_is_kept_under_a_random_name_with_its_checksum(alice, customer, say, uploads):
    row = say(alice, customer, files=[SimpleUploadedFile("C:\\名片\\王总.png", PNG)])
    file = row.attachments.get()
    assert (file.name, file.size, file.sha256) == ("王总.png", len(PNG), hashlib.sha256(PNG).hexdigest())
    assert (file.uploaded_by, file.customer_id) == (alice, customer.pk)
    assert file.file.read() == PNG
    assert "王" not in file.file.name
    assert "png" not in file.file.name


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.png", PNG), ("A.JPG", b"\xff\xd8\xff\xe0"), ("b.pdf", b"%PDF-1.7"), ("c.xlsx", b"PK\x03\x04"), ("d.txt", "客户".encode()),
        ("e.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ("f.webp", b"RIFF"), ("g.amr", b"#!AMR"),
    ],
)  # fmt: skip
def test_accepted_kinds(name, head):
    assert check_file(name, 100, head).ending == name.rpartition(".")[2].lower()


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.html", b"<html>"), ("a.svg", b"<svg"), ("a.exe", b"MZ"), ("a", PNG), ("a.png.exe", PNG), ("a.png", b"<html>"),
        ("a.pdf", PNG), ("a.jpg", b""), (".png", b""),
    ],
)  # fmt: skip
def test_refused_kinds(name, head):
    with pytest.raises(RuleError) as caught:
        check_file(name, 100, head)
    assert caught.value.code == "file_refused"


def test_more_than_20_mb_is_too_large():
    assert check_file("a.png", LARGEST_FILE, PNG)
    with pytest.raises(RuleError) as caught:
        check_file("a.png", LARGEST_FILE + 1, PNG)
    assert (caught.value.code, caught.value.status) == ("file_too_large", 413)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"files": [SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.exe", b"MZ")]}, "file_refused"),
        ({"files": [SimpleUploadedFile("a.png", PNG)], "next_in": None}, "next_action_missing"),
    ],
)
def test_a_refused_record_leaves_no_file_behind(alice, customer, say, uploads, more, code):
    with refused(code):
        say(alice, customer, **more)
    assert kept(uploads) == []


def test_a_file_beside_the_records_and_its_end(
    alice, bob, charlie, customer, now, uploads, django_capture_on_commit_callbacks
):
    with refused("not_yours", status=403):
        attach_file(charlie, customer, SimpleUploadedFile("x.png", PNG), now=now)
    file = attach_file(alice, customer, SimpleUploadedFile("a.png", PNG), now=now)
    assert len(kept(uploads)) == 1
    with refused("not_yours", status=403):
        remove_file(charlie, file, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(bob, file, now=now)
    assert not Attachment.objects.exists()
    assert kept(uploads) == []
    kinds = list(
        Event.objects.about(customer.pk)
        .filter(kind__startswith="file.")
        .order_by("pk")
        .values_list("kind", flat=True)
    )
    assert kinds == ["file.added", "file.removed"]
