"""Money by API: fiona records it, alice sees it, charlie does not; sums reconcile from receipts to the forecast."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from genjin.contracts.actions.milestones import fire_trigger
from genjin.contracts.models import Milestone, Receipt
from tests.contracts.conftest import customer, opportunity, signed

__all__ = ["customer", "opportunity", "signed"]


@pytest.fixture
def due(alice, signed):
    """The down payment was due 40 days ago."""
    day = timezone.localdate() - timedelta(days=43)
    fire_trigger(alice, signed, "signing", day, now=timezone.now())
    return signed


def test_from_the_first_receipt_to_the_last(alice, bob, derek, fiona, call, due):
    plan = call(fiona).get("/payments").json()["items"]
    assert [(one["name"], one["state"], one["days_late"], one["age"]) for one in plan] == [
        ("首付款", "overdue", 40, "d60"), ("尾款", "waiting", 0, "current"),
    ]  # fmt: skip
    aged = call(fiona).get("/payments/ageing").json()
    assert aged["total"] == "258000.00"
    assert [(one["age"], one["amount"], one["count"]) for one in aged["bands"]] == [
        ("d30", "0.00", 0), ("d60", "258000.00", 1), ("d90", "0.00", 0), ("over", "0.00", 0),
    ]  # fmt: skip
    money = {"contract": due.pk, "amount": "300000", "payer": "杭州远景", "reference": "BOC-1"}
    made = call(fiona).post("/payments/receipts", money)
    assert made.status_code == 201, made.content
    assert [(one["milestone"]["name"], one["amount"]) for one in made.json()["parts"]] == [
        ("首付款", "258000.00"), ("尾款", "42000.00"),
    ]  # fmt: skip
    assert call(fiona).get("/payments/ageing").json()["total"] == "0.00"
    project = call(alice).post("/deliveries", {"contract": due.pk}).json()
    at = f"/deliveries/{project['id']}"
    for deed, said in (
        ("start", {}),
        ("deliver", {}),
        ("accept", {"words": "客户王经理说全部验收通过，可以付款"}),
    ):
        assert call(alice).post(f"{at}/{deed}", said).status_code == 200
    last = call(alice).get("/payments?state=soon").json()["items"]
    assert [(one["name"], one["open"], one["state"]) for one in last] == [("尾款", "560000.00", "due")]
    rest = {
        "contract": due.pk,
        "amount": "560000",
        "parts": [{"milestone": last[0]["id"], "amount": "560000"}],
    }
    assert call(fiona).post("/payments/receipts", rest).status_code == 201
    row = call(alice).get(f"/contracts/{due.pk}").json()
    assert (row["paid"], row["rest"], {one["state"] for one in row["milestones"]}) == (
        "860000.00",
        "0.00",
        {"paid"},
    )
    assert (
        sum(Decimal(one["amount"]) for one in call(alice).get("/payments/receipts").json()["items"]) == 860000
    )
    assert call(alice).get(f"/customers/{due.customer_id}/journey").json()["collected"] == "860000.00"
    assert call(alice).get("/returns").json()["total"]["collected"] == "860000.00"
    assert call(alice).post(f"/contracts/{due.pk}/finish").json()["state"] == "done"
    assert call(alice).get("/payments").json()["items"] == []


def test_what_is_too_much_is_refused_and_changes_nothing(alice, charlie, fiona, call, due):
    over = call(fiona).post("/payments/receipts", {"contract": due.pk, "amount": "860000.01"})
    assert (over.status_code, over.json()["code"]) == (422, "receipt_above_rest")
    assert over.json()["details"] == {"rest": "860000.00"}
    down = due.milestones.get(name="首付款")
    parts = {"contract": due.pk, "amount": "300000", "parts": [{"milestone": down.pk, "amount": "300000"}]}
    assert call(fiona).post("/payments/receipts", parts).json()["code"] == "milestone_overpaid"
    short = parts | {"parts": [{"milestone": down.pk, "amount": "100"}]}
    assert call(fiona).post("/payments/receipts", short).json()["code"] == "receipt_parts"
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    late = call(fiona).post("/payments/receipts", parts | {"received_on": tomorrow})
    assert late.json()["fields"].keys() == {"received_on"}
    assert call(alice).post("/payments/receipts", parts).status_code == 403
    assert call(charlie).post("/payments/receipts", parts).status_code == 403
    due.state = "draft"
    due.save(update_fields=["state"])
    unsigned = call(fiona).post("/payments/receipts", {"contract": due.pk, "amount": "1"})
    assert (unsigned.status_code, unsigned.json()["code"]) == (409, "contract_state")
    assert not Receipt.objects.exists()
    assert not Milestone.objects.exclude(settled_on=None).exists()


def test_a_receipt_is_taken_back_by_a_row_of_its_own(alice, charlie, fiona, call, due):
    key = {"Idempotency-Key": "bank-7"}
    money = {"contract": due.pk, "amount": "258000"}
    first = call(fiona).post("/payments/receipts", money, **key)
    assert call(fiona).post("/payments/receipts", money, **key).content == first.content
    at = f"/payments/receipts/{first.json()['id']}"
    assert call(charlie).get(at).status_code == 404
    assert call(charlie).post(f"{at}/reverse", {"reason": "退票"}).status_code == 404
    assert call(alice).post(f"{at}/reverse", {"reason": "退票"}).status_code == 403
    assert call(fiona).post(f"{at}/reverse", {"reason": ""}).json()["code"] == "reason_missing"
    assert Receipt.objects.count() == 1
    back = call(fiona).post(f"{at}/reverse", {"reason": "退票"})
    assert (back.status_code, back.json()["amount"], back.json()["reverses"]) == (
        201,
        "-258000.00",
        first.json()["id"],
    )
    assert call(fiona).get(at).json()["reversed_by"] == back.json()["id"]
    assert call(fiona).post(f"{at}/reverse", {"reason": "再退"}).json()["code"] == "receipt_reversed"
    assert call(alice).get(f"/contracts/{due.pk}").json()["paid"] == "0.00"
    assert call(fiona).get("/payments?age=d60").json()["items"][0]["open"] == "258000.00"


def test_the_forecast_is_all_that_is_to_come(alice, charlie, fiona, call, due):
    call(fiona).post("/payments/receipts", {"contract": due.pk, "amount": "58000"})
    told = call(alice).get("/payments/forecast").json()
    assert sum(Decimal(one["total"]) for one in told["months"]) == Decimal(802_000)
    assert told["pace"] == {"days": None, "count": 1}
    month = told["months"][0]["month"]
    items = call(alice).get(f"/payments/forecast?month={month}").json()["items"]
    assert sum(Decimal(one["amount"]) for one in items) == Decimal(told["months"][0]["total"])
    assert {one["confidence"] for one in items} == {"due", "expected"}
    assert call(alice).get("/payments/forecast?month=soon").status_code == 422
    parts = [
        Milestone(contract=due, name="期", amount=1, trigger="warranty", position=at) for at in range(201)
    ]
    Milestone.objects.bulk_create(parts)
    found = call(alice).get("/payments/forecast?month=open").json()
    assert (len(found["items"]), found["more"], found["months"][-1]["count"]) == (200, 1, 201)
    assert call(alice).get("/payments/forecast").json()["more"] == 0
    assert call(charlie).get("/payments/forecast").json()["months"] == []


def test_out_of_sight_is_in_no_list(charlie, fiona, call, due):
    call(fiona).post("/payments/receipts", {"contract": due.pk, "amount": "58000"})
    for address in ("/payments", "/payments?state=overdue", "/payments/receipts"):
        assert call(charlie).get(address).json()["items"] == []
        assert call(fiona).get(address).json()["items"]
    assert call(charlie).get("/payments/ageing").json()["total"] == "0.00"
    assert call(charlie).get("/returns?by=campaign").json()["items"] == []


def test_lists_go_by_the_piece_with_the_same_number_of_queries(fiona, call, due):
    for number in range(4):
        due.milestones.create(name=f"第{number}期", amount=10, trigger="launch", position=number + 2)
        call(fiona).post("/payments/receipts", {"contract": due.pk, "amount": "1000"})
    for address in ("/payments", "/payments/receipts"):
        whole = call(fiona).get(address).json()["items"]
        found, cursor = [], ""
        while cursor is not None:
            piece = call(fiona).get(f"{address}?page_size=1{cursor and '&cursor='}{cursor}").json()
            found, cursor = [*found, *piece["items"]], piece["next"]
        assert [one["id"] for one in found] == [one["id"] for one in whole]
        assert len(found) >= 4
        with CaptureQueriesContext(connection) as one:
            call(fiona).get(f"{address}?page_size=1")
        with CaptureQueriesContext(connection) as all_of_them:
            call(fiona).get(address)
        assert len(one) == len(all_of_them)
