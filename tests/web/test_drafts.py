"""Drafts and mailboxes on the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.intake.actions.drafts import add_photos, take_letter
from genjin.intake.models import Draft, DraftFile, Mailbox
from genjin.kit.letters import Letter
from tests.intake.test_drafts import PNG, photo


@pytest.fixture
def card(alice):
    return add_photos(alice, [photo()], now=timezone.now())[0]


def test_a_card_is_photographed_and_typed_in(client, alice):
    client.force_login(alice)
    page = client.get("/drafts/photos/").content.decode()
    assert 'capture="environment"' in page
    sent = client.post(
        "/drafts/photos/", {"photos": [SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.png", PNG)]}
    )
    assert (sent.status_code, sent["Location"], Draft.objects.count()) == (302, "/drafts/", 2)
    assert client.post("/drafts/photos/", {}).status_code == 422
    row = Draft.objects.first()
    assert client.get("/drafts/").context["tabs"][1]["count"] == 2
    page = client.get(f"/drafts/{row.pk}/").content.decode()
    assert f'src="/drafts/files/{row.files.get().pk}/"' in page
    typed = {
        "name": "杭州远景机电有限公司",
        "contact_name": "王",
        "phone": "13812345678",
        "email": "w@example.com",
        "place": "mine",
        "kind": "org",
    }
    assert client.post(f"/drafts/{row.pk}/", typed).status_code == 302
    assert Customer.objects.get().contacts.get().email == "w@example.com"
    assert client.get("/drafts/?state=done").context["rows"][0]["url"] == f"/drafts/{row.pk}/"
    again = client.post(f"/drafts/{Draft.objects.last().pk}/", typed)
    assert again.status_code == 422
    assert f"?customer={Customer.objects.get().pk}" in again.content.decode()


def test_a_file_is_shown_harmlessly_and_only_to_who_sees_its_draft(client, alice, charlie, card):
    kept = DraftFile.objects.get()
    client.force_login(alice)
    answer = client.get(f"/drafts/files/{kept.pk}/")
    assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == (
        "nosniff",
        True,
    )
    client.force_login(charlie)
    assert client.get(f"/drafts/files/{kept.pk}/").status_code == 404
    assert client.get(f"/drafts/{card.pk}/").status_code == 404


def test_a_mail_is_text_and_fills_the_form(client, dora, alice):
    mailbox = Mailbox.objects.create(name="客服", host="imap.example.com", user="x")
    mailbox.readers.add(alice)
    letter = Letter(
        "王小明", "wang@example.com", "<b>咨询</b>", "<script>alert(1)</script> 杭州远景机电有限公司", "<1>"
    )
    row = take_letter(None, mailbox, letter, now=timezone.now())
    client.force_login(alice)
    page = client.get(f"/drafts/{row.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>咨询" not in page
    assert 'value="杭州远景机电有限公司"' in page
    client.post(f"/drafts/{row.pk}/drop/")
    assert Draft.objects.get().text == ""


def test_mailboxes_are_for_administrators_and_show_no_password(client, dora, alice):
    client.force_login(dora)
    refused = client.post(
        "/settings/mailboxes/new/",
        {
            "name": "x",
            "host": "127.0.0.1",
            "port": "993",
            "security": "tls",
            "user": "u",
            "password": "geheim",
            "folder": "INBOX",
        },
    )
    assert refused.status_code == 422
    assert "geheim" not in refused.content.decode()
    row = Mailbox.objects.create(
        name="客服", host="imap.example.com", user="x", password_sealed="SEALED", problem="timeout"
    )
    page = (
        client.get("/settings/mailboxes/").content.decode()
        + client.get(f"/settings/mailboxes/{row.pk}/").content.decode()
    )
    assert "timeout" in page
    assert "SEALED" not in page
    client.force_login(alice)
    assert client.get("/settings/mailboxes/").status_code == 403
    assert client.post(f"/settings/mailboxes/{row.pk}/look/").status_code == 403
