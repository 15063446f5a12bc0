"""Photos and mails that wait to be typed in, and the mailbox they come from."""

from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Contact, Customer
from genjin.events.models import Event
from genjin.followups.models import Attachment
from genjin.intake.actions.drafts import add_photos, attach_draft, drop_draft, take_letter, type_in
from genjin.intake.actions.mailboxes import look_into, look_into_all, remove_mailbox, save_mailbox
from genjin.intake.models import Draft, DraftFile, Mailbox
from genjin.intake.rules.drafts import recognise
from genjin.kit.letters import Letter
from tests.intake.imap import FakeImap
from tests.refusals import refused, unseen

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def photo(name="card.png", content=PNG):
    return SimpleUploadedFile(name, content)


def letter_of(
    subject="咨询",
    text="我们是杭州远景机电有限公司,电话 138 1234 5678",
    sender="王小明 <wang@example.com>",
    **headers,
):
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


@pytest.fixture
def card(alice, now):
    return add_photos(alice, [photo()], now=now)[0]


@pytest.fixture
def server():
    fake = FakeImap()
    yield fake
    fake.close()


@pytest.fixture
def mailbox(dora, alice, server, settings, now):
    settings.ENVIRONMENT = SimpleNamespace(
        private_hosts=["127.0.0.1"], public_url=settings.ENVIRONMENT.public_url
    )
    values = {"name": "客服邮箱", "host": "127.0.0.1", "port": server.port, "security": "none", "user": "sales", "password": "geheim",
              "readers": [alice], "folder": "INBOX"}  # fmt: skip
    return save_mailbox(dora, Mailbox(), values, now=now)


def test_a_photo_is_typed_in_and_its_file_goes_along(alice, card, now):
    path = card.files.get().file.path
    new = NewCustomer(
        fields={"name": "杭州远景机电有限公司"}, contacts=[{"name": "王", "phone": "13812345678"}]
    )
    customer = type_in(alice, card, new, now=now)
    card.refresh_from_db()
    assert (card.status, card.customer, card.closed_by) == ("done", customer, alice)
    assert (Attachment.objects.get().customer, Attachment.objects.get().name) == (customer, "card.png")
    assert not DraftFile.objects.exists()
    assert path != Attachment.objects.get().file.path
    assert Event.objects.get(kind="draft.typed_in").customer_id == customer.pk
    with refused("draft_closed", status=409):
        drop_draft(alice, card, now=now)


def test_it_may_go_to_a_pool_with_its_file(alice, card, pool, now):
    customer = type_in(alice, card, NewCustomer(fields={"name": "杭州远景机电有限公司"}, pool=pool), now=now)
    assert (customer.pool, Attachment.objects.get().customer) == (pool, customer)


def test_one_we_know_is_refused_and_the_draft_waits_until_it_is_attached(alice, card, make_customer, now):
    there = make_customer(owner=alice, name="杭州远景机电有限公司")
    with refused("duplicate_same", status=409):
        type_in(alice, card, NewCustomer(fields={"name": "杭州远景机电有限公司"}), now=now)
    attach_draft(alice, card, there, now=now)
    card.refresh_from_db()
    assert (card.status, Attachment.objects.get().customer, Customer.objects.count()) == ("done", there, 1)


def test_nobody_attaches_to_a_customer_that_is_not_theirs(alice, charlie, card, make_customer, now):
    other = make_customer(owner=charlie)
    with unseen():
        attach_draft(alice, card, other, now=now)


def test_photos_are_ones_own_and_who_leads_sees_them(alice, bob, charlie, erin, card, now):
    seen = {user.username: Draft.objects.visible_to(user).count() for user in (alice, bob, charlie, erin)}
    assert seen == {"alice": 1, "bob": 1, "charlie": 0, "erin": 0}
    with unseen():
        drop_draft(charlie, card, now=now)
    with refused("forbidden", status=403):
        add_photos(erin, [photo()], now=now)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.exe", PNG, "file_refused"),
        ("x.png", b"MZ" * 20, "file_refused"),
        ("x.txt", b"hello", "photo_refused"),
    ],
)
def test_only_pictures_are_kept(alice, name, content, code, now):
    with refused(code):
        add_photos(alice, [photo(), photo(name, content)], now=now)


def test_a_dropped_draft_leaves_neither_text_nor_file(
    mailbox, alice, now, django_capture_on_commit_callbacks
):
    draft = take_letter(
        None, mailbox, Letter("王", "w@example.com", "x", "正文", "<1>", (("a.png", PNG),)), now=now
    )
    path = draft.files.get().file.path
    with django_capture_on_commit_callbacks(execute=True):
        drop_draft(alice, draft, now=now)
    draft.refresh_from_db()
    assert (draft.text, draft.proposed, DraftFile.objects.count()) == ("", {}, 0)
    from pathlib import Path

    assert not Path(path).exists()


