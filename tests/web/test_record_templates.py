"""Prompts in the record form, the pages of templates, and the figures of quality."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.followups.models import FollowUp
from genjin.library.models import RecordTemplate


@pytest.fixture
def row(alice, make_customer):
    return make_customer(owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王经理"}])


def filled(**more):
    later = timezone.localtime(timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    return {
        "method": "phone",
        "summary": "客户说“下周可以看演示”",
        "next_at": later,
        "got_response": "1",
    } | more


def test_the_form_asks_by_grade_stage_and_method(alice, charlie, client, row):
    client.force_login(alice)
    page = client.get(f"/customers/{row.pk}/").content.decode()
    assert 'data-value="【现用工具】"' in page  # the first version for leads
    visit = client.get(f"/customers/{row.pk}/prompts/?method=visit").content.decode()
    lead = RecordTemplate.objects.get(stage="lead")
    assert f'name="template" value="{lead.pk}"' in visit  # the stage says more than the method
    client.force_login(charlie)
    assert client.get(f"/customers/{row.pk}/prompts/?method=visit").status_code == 404


def test_after_saving_the_quality_is_said_softly(alice, client, row):
    client.force_login(alice)
    answer = client.post(f"/customers/{row.pk}/followups/", filled(), follow=True)
    record = FollowUp.objects.get()
    assert record.template == RecordTemplate.objects.get(stage="lead")
    text = answer.content.decode()
    assert f"质量 {record.quality}" in text
    assert "需求与痛点" in str(record.quality_notes)
    assert client.get("/records/quality/").context["groups"][0]["rows"][0]["line"].count == 1
    assert [line["customer"] for line in client.get("/records/?band=fair&days=30").context["rows"]] == [
        row.name
    ]
    assert client.get("/records/?band=good").context["rows"] == []


def test_a_lead_publishes_the_next_version(alice, bob, client):
    client.force_login(bob)
    form = {
        "grade": "A", "stage": "", "method": "visit", "note": "", "label": ["到场的人", "看到的情况", ""], "hint": ["谁", "", ""],
        "weight": ["3", "2", "1"], "field": ["contact", "", ""],
    }  # fmt: skip
    answer = client.post("/library/templates/next/", form)
    first = RecordTemplate.objects.get(grade="A", method="visit")
    assert answer["Location"] == f"/library/templates/{first.pk}/"
    assert [prompt["label"] for prompt in first.prompts] == ["到场的人", "看到的情况"]
    page = client.post("/library/templates/next/", form | {"label": ["别的", "", ""]})
    assert page.status_code == 422  # what is new must be said
    assert 'value="别的"' in page.content.decode()
    client.post("/library/templates/next/", form | {"label": ["别的", "", ""], "note": "换了问法"})
    assert RecordTemplate.objects.filter(grade="A", method="visit").count() == 2
    assert client.get(f"/library/templates/{first.pk}/").status_code == 200
    client.force_login(alice)
    assert client.get("/library/templates/").status_code == 200
    assert client.get("/library/templates/next/").status_code == 403
