"""Invoices and billing profiles by API: alice asks, fiona issues, charlie sees nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from genjin.contracts.models import BillingProfile, Invoice
from genjin.followups.models import Task
from tests.contracts.conftest import customer, opportunity, signed

__all__ = ["customer", "opportunity", "signed"]


@pytest.fixture
def profile(alice, customer, call):
    body = {
        "name": "杭州远景机电有限公司",
        "tax_number": "91350100M000100Y43",
        "bank": "中国银行",
        "account": "4563",
    }
    made = call(alice).post(f"/customers/{customer.pk}/billing-profiles", body)
    assert made.status_code == 201, made.content
    return made.json()


def test_profiles_are_kept_once(alice, charlie, customer, profile, call):
    assert (profile["is_default"], profile["customer"]) == (True, customer.pk)
    at = f"/billing-profiles/{profile['id']}"
    changed = call(alice).patch(at, {"phone": "0571-88880000"}).json()
    assert (changed["phone"], changed["bank"]) == ("0571-88880000", "中国银行")
    refused = call(alice).patch(at, {"tax_number": "123"})
    assert (refused.status_code, refused.json()["fields"].keys()) == (422, {"tax_number"})
    assert call(charlie).patch(at, {"bank": "x"}).status_code == 404
    assert call(charlie).get(f"/customers/{customer.pk}/billing-profiles").status_code == 404
    assert [
        one["id"] for one in call(alice).get(f"/customers/{customer.pk}/billing-profiles").json()["items"]
    ] == [profile["id"]]
    assert BillingProfile.objects.get().tax_number == "91350100M000100Y43"


def test_accounts_are_whole_for_who_bills(alice, erin, fiona, signed, customer, profile, call):
    at = f"/customers/{customer.pk}/billing-profiles"
    call(alice).patch(f"/billing-profiles/{profile['id']}", {"account": "1202020219900123456"})
    for person, account in (
        (alice, "1202020219900123456"),
        (fiona, "1202020219900123456"),
        (erin, "****3456"),
    ):
        assert call(person).get(at).json()["items"][0]["account"] == account


def test_asked_for_issued_and_void(alice, charlie, fiona, signed, profile, call):
    body = {"contract": signed.pk, "profile": profile["id"], "amount": "258000"}
    assert call(charlie).post("/invoices", body).json()["fields"].keys() == {"contract"}
    key = {"Idempotency-Key": "invoice-1"}
    made = call(alice).post("/invoices", body, **key)
    assert (made.status_code, made.json()["state"], made.json()["tax"]) == (201, "requested", "29681.42")
    assert call(alice).post("/invoices", body, **key).content == made.content
    assert Task.objects.open().filter(assignee=fiona).count() == 1
    at = f"/invoices/{made.json()['id']}"
    number = {"number": "24312000000012345678"}
    assert call(charlie).post(f"{at}/issue", number).status_code == 404
    assert call(alice).post(f"{at}/issue", number).status_code == 403
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    assert (
        call(fiona).post(f"{at}/issue", number | {"issued_on": tomorrow}).json()["code"] == "issued_in_future"
    )
    assert Invoice.objects.get().state == "requested"
    issued = call(fiona).post(f"{at}/issue", number).json()
    assert (issued["state"], issued["number"], issued["billed_to"]["bank"]) == (
        "issued",
        number["number"],
        "中国银行",
    )
    assert call(fiona).post(f"{at}/issue", number).json()["code"] == "invoice_state"
    assert call(alice).get(f"/contracts/{signed.pk}").json()["invoiced"] == "258000.00"
    assert call(alice).post(f"{at}/void", {"reason": "开错"}).status_code == 403
    assert call(fiona).post(f"{at}/void", {"reason": " "}).json()["code"] == "reason_missing"
    assert Invoice.objects.get().state == "issued"
    assert call(fiona).post(f"{at}/void", {"reason": "开错"}).json()["state"] == "void"
    assert call(alice).get(f"/contracts/{signed.pk}").json()["invoiced"] == "0.00"


def test_never_more_than_the_contract(alice, signed, profile, call):
    body = {"contract": signed.pk, "profile": profile["id"], "amount": "860000.01"}
    over = call(alice).post("/invoices", body)
    assert (over.status_code, over.json()["code"]) == (422, "invoice_above_contract")
    assert over.json()["details"] == {"left": "860000.00"}
    assert call(alice).post("/invoices", body | {"profile": profile["id"] + 1}).json()["fields"].keys() == {
        "profile"
    }
    assert not Invoice.objects.exists()


def test_lists_take_filters_and_the_same_number_of_queries(alice, charlie, fiona, signed, profile, call):
    for amount in (100, 200, 300):
        call(alice).post(
            "/invoices", {"contract": signed.pk, "profile": profile["id"], "amount": str(amount)}
        )
    items = call(fiona).get(f"/invoices?state=requested&contract={signed.pk}&q=远景").json()["items"]
    assert [one["amount"] for one in items] == ["300.00", "200.00", "100.00"]
    assert call(fiona).get("/invoices?state=issued").json()["items"] == []
    assert call(charlie).get("/invoices").json()["items"] == []
    assert call(charlie).get(f"/invoices/{items[0]['id']}").status_code == 404
    with CaptureQueriesContext(connection) as one:
        call(fiona).get("/invoices?page_size=1")
    with CaptureQueriesContext(connection) as all_of_them:
        call(fiona).get("/invoices")
    assert len(one) == len(all_of_them)
