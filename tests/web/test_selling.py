"""Opportunities as pages: list, board, forecast, one of them, opening and moving."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from genjin.accounts.models import User
from genjin.customers.models import Choice, Customer
from genjin.followups.actions.ownership import assign_customers
from genjin.proposals.actions.drafts import NewProposal, open_proposal
from genjin.selling.actions.needs import NewNeed, record_need
from genjin.selling.actions.opportunities import NewLine, change_opportunity
from genjin.selling.actions.products import save_product
from genjin.selling.actions.stages import move_stage
from genjin.selling.models import Opportunity, Product
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
    Opportunity.objects.create(
        customer=customer, name="不计入", owner=alice, opened_at=now, stage_entered_at=now, expected_close=day,
        forecast="omitted",
    )  # fmt: skip
    (line,) = client.get("/opportunities/forecast/").context["lines"]
    assert line["total"]["count"] == 1
    assert [row["name"] for row in client.get(line["total"]["url"]).context["rows"]] == ["更换排产系统"]


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


def test_changing_one_field_keeps_products_out_of_use_a_price_of_nothing_and_a_disabled_owner(
    client, alice, bob, charlie, dora, deal, now
):
    values = {"code": "OLD", "name": "旧系统", "list_price": Decimal(500)}
    old = save_product(dora, Product(), values, now=now)
    change_opportunity(
        alice, deal, {"lines": [NewLine(old, Decimal(2), Decimal(0))], "owner": charlie}, now=now
    )
    save_product(dora, old, {"is_active": False}, now=now)
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    client.force_login(bob)
    url = f"/opportunities/{deal.pk}/edit/"
    page = client.get(url)
    assert f'<option value="{old.pk}" selected>' in page.content.decode()
    assert 'name="price" inputmode="decimal" value="0.00"' in page.content.decode()
    form = page.context["form"]
    same = {name: form.initial[name] for name in ("name", "forecast", "version", "owner")}
    line = page.context["lines"][0]
    assert client.post(url, same | line | {"owner": charlie.pk, "notes": "二期"}).status_code == 302
    deal.refresh_from_db()
    assert (deal.owner, deal.notes) == (charlie, "二期")
    assert list(deal.lines.values_list("product", "quantity", "price")) == [(old.pk, Decimal(2), Decimal(0))]


def test_what_came_of_an_opportunity_is_linked(client, alice, deal, customer, now):
    offer = open_proposal(alice, customer, NewProposal(deal, "一期"), now=now)
    client.force_login(alice)
    (link,) = client.get(f"/opportunities/{deal.pk}/").context["links"]
    assert link["url"] == f"/proposals/{offer.pk}/"
    assert client.get(link["url"]).status_code == 200


def test_who_owns_an_opportunity_still_sees_it_after_a_handover(alice, bob, charlie, deal, customer, now):
    change_opportunity(alice, deal, {"owner": charlie}, now=now)
    change_opportunity(alice, deal, {"owner": alice}, now=now)
    assert not Opportunity.objects.visible_to(charlie).exists()
    assign_customers(bob, [customer.pk], bob, now=now)
    assert Opportunity.objects.visible_to(User.objects.get(pk=alice.pk)).get() == deal


def test_numbers_in_needs_are_masked_where_the_people_are(client, alice, erin, deal, customer, now):
    record_need(
        alice, customer, NewNeed({"title": "找王总 13800001111", "pains": ["打 13800001111"]}), now=now
    )
    for person, shows in ((alice, True), (erin, False)):
        client.force_login(person)
        page = client.get(f"/opportunities/{deal.pk}/").content.decode()
        assert ("13800001111" in page) is shows


def test_an_opportunity_called_after_a_person_shows_no_name_to_who_only_looks_on(
    client, alice, erin, make_customer, now
):
    person = make_customer(owner=alice, name="王小明", kind="person")
    deal = Opportunity.objects.create(
        customer=person, name="王小明", owner=alice, opened_at=now, stage_entered_at=now
    )
    for reader, is_shown in ((erin, False), (alice, True)):
        client.force_login(reader)
        for url in (f"/opportunities/{deal.pk}/", "/opportunities/?tab=all", "/opportunities/board/"):
            page = client.get(url).content.decode()
            assert "王" in page
            assert ("王小明" in page) == is_shown, url
