"""Opportunities, needs, deciders and competitors over the API."""

import json

import pytest
from django.utils import timezone

from genjin.accounts.actions import issue_token
from genjin.customers.models import Choice, Contact, Customer
from genjin.selling.models import Opportunity, Product
from tests.selling.conftest import stages


@pytest.fixture
def ask(client):
    """Return a way to call the API as somebody."""
    tokens = {}

    def call(who, method, path, body=None):
        if who.pk not in tokens:
            tokens[who.pk] = issue_token(who, who, name="t", days=1, now=timezone.now())
        more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(client, method)(
            f"/api/v1{path}", headers={"Authorization": f"Bearer {tokens[who.pk]}"}, **more
        )
        return answer.status_code, (answer.json() if answer.content else None)

    return call


@pytest.fixture
def customer(make_customer, prove, alice):
    people = [{"name": "王总", "phone": "13800001111", "is_decider": True}]
    known = {"need": "更换排产系统", "budget": "80万", "is_authority_clear": "是"}
    row = make_customer(owner=alice, name="杭州远景机电有限公司", contacts=people, **known)
    prove(alice, row, "need", "budget", "authority")
    Customer.objects.filter(pk=row.pk).update(stage="prospect")
    return row


def test_from_opening_to_a_loss(ask, alice, charlie, customer, prove):
    product = Product.objects.create(code="P1", name="排产软件", list_price=1000)
    new = {
        "customer": customer.pk,
        "name": "一期",
        "amount": "800000.00",
        "lines": [{"product": product.pk, "quantity": "2"}],
    }
    assert ask(charlie, "post", "/opportunities", new)[0] == 422
    assert Opportunity.objects.count() == 0
    status, made = ask(alice, "post", "/opportunities", new)
    assert (status, made["stage"], made["probability"], made["weighted"]) == (
        201,
        "qualified",
        30,
        "240000.00",
    )
    assert made["lines"][0]["product"]["name"] == "排产软件"
    url = f"/opportunities/{made['id']}"
    status, changed = ask(alice, "patch", url, {"version": 1, "amount": "900000.00", "forecast": "commit"})
    assert (status, changed["amount"], changed["name"], len(changed["lines"])) == (
        200,
        "900000.00",
        "一期",
        1,
    )
    assert ask(alice, "patch", url, {"version": 1, "amount": "1.00"})[0] == 409
    status, refused = ask(alice, "post", f"{url}/move", {"stage": "negotiation"})
    assert (status, refused["code"]) == (422, "stage_gate_closed")
    shown = {"kind": "email", "proves": ["proposal_sent", "proposal_feedback"], "text": "方案已发，客户认可"}
    assert ask(alice, "post", f"{url}/move", {"stage": "negotiation", "evidence": shown})[0] == 200
    assert stages(customer) == ("negotiation", ["negotiation"])
    prove(alice, customer, "refusal")
    word = Choice.objects.get_or_create(
        kind="lost_reason", name="价格太高", defaults={"waives_touches": True}
    )[0]
    status, lost = ask(alice, "post", f"{url}/lose", {"lost_reason": word.name})
    assert (status, lost["stage"], lost["lost_reason"]["name"]) == (200, "lost", "价格太高")
    assert stages(customer) == ("lost", ["lost"])


def test_lists_filter_and_keep_to_what_one_sees(ask, alice, charlie, customer):
    made = ask(alice, "post", "/opportunities", {"customer": customer.pk, "name": "一期"})[1]
    assert [
        row["id"] for row in ask(alice, "get", "/opportunities?stage=qualified&month=undated")[1]["items"]
    ] == [made["id"]]
    assert ask(alice, "get", "/opportunities?stage=won")[1]["items"] == []
    assert ask(alice, "get", "/opportunities?stage=x")[0] == 422
    assert [
        row["id"] for row in ask(alice, "get", f"/customers/{customer.pk}/opportunities")[1]["items"]
    ] == [made["id"]]
    assert ask(charlie, "get", "/opportunities")[1]["items"] == []
    assert ask(charlie, "get", f"/opportunities/{made['id']}")[0] == 404
    assert ask(charlie, "patch", f"/opportunities/{made['id']}", {"version": 1, "name": "我的"})[0] == 404
    assert Opportunity.objects.get().name == "一期"


def test_needs_deciders_and_competitors(ask, alice, charlie, erin, customer):
    url = f"/customers/{customer.pk}"
    status, need = ask(
        alice,
        "post",
        f"{url}/need-records",
        {"title": "替换进销存", "budget_max": "80000.00", "pains": ["库存不准"]},
    )
    assert (status, need["pains"], need["is_late"]) == (201, ["库存不准"], False)
    status, need = ask(
        alice,
        "patch",
        f"/need-records/{need['id']}",
        {"version": 1, "budget_max": "150000.00", "overwrite": ["budget"]},
    )
    assert (status, need["title"], [(one["old"], one["new"]) for one in need["changes"]]) == (
        200,
        "替换进销存",
        [("80000.00", "150000.00")],
    )
    boss = Contact.objects.get(customer=customer)
    status, place = ask(
        alice, "post", f"{url}/decision-chain", {"contact": boss.pk, "role": "decider", "influence": 3}
    )
    assert (status, place["name"], place["is_stale"]) == (200, "王总", False)
    assert ask(erin, "get", f"{url}/decision-chain")[1][0]["name"] != "王总"
    assert ask(alice, "post", f"{url}/decision-chain/verify")[1] == {"count": 1}
    status, rival = ask(alice, "post", f"{url}/competitors", {"name": "某云", "answer": "本地团队"})
    assert status == 201
    assert (
        ask(alice, "put", f"/competitors/{rival['id']}", {"name": "某云", "answer": "两小时到场"})[1][
            "answer"
        ]
        == "两小时到场"
    )
    for method, path in (
        ("get", f"/need-records/{need['id']}"),
        ("delete", f"/decision-chain/{place['id']}"),
        ("delete", f"/competitors/{rival['id']}"),
    ):
        assert ask(charlie, method, path)[0] == 404
    assert ask(alice, "delete", f"/competitors/{rival['id']}")[0] == 204
    assert ask(alice, "delete", f"/decision-chain/{place['id']}")[0] == 204
    boss.refresh_from_db()
    assert not boss.is_decider