def test_unread_mails_become_drafts_once_and_nothing_is_touched(
    mailbox, server, alice, bob, charlie, dora, now
):
    message = letter_of(Message_ID="<1@example.com>")
    message.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="需求.pdf")
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="virus.exe")
    server.messages = {
        4: message.as_bytes(),
        5: letter_of("旧邮件").as_bytes(),
        6: letter_of("没有编号").as_bytes(),
    }
    server.seen = {5}
    assert look_into(mailbox.pk, now=now) == 2
    draft = Draft.objects.get(message_id="<1@example.com>")
    assert (draft.kind, draft.subject, draft.sender_address, draft.created_by) == (
        "mail",
        "咨询",
        "wang@example.com",
        None,
    )
    assert draft.proposed == {
        "name": "杭州远景机电有限公司",
        "contact_name": "王小明",
        "phone": "13812345678",
        "email": "wang@example.com",
    }
    assert [kept.name for kept in draft.files.all()] == ["需求.pdf"]
    assert "virus.exe" in draft.text
    assert look_into(mailbox.pk, now=now) == 0
    server.messages[9] = letter_of("再来一封").as_bytes()
    assert look_into(mailbox.pk, now=now) == 1
    verbs = {command.split()[0] for command in server.commands} | {
        command.split()[1] for command in server.commands if command.startswith("UID")
    }
    assert verbs <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "SEARCH", "FETCH", "LOGOUT"}
    assert not any("BODY[]" in command for command in server.commands), "only a look that leaves mails unread"
    seen = {user.username: Draft.objects.visible_to(user).count() for user in (alice, bob, charlie, dora)}
    assert seen == {"alice": 3, "bob": 0, "charlie": 0, "dora": 3}


def test_a_mailbox_numbered_anew_is_looked_through_without_doubles(mailbox, server, now):
    server.messages = {4: letter_of(Message_ID="<1@x>").as_bytes()}
    look_into(mailbox.pk, now=now)
    server.validity, server.messages = (
        8,
        {1: letter_of(Message_ID="<1@x>").as_bytes(), 2: letter_of(Message_ID="<2@x>").as_bytes()},
    )
    assert look_into(mailbox.pk, now=now) == 1
    mailbox.refresh_from_db()
    assert (mailbox.uid_validity, mailbox.last_uid, mailbox.problem) == (8, 2, "")


def test_a_huge_mail_is_named_and_not_fetched(mailbox, server, now):
    server.messages, server.sizes = {3: letter_of().as_bytes()}, {3: 90_000_000}
    assert look_into(mailbox.pk, now=now) == 1
    assert not any("BODY" in command for command in server.commands)


def test_what_goes_wrong_stands_on_the_page(mailbox, server, dora, now):
    server.password = "another"
    assert look_into(mailbox.pk, now=now) == 0
    mailbox.refresh_from_db()
    assert "geheim" not in mailbox.problem
    assert mailbox.problem
    server.close()
    assert look_into(mailbox.pk, now=now) == 0
    save_mailbox(dora, mailbox, {"is_active": False}, now=now)
    assert look_into(mailbox.pk, now=now) == 0
    assert look_into_all(now) == 0


def test_the_password_is_sealed_and_never_sent_to_another_server(mailbox, dora, now, settings):
    assert "geheim" not in str(Mailbox.objects.values().get())
    save_mailbox(dora, mailbox, {"folder": "Leads"}, now=now)
    settings.ENVIRONMENT.private_hosts.append("localhost")
    with refused("password_missing"):
        save_mailbox(dora, Mailbox.objects.get(), {"host": "localhost"}, now=now)
    settings.SECRET_KEY = "another key of at least thirty-two letters"
    assert look_into(mailbox.pk, now=now) == 0
    assert Mailbox.objects.get().problem


def test_only_administrators_name_servers_and_none_of_a_private_network(alice, dora, settings, now):
    values = {"name": "x", "host": "127.0.0.1", "port": 143, "security": "tls", "user": "u", "password": "p"}
    with refused("forbidden", status=403):
        save_mailbox(alice, Mailbox(), values, now=now)
    for host in ("127.0.0.1", "169.254.169.254", "localhost", "0.0.0.0"):
        with refused("host_private"):
            save_mailbox(dora, Mailbox(), values | {"host": host}, now=now)
    with refused("host_unknown"):
        save_mailbox(dora, Mailbox(), values | {"host": "nothing.invalid"}, now=now)


def test_a_mailbox_that_brought_drafts_is_ended_not_removed(mailbox, server, dora, now):
    server.messages = {1: letter_of().as_bytes()}
    look_into(mailbox.pk, now=now)
    with refused("entry_in_use", status=409):
        remove_mailbox(dora, mailbox, now=now)


@pytest.mark.parametrize(
    ("text", "found"),
    [("来自 苏州华创自动化有限公司 李工 0512-62345678", {"name": "苏州华创自动化有限公司", "phone": "0512-62345678"}),
     ("座机 0512-62345678 手机13900001111", {"phone": "13900001111"}), ("订单号 20260311000123", {}), ("", {})],
)  # fmt: skip
def test_what_is_recognised(text, found):
    assert recognise(text) == found


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=500), st.text(max_size=30))
def test_recognising_never_raises_and_finds_only_what_is_there(text, name):
    found = recognise(text, sender_name=name)
    assert found.get("name", "") in text
    assert found.get("email", "") in text


def test_contacts_keep_the_mail_of_a_draft(alice, card, now):
    type_in(
        alice,
        card,
        NewCustomer(fields={"name": "甲机电有限公司"}, contacts=[{"name": "王", "email": "w@example.com"}]),
        now=now,
    )
    assert Contact.objects.get().email == "w@example.com"
