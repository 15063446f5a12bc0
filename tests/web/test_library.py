"""The pages of the library, and putting a piece into a record."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from genjin.library.models import Entry, Use


@pytest.fixture
def row(alice, make_customer):
    return make_customer(owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王经理"}])


def test_everybody_reads_and_searches(alice, client, django_assert_max_num_queries):
    client.force_login(alice)
    with django_assert_max_num_queries(9):
        page = client.get("/library/?kind=objection&q=太贵")
    assert [line["title"] for line in page.context["rows"]] == ["价格太贵"]
    questions = client.get("/library/?kind=question&spin=payoff").context["rows"]
    assert {line["marks"][0] for line in questions} == {"需求-效益"}
    assert client.get("/library/new/").status_code == 403


def test_a_lead_writes_changes_and_removes(bob, client):
    client.force_login(bob)
    form = {
        "kind": "material",
        "title": "产品手册",
        "body": "",
        "tags": "手册、2026",
        "is_active": "on",
        "stage": "prospect",
    }
    answer = client.post("/library/new/", form | {"file": SimpleUploadedFile("手册.pdf", b"%PDF-1.7 x")})
    entry = Entry.objects.get(title="产品手册")
    assert answer["Location"] == f"/library/{entry.pk}/"
    assert entry.tags == ["手册", "2026"]
    file = client.get(f"/library/{entry.pk}/file/")
    assert (file["X-Content-Type-Options"], b"".join(file.streaming_content)) == ("nosniff", b"%PDF-1.7 x")
    assert client.post(f"/library/{entry.pk}/edit/", form | {"title": "", "version": "1"}).status_code == 422
    client.post(f"/library/{entry.pk}/edit/", form | {"title": "新手册", "version": "1"})
    assert Entry.objects.get(pk=entry.pk).title == "新手册"
    client.post(f"/library/{entry.pk}/remove/")
    assert not Entry.objects.filter(pk=entry.pk).exists()


def test_a_piece_goes_into_the_record_filled_in_for_the_customer(alice, charlie, client, row):
    client.force_login(alice)
    page = client.get(f"/library/for/{row.pk}/?kind=script", headers={"HX-Request": "true"})
    texts = [line["text"] for line in page.context["rows"]]
    assert "您好，我是艾丽。看到杭州远景机电有限公司最近" in texts[0]
    entry = Entry.objects.filter(kind="script").first()
    later = timezone.localtime(timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    said = {
        "method": "phone",
        "summary": "照着话术聊了二十分钟,客户愿意见面",
        "next_at": later,
        "used": [entry.pk],
    }
    client.post(f"/customers/{row.pk}/followups/", said)
    assert Use.objects.get().entry == entry
    assert entry.title in client.get(f"/customers/{row.pk}/").content.decode()
    assert client.get(f"/library/{entry.pk}/").context["uses"][0]["customer"] == row.name
    client.force_login(charlie)
    assert client.get(f"/library/{entry.pk}/").context["uses"] == []
    assert client.get(f"/library/for/{row.pk}/").status_code == 404


def test_materials_of_a_task_are_links_before_the_call(alice, client, row, now):
    client.force_login(alice)
    entry = Entry.objects.filter(kind="material").first()
    later = timezone.localtime(timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    form = {
        "objective": "上门演示",
        "due_at": later,
        "kind": "follow_up",
        "assignee": alice.pk,
        "entries": [entry.pk],
    }
    assert client.post(f"/customers/{row.pk}/tasks/", form).status_code == 302
    line = client.get(f"/customers/{row.pk}/").context["issues"]["to_bring"][0]
    assert line["files"] == [{"title": entry.title, "url": f"/library/{entry.pk}/"}]
    task = row.tasks.get()
    client.post(f"/tasks/{task.pk}/materials/", {"materials": "样品两件", "entries": []})
    assert client.get(f"/customers/{row.pk}/").context["issues"]["to_bring"][0]["text"] == "样品两件"
