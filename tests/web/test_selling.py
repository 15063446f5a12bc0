"""Opportunities as pages: list, board, forecast, one of them, opening and moving."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.customers.models import Choice, Customer
from genjin.selling.actions.opportunities import change_opportunity
from genjin.selling.actions.stages import move_stage
from genjin.selling.models import Opportunity
from tests.selling.conftest import stages

FORM = {"HX-Request": "true"}


@pytest.fixture
def customer(make_customer, prove, alice):
    people = [{"name": "王总", "phone": "13800001111", "is_decider": True}]
    row = make_customer(
        owner=alice,
        name="杭州远景机电有限公司",
        need="更换排产系统",
        budget="80万",
        is_authority_clear="是",
        contacts=people,
    )
    Customer.objects.filter(pk=row.pk).update(stage="prospect")
    prove(alice, row, "need", "budget", "authority")
    row.refresh_from_db()
    return row


@pytest.fixture
def deal(customer, alice, now):
    move_stage(alice, customer, "qualified", now=now)
    return Opportunity.objects.get(customer=customer)


@pytest.fixture
def too_dear(db):
    return Choice.objects.get_or_create(
        kind="lost_reason", name="价格太高", defaults={"waives_touches": True}
    )[0]


def test_the_list_shows_what_one_sees_with_sums(client, alice, charlie, deal):
    client.force_login(alice)
    page = client.get("/opportunities/")
    assert page.status_code == 200
    assert [row["name"] for row in page.context["rows"]] == ["更换排产系统"]
    assert page.context["sums"][0]["value"] == "80万"
    assert client.get("/opportunities/?stage=won&sort=-amount").context["rows"] == []
    assert len(client.get("/opportunities/?tab=attention").context["rows"]) == 1  # it has no day yet
    client.force_login(charlie)
    page = client.get("/opportunities/?tab=all")
    assert page.context["rows"] == []
    assert "更换排产系统" not in page.content.decode()


def test_columns_and_views_are_one_s_own(client, alice, bob, deal):
    client.force_login(alice)
    client.post("/opportunities/columns/", {"columns": ["owner", "days"]})
    assert [head["label"] for head in client.get("/opportunities/").context["columns"]][1:] == [
        "负责人",
        "停留天数",
    ]
    client.post("/opportunities/views/?tab=mine&stage=qualified", {"name": "我的意向"})
    assert "我的意向" in client.get("/opportunities/").content.decode()
    client.force_login(bob)
    page = client.get("/opportunities/").content.decode()
    assert "我的意向" not in page


def test_a_card_that_may_not_move_comes_back_with_the_checklist(client, alice, prove, deal, customer):
    client.force_login(alice)
    card = client.get("/opportunities/board/").context["board"][0]["cards"][0]
    answer = client.post(card["move_url"], {"stage": "negotiation", "version": card["version"]})
    assert answer.status_code == 422
    assert "proposal_sent" in answer.content.decode()
    assert stages(customer) == ("qualified", ["qualified"])
    prove(alice, customer, "proposal_sent", "proposal_feedback")
    assert (
        client.post(card["move_url"], {"stage": "negotiation", "version": card["version"]}).status_code == 200
    )
    assert stages(customer) == ("negotiation", ["negotiation"])
    stale = client.post(card["move_url"], {"stage": "qualified", "version": card["version"]})
    assert stale.status_code == 409


def test_the_dialog_takes_evidence_and_moves(client, alice, deal, customer):
    client.force_login(alice)
    url = f"/opportunities/{deal.pk}/stage/"
    assert client.get(f"{url}?to=negotiation", headers=FORM).status_code == 200
    said = {
        "csrfmiddlewaretoken": "x",
        "stage": "negotiation",
        "proves": ["proposal_sent", "proposal_feedback"],
        "kind": "email",
        "text": "方案已发，客户认可",
    }
    assert client.post(url, said, headers=FORM).status_code == 204
    assert stages(customer) == ("negotiation", ["negotiation"])


def test_losing_in_the_dialog(client, alice, prove, deal, customer, too_dear):
    prove(alice, customer, "refusal")
    client.force_login(alice)
    url = f"/opportunities/{deal.pk}/stage/"
    lost = {"csrfmiddlewaretoken": "x", "stage": "lost", "reason": ""}
    assert client.post(url, lost, headers=FORM).status_code == 422
    assert client.post(url, lost | {"lost_reason": too_dear.pk}, headers=FORM).status_code == 204
    assert stages(customer) == ("lost", ["lost"])


def test_opening_and_changing(client, alice, charlie, customer, deal):
    client.force_login(alice)
    assert client.get("/opportunities/new/").status_code == 200
    page = client.get(f"/opportunities/new/?customer={customer.pk}")
    assert "更换排产系统" in page.content.decode()
    new = {
        "customer": customer.pk,
        "name": "二号车间",
        "kind": "first",
        "amount": "120000",
        "forecast": "best",
        "expected_close": "2026-06-30",
    }
    answer = client.post("/opportunities/new/", new)
    made = Opportunity.objects.get(name="二号车间")
    assert answer["Location"] == f"/opportunities/{made.pk}/"
    changed = {"name": "二号车间改造", "forecast": "commit", "version": made.version}
    assert client.post(f"/opportunities/{made.pk}/edit/", changed).status_code == 302
    page = client.get(f"/opportunities/{made.pk}/").content.decode()
    assert "二号车间改造" in page
    assert client.post(f"/opportunities/{made.pk}/edit/", changed | {"name": "旧的"}).status_code == 422
    client.force_login(charlie)
    for address in (
        f"/opportunities/{made.pk}/",
        f"/opportunities/{made.pk}/edit/",
        f"/opportunities/{made.pk}/stage/",
    ):
        assert client.get(address).status_code == 404
    assert client.post(f"/opportunities/{made.pk}/stage/", {"stage": "lost"}).status_code == 404
    made.refresh_from_db()
    assert (made.name, made.stage) == ("二号车间改造", "qualified")


def test_the_forecast_leads_to_rows_and_shows_debts(client, alice, deal, customer, now):
    day = timezone.localdate() + timedelta(days=40)
    change_opportunity(alice, deal, {"expected_close": day, "forecast": "commit"}, now=now)
    Customer.objects.filter(pk=customer.pk).update(gate_debt_until=now)
    client.force_login(alice)
    page = client.get("/opportunities/forecast/")
    (line,) = page.context["lines"]
    assert (line["label"], line["cells"][0]["amount"], line["cells"][0]["weighted"]) == (
        day.isoformat()[:7],
        "80万",
        "24万",
    )
    rows = client.get(line["cells"][0]["url"]).context["rows"]
    assert [row["name"] for row in rows] == ["更换排产系统"]
    assert page.context["debts"][0]["is_late"]


def test_the_tab_and_the_timeline_of_the_customer(client, alice, deal, customer):
    client.force_login(alice)
    page = client.get(f"/customers/{customer.pk}/?tab=deals").content.decode()
    assert f"/opportunities/{deal.pk}/" in page
    assert "商机开启" in client.get(f"/customers/{customer.pk}/").content.decode()


def test_probabilities_are_for_administrators(client, alice, dora, deal):
    client.force_login(alice)
    assert client.get("/settings/chances/").status_code == 403
    client.force_login(dora)
    assert client.post("/settings/chances/", {"qualified": 20, "negotiation": 70}).status_code == 302
    client.force_login(alice)
    assert client.get("/opportunities/").context["sums"][0]["note"] == "加权 16万"
