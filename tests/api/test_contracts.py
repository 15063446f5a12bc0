"""Contracts by API: alice owns the customer, bob leads her, lena reviews terms, fiona watches money, charlie sees nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from genjin.approvals.models import Request
from genjin.contracts.models import Amendment, Contract, Milestone
from genjin.customers.models import Customer
from genjin.proposals.models import ProposalLine
from tests.contracts.conftest import customer, opportunity, signed

__all__ = ["customer", "opportunity", "signed"]
PLAN = [
    {"name": "首付款", "trigger": "signing", "percent": "30", "offset_days": 3},
    {"name": "尾款", "trigger": "acceptance", "percent": "70"},
]


def scan(name="contract.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7 scan", content_type="application/pdf")


@pytest.fixture
def body(opportunity, lena, fiona):
    Customer.objects.filter(pk=opportunity.customer_id).update(stage="negotiation")
    today = timezone.localdate()
    return {
        "opportunity": opportunity.pk, "title": "排产线采购合同", "amount": "860000", "product": "两条排产线", "payment_terms": "首付三成",
        "liability_terms": "逾期每日万分之五", "scope_terms": "两条排产线及安装调试", "starts_on": str(today),
        "ends_on": str(today + timedelta(days=365)), "legal": "lena", "finance": "fiona", "milestones": PLAN,
    }  # fmt: skip


@pytest.fixture
def draft(alice, body, call):
    answer = call(alice).post("/contracts", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def approve(call, *people, of):
    for person in people:
        answer = call(person).post(f"/requests/{of}/grant", {})
        assert answer.status_code == 200, answer.content


def test_from_draft_to_signature(alice, bob, charlie, lena, call, draft):
    at = f"/contracts/{draft['id']}"
    assert [(one["name"], one["amount"], one["state"]) for one in draft["milestones"]] == [
        ("首付款", "258000.00", "waiting"), ("尾款", "602000.00", "waiting"),
    ]  # fmt: skip
    assert (draft["state"], draft["legal"]["name"], draft["paid"], draft["rest"]) == (
        "draft", lena.name, "0.00", "860000.00",
    )  # fmt: skip
    handed = call(alice).post(f"{at}/hand-in", {"reason": "客户等待盖章"}).json()
    assert (handed["state"], handed["request"]["status"]) == ("review", "open")
    refused = call(alice).post(f"/requests/{handed['request']['id']}/grant", {})
    assert refused.status_code == 403
    assert Request.objects.get().status == "open"
    unsigned = call(alice).upload(f"{at}/sign", {"signed_on": str(timezone.localdate()), "file": scan()})
    assert (unsigned.status_code, unsigned.json()["code"]) == (409, "contract_not_approved")
    assert Contract.objects.get().state == "review"
    approve(call, lena, bob, of=handed["request"]["id"])
    bare = call(alice).upload(f"{at}/sign", {"signed_on": str(timezone.localdate())})
    assert (bare.status_code, bare.json()["code"]) == (422, "contract_incomplete")
    assert Contract.objects.get().state == "approved"
    assert call(charlie).upload(f"{at}/sign", {"file": scan()}).status_code == 404
    done = call(alice).upload(f"{at}/sign", {"signed_on": str(timezone.localdate()), "file": scan()})
    assert done.status_code == 200, done.content
    row = done.json()
    assert (row["state"], row["files"][0]["kind"], len(row["files"][0]["sha256"])) == ("signed", "scan", 64)
    assert row["milestones"][0]["due_on"] == str(timezone.localdate() + timedelta(days=3))
    assert row["milestones"][1]["state"] == "waiting"
    assert call(alice).get(f"/opportunities/{row['opportunity']['id']}").json()["stage"] == "won"


def test_a_plan_that_does_not_add_up_is_refused(alice, body, call):
    wrong = body | {"milestones": [PLAN[0], PLAN[1] | {"percent": "60"}]}
    answer = call(alice).post("/contracts", wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "milestones_sum")
    assert answer.json()["fields"]["milestones"] == [answer.json()["message"]]
    assert answer.json()["details"] == {"found": "90", "wanted": "100"}
    assert "10" in answer.json()["message"]
    assert not Contract.objects.exists()


def test_a_draft_is_changed_as_it_was_seen(alice, charlie, lena, call, draft):
    at = f"/contracts/{draft['id']}"
    kept = [PLAN[0] | {"id": draft["milestones"][0]["id"]}, PLAN[1]]
    change = {"version": draft["version"], "amount": "900000", "milestones": kept, "our_side": "上海根进"}
    assert call(charlie).patch(at, change).status_code == 404
    changed = call(alice).patch(at, change).json()
    assert (changed["amount"], changed["milestones"][0]["amount"]) == ("900000.00", "270000.00")
    assert changed["milestones"][0]["id"] == draft["milestones"][0]["id"]
    assert (changed["payment_terms"], changed["our_side"], changed["legal"]["id"]) == (
        "首付三成",
        "上海根进",
        lena.pk,
    )
    late = call(alice).patch(at, change | {"amount": "1"})
    assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
    assert Contract.objects.get().amount == 900000
    handed = call(alice).post(f"{at}/hand-in", {"reason": "请审"}).json()
    again = (
        call(alice).patch(at, {"version": handed["version"], "liability_terms": "逾期每日万分之三"}).json()
    )
    assert (again["state"], again["request"]["status"]) == ("draft", "voided")
    assert call(alice).post(f"{at}/void", {"reason": " "}).json()["code"] == "reason_missing"
    assert call(alice).post(f"{at}/void", {"reason": "客户取消"}).json()["state"] == "void"


def test_a_contract_follows_a_proposal_the_customer_has(alice, opportunity, call):
    lines = [{"name": "排产系统", "price": "60000"}]
    offer = {"opportunity": opportunity.pk, "title": "一期方案", "modules": ["排产"], "lines": lines}
    version = call(alice).post(f"/customers/{opportunity.customer_id}/proposals", offer).json()["versions"][0]
    short = {"opportunity": opportunity.pk, "proposal_version": version["id"], "plan": "30_70"}
    assert call(alice).post("/contracts", short).json()["code"] == "proposal_not_sent"
    assert not Contract.objects.exists()
    sent = {"method": "email", "to": "王经理"}
    assert call(alice).post(f"/proposal-versions/{version['id']}/send", sent).status_code == 200
    line = ProposalLine.objects.get()
    made = call(alice).post("/contracts", short).json()
    assert (made["title"], made["amount"], made["lines"][0]["source"]) == ("一期方案", "60000.00", line.pk)
    cheaper = [{"name": "排产系统", "price": "50000", "source": line.pk}]
    for other, amount in (
        ({"lines": cheaper}, "50000.00"),
        ({"discount": "10"}, "54000.00"),
        ({"amount": "58000"}, "58000.00"),
    ):
        assert call(alice).post("/contracts", short | other).json()["amount"] == amount
    at, change = f"/contracts/{made['id']}", {"version": made["version"], "amount": None, "lines": cheaper}
    changed = call(alice).patch(at, change).json()
    assert (changed["amount"], changed["net_amount"]) == ("50000.00", "44247.79")
    foreign = change | {"version": changed["version"], "lines": [cheaper[0] | {"source": line.pk + 1}]}
    assert call(alice).patch(at, foreign).json()["fields"].keys() == {"lines"}


def test_an_amendment_stands_once_it_is_signed(alice, bob, charlie, lena, call, signed):
    at, today = f"/contracts/{signed.pk}", str(timezone.localdate())
    change = {"reason": "加一台机器", "amount": "900000"}
    foreign = call(alice).post(f"{at}/amend", change | {"discount": "10"})  # lines and discount stay
    assert (foreign.status_code, foreign.json()["fields"].keys()) == (422, {"discount"})
    assert not Amendment.objects.exists()
    assert call(charlie).post(f"{at}/amend", change).status_code == 404
    made = call(alice).post(f"{at}/amend", change)
    assert (made.status_code, made.json()["state"], made.json()["after"]["amount"]) == (
        201,
        "review",
        "900000",
    )
    assert call(alice).post(f"{at}/amend", change).json()["code"] == "amendment_open"
    held = f"/amendments/{made.json()['id']}"
    early = call(alice).upload(f"{held}/sign", {"signed_on": today, "file": scan()})
    assert (early.status_code, early.json()["code"]) == (409, "contract_not_approved")
    assert Contract.objects.get().amount == 860000
    approve(call, lena, bob, of=call(alice).get(at).json()["request"]["id"])
    assert call(charlie).upload(f"{held}/sign", {"signed_on": today, "file": scan()}).status_code == 404
    done = call(alice).upload(f"{held}/sign", {"signed_on": today, "file": scan()})
    assert (done.status_code, done.json()["state"]) == (200, "signed")
    row = call(alice).get(at).json()
    assert (row["amount"], [one["amount"] for one in row["milestones"]]) == (
        "900000.00",
        ["270000.00", "630000.00"],
    )
    ended = call(alice).post(f"{at}/terminate", {"settled": "100000", "ends_on": today, "reason": "停产"})
    assert (ended.status_code, ended.json()["kind"]) == (201, "end")
    assert call(charlie).post(f"/amendments/{ended.json()['id']}/drop").status_code == 404
    assert call(alice).post(f"/amendments/{ended.json()['id']}/drop").json()["state"] == "dropped"
    assert Amendment.objects.filter(state="signed").count() == 1


def test_facts_are_marked_and_days_expected(alice, charlie, fiona, call, signed):
    at, today = f"/contracts/{signed.pk}", timezone.localdate()
    Milestone.objects.filter(name="首付款").update(trigger="shipment")
    day = {"trigger": "acceptance", "on": str(today + timedelta(days=40)), "why": "机房未完工"}
    assert call(charlie).post(f"{at}/expect", day).status_code == 404
    moved = call(alice).post(f"{at}/expect", day).json()["milestones"][1]
    assert (moved["expected_on"], moved["expected_why"], moved["due_on"]) == (day["on"], "机房未完工", None)
    assert call(fiona).post(f"{at}/happened", {"trigger": "acceptance"}).json()["code"] == "trigger_by_record"
    shipped = call(fiona).post(f"{at}/happened", {"trigger": "shipment"}).json()["milestones"][0]
    assert shipped["due_on"] == str(today + timedelta(days=3))
    assert call(charlie).get(f"{at}/milestones").status_code == 404
    assert [one["state"] for one in call(alice).get(f"{at}/milestones").json()] == ["due", "waiting"]
    kept = call(alice).upload(f"{at}/files", {"file": scan("text.pdf"), "kind": "other"})
    assert (kept.status_code, kept.json()["kind"]) == (201, "other")
    assert call(alice).upload(f"{at}/files", {"file": scan(), "kind": "scan"}).json()["code"] == "file_kind"
    assert call(alice).post(f"{at}/finish").json()["code"] == "contract_not_paid"


def test_lists_take_filters_and_the_same_number_of_queries(
    alice, charlie, lena, call, signed, opportunity, now
):
    known = {"customer": signed.customer, "opportunity": opportunity, "owner": alice, "created_at": now}
    for number in range(3):
        Contract.objects.create(number=f"HT-{number}", title="备件", amount=Decimal(10), **known)
    caller = call(alice)
    assert [row["number"] for row in caller.get("/contracts?state=signed").json()["items"]] == ["HT-TEST-1"]
    Contract.objects.filter(pk=signed.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    found = caller.get("/contracts?state=expired").json()["items"]
    assert [(row["number"], row["is_expired"]) for row in found] == [("HT-TEST-1", True)]
    assert len(caller.get(f"/contracts?q=备件&owner={alice.pk}").json()["items"]) == 3
    assert len(caller.get("/contracts?ends_within=30").json()["items"]) == 1
    assert [row["number"] for row in call(lena).get("/contracts?q=远景").json()["items"]][-1] == "HT-TEST-1"
    assert call(charlie).get("/contracts").json()["items"] == []
    assert call(charlie).get(f"/contracts/{signed.pk}").status_code == 404
    assert caller.get("/contracts?stage=won").json()["code"] == "filter_unknown"
    first = caller.get("/contracts?page_size=3").json()
    assert [
        row["number"] for row in caller.get(f"/contracts?page_size=3&cursor={first['next']}").json()["items"]
    ] == ["HT-TEST-1"]
    with CaptureQueriesContext(connection) as one:
        caller.get("/contracts?page_size=1")
    with CaptureQueriesContext(connection) as all_of_them:
        caller.get("/contracts")
    assert len(one) == len(all_of_them)


def test_a_repeated_draft_is_written_once(alice, body, call):
    answers = [call(alice).post("/contracts", body, **{"Idempotency-Key": "erp-1"}) for _time in range(2)]
    assert answers[0].content == answers[1].content
    assert Contract.objects.count() == 1
