"""Questionnaires on the pages: designed, sent, answered on a phone without login, decided by the owner."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.intake.actions.questionnaires import save_questionnaire, send_questionnaire
from genjin.intake.models import ProposedChange, Questionnaire, QuestionnaireLink
from tests.intake.test_questionnaires import ASKED, TYPED

SENT = {f"q{at}": text for at, text in enumerate(TYPED)}


@pytest.fixture
def link(dora, alice, make_customer):
    now = timezone.now()
    survey = save_questionnaire(
        dora, Questionnaire(), {"name": "需求调研", "title": "调研问卷"}, ASKED, now=now
    )
    return send_questionnaire(
        alice, make_customer(owner=alice, name="绍兴听雪印染有限公司", need="旧需求"), survey, now=now
    )


def test_a_customer_answers_without_login_and_reads_nothing_of_ours(link):
    visitor = Client(enforce_csrf_checks=True)
    page = visitor.get(f"/q/{link.key}/")
    text = page.content.decode()
    assert (page.status_code, page.cookies.keys()) == (200, set())
    assert "您最需要解决什么?" in text
    assert not any(word in text for word in ("绍兴听雪", "旧需求", "艾丽", "需求调研"))
    wrong = visitor.post(f"/q/{link.key}/", SENT | {"q1": "很多"})
    assert (wrong.status_code, TYPED[0] in wrong.content.decode()) == (422, True)
    assert visitor.post(f"/q/{link.key}/", SENT).status_code == 200
    missing = visitor.get(f"/q/{'x' * 22}/")
    over = visitor.get(f"/q/{link.key}/")
    assert (over.status_code, over.content) == (404, missing.content)


def test_the_owner_sends_looks_and_decides(client, alice, link):
    customer = link.customer
    client.force_login(alice)
    Client().post(f"/q/{link.key}/", SENT)
    assert (
        f"/customers/{customer.pk}/questionnaires/"
        in client.get(f"/customers/{customer.pk}/").content.decode()
    )
    page = client.get(f"/customers/{customer.pk}/questionnaires/")
    first = page.context["proposals"][0]
    assert (first["old"], first["new"]) == (
        "旧需求",
        TYPED[0],
    )
    first = ProposedChange.objects.get(field="need")
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
    client.post(f"/questionnaires/proposals/{first.pk}/", {"accept": "1", "version": version})
    assert Customer.objects.get(pk=customer.pk).need == TYPED[0]
    assert (
        client.post(f"/questionnaires/proposals/{first.pk}/", {"accept": "1", "version": version}).status_code
        == 409
    )
    client.post(f"/customers/{customer.pk}/questionnaires/", {"questionnaire": link.questionnaire.pk})
    newest = QuestionnaireLink.objects.latest("pk")
    assert newest.key in client.get(f"/customers/{customer.pk}/questionnaires/").content.decode()
    assert client.get(f"/questionnaires/links/{newest.pk}/qr.svg").status_code == 200
    client.post(f"/questionnaires/links/{newest.pk}/revoke/")
    assert client.get(f"/questionnaires/links/{newest.pk}/qr.svg").status_code == 409
    assert newest.key not in client.get(f"/customers/{customer.pk}/questionnaires/").content.decode()


def test_it_is_designed_row_by_row(client, dora, alice):
    client.force_login(dora)
    sent = {"name": "满意度", "title": "回访", "days_valid": "7", "remind_days": "3", "is_active": "on",
            "text": ["需要什么?", "", "多久采购?"], "field": ["need", "", "purchase_timing"], "choices": ["", "", "一个月内、三个月内"],
            "must": ["1", "", ""]}  # fmt: skip
    assert client.post("/questionnaires/new/", sent | {"field": ["need", "", "need"]}).status_code == 422
    assert client.post("/questionnaires/new/", sent).status_code == 302
    kept = Questionnaire.objects.get()
    assert [row["choices"] for row in kept.questions] == [[], ["一个月内", "三个月内"]]
    assert "一个月内、三个月内" in client.get(f"/questionnaires/{kept.pk}/").content.decode()
    client.force_login(alice)
    assert client.get(f"/questionnaires/{kept.pk}/").status_code == 403
