"""The pages of gates: the checklist of a move, evidence, exceptions."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from genjin.approvals.models import Request
from genjin.customers.models import Choice, Customer
from genjin.followups.actions.evidence import withdraw_evidence
from genjin.followups.models import Evidence, GateException

CLEAR = {"need": "更换排产系统", "budget": "80万", "is_authority_clear": "是"}


@pytest.fixture
def customer(alice, make_customer):
    row = make_customer(owner=alice, **CLEAR)
    Customer.objects.filter(pk=row.pk).update(stage="prospect")
    row.refresh_from_db()
    return row


def test_a_dropped_card_answers_with_the_checklist_and_moves_once_it_is_supplied(alice, client, customer):
    client.force_login(alice)
    url = f"/customers/{customer.pk}/stage/"
    answer = client.post(url, {"stage": "qualified"})
    assert answer.status_code == 422
    assert [line["is_met"] for line in answer.context["lines"]] == [False] * 3
    ways = [way["url"] for way in answer.context["lines"][0]["ways"]]
    assert ways == [
        f"/customers/{customer.pk}/?proves=need#composer-summary",
        f"/customers/{customer.pk}/evidence/?proves=need",
    ]
    asked = {
        "csrfmiddlewaretoken": "x",
        "stage": "qualified",
        "kind": "verbal",
        "text": "王经理电话确认需求和预算",
    }
    answer = client.post(url, asked | {"proves": ["need", "budget"]}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not Evidence.objects.exists()
    answer = client.post(
        url, asked | {"proves": ["need", "budget", "authority"]}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    customer.refresh_from_db()
    assert (customer.stage, Evidence.objects.get().proves) == ("qualified", ["authority", "budget", "need"])


def test_a_contract_is_signed_and_not_ticked(alice, client, customer):
    Customer.objects.filter(pk=customer.pk).update(stage="negotiation")
    client.force_login(alice)
    page = client.get(f"/customers/{customer.pk}/stage/?to=won")
    assert not page.context["asks_evidence"]
    [line] = page.context["lines"]
    assert [way["url"] for way in line["ways"]] == [f"/customers/{customer.pk}/?tab=contracts"]
    scan = SimpleUploadedFile("合同.pdf", b"%PDF-1.7 scan")
    form = {
        "csrfmiddlewaretoken": "x",
        "stage": "won",
        "proves": ["contract"],
        "kind": "contract",
        "text": "合同已签",
        "file": scan,
    }
    for url in (f"/customers/{customer.pk}/stage/", f"/customers/{customer.pk}/evidence/"):
        scan.seek(0)
        assert client.post(url, form).status_code == 422
    customer.refresh_from_db()
    assert (customer.stage, Evidence.objects.count()) == ("negotiation", 0)


def test_an_exception_is_asked_granted_shown_and_paid(alice, bob, client, customer, prove):
    client.force_login(alice)
    until = timezone.localdate() + timedelta(days=10)
    url = f"/customers/{customer.pk}/exception/?to=qualified"
    assert "预算" in client.get(url).content.decode()
    assert client.post(url, {"reason": "", "until": until}).status_code == 422
    assert client.post(url, {"reason": "客户下周才出书面确认", "until": until}).status_code == 302
    request = Request.objects.get()
    assert (request.kind, Customer.objects.get().stage) == ("gate", "prospect")
    client.force_login(bob)
    assert client.post(f"/requests/{request.pk}/grant/", {"answer": ""}).status_code == 302
    customer.refresh_from_db()
    debt = GateException.objects.get()
    assert (customer.stage, customer.gate_debt_until, debt.approver, debt.asked_by) == (
        "qualified",
        debt.expires_at,
        bob,
        alice,
    )
    assert client.get(f"/customers/{customer.pk}/").context["customer"]["debt"]["tone"] == "orange"
    found = client.get("/customers/?tab=all&f=gate_debt_until&op=not_empty&v=&v2=")
    assert [row["id"] for row in found.context["rows"]] == [customer.pk]
    assert "待补依据" in client.get("/customers/board/?tab=all").content.decode()
    tab = client.get(f"/customers/{customer.pk}/?tab=evidence")
    assert tab.context["debts"][0]["approver"] == bob.name
    prove(alice, customer, "need", "budget", "authority", at=timezone.now())
    assert client.get(f"/customers/{customer.pk}/").context["customer"]["debt"] is None
    assert not client.get("/customers/?tab=all&f=gate_debt_until&op=not_empty&v=&v2=").context["rows"]


def test_evidence_is_added_shown_and_withdrawn(alice, charlie, client, customer):
    client.force_login(alice)
    url = f"/customers/{customer.pk}/evidence/?proves=budget"
    assert client.get(url).context["form"].initial["proves"] == ["budget"]
    assert client.post(url, {"proves": ["budget"], "kind": "email", "text": ""}).status_code == 422
    assert (
        client.post(url, {"proves": ["budget"], "kind": "email", "text": "邮件确认预算八十万"}).status_code
        == 302
    )
    row = Evidence.objects.get()
    shown = client.get(f"/customers/{customer.pk}/?tab=evidence").context
    assert (shown["evidence"][0]["text"], shown["lines"][1]["is_met"]) == ("邮件确认预算八十万", True)
    assert client.post(f"/evidence/{row.pk}/withdraw/", {"reason": "发错了"}).status_code == 302
    shown = client.get(f"/customers/{customer.pk}/?tab=evidence").context["evidence"][0]
    assert (shown["why"], shown["withdraw_url"]) == ("发错了", "")
    client.force_login(charlie)
    assert client.get(url).status_code == 404
    assert client.get(f"/evidence/{row.pk}/withdraw/").status_code == 404


def test_a_record_with_a_tick_is_evidence(alice, client, customer):
    client.force_login(alice)
    page = client.get(f"/customers/{customer.pk}/?proves=budget")
    ticked = [box.data["value"] for box in page.context["form"]["proves"] if box.data["selected"]]
    assert ticked == ["budget"]
    later = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    said = {
        "method": "wechat",
        "summary": "王经理微信确认预算八十万",
        "next_at": later,
        "proves": ["budget"],
        "got_response": "1",
    }
    assert client.post(f"/customers/{customer.pk}/followups/", said).status_code == 302
    assert Evidence.objects.values_list("kind", "proves").get() == ("chat", ["budget"])
    assert "budget" not in [
        value
        for value, _label in client.get(f"/customers/{customer.pk}/").context["form"].fields["proves"].choices
    ]


def test_losing_asks_why_and_what_shows_it(alice, client, customer):
    reason = Choice.objects.filter(kind="lost_reason", waives_touches=True).first()
    Customer.objects.filter(pk=customer.pk).update(last_contact_at=timezone.now())
    client.force_login(alice)
    form = {"csrfmiddlewaretoken": "x", "stage": "lost", "lost_reason": reason.pk, "reason": ""}
    answer = client.post(f"/customers/{customer.pk}/stage/", form)
    assert (answer.status_code, answer.context["is_loss"]) == (422, True)
    form |= {"proves": ["refusal"], "kind": "email", "text": "客户邮件答复:今年不采购"}
    assert client.post(f"/customers/{customer.pk}/stage/", form).status_code == 302
    customer.refresh_from_db()
    assert (customer.stage, customer.lost_reason) == ("lost", reason)


def test_withdrawn_evidence_shows_at_once(alice, bob, client, customer, prove):
    row = prove(alice, customer, "need", at=timezone.now())
    Customer.objects.filter(pk=customer.pk).update(stage="qualified")
    withdraw_evidence(alice, row, reason="客户改口", now=timezone.now())
    client.force_login(bob)
    assert client.get(f"/customers/{customer.pk}/").context["customer"]["debt"]["text"]
