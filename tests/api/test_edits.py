"""One field of many customers over the API."""

import pytest

from genjin.customers.models import Customer
from genjin.intake.models import BulkEdit


@pytest.fixture
def two(make_customer, alice):
    return [make_customer(owner=alice, industry="制造业"), make_customer(owner=alice, industry="贸易")]


def test_looked_at_changed_and_taken_back(alice, call, two):
    body = {"field": "industry", "value": "贸易", "query": "tab=mine"}
    seen = call(alice).post("/edits/preview", body).json()
    assert (seen["total"], seen["changes"], seen["same"]) == (2, 1, 1)
    assert seen["examples"][0]["before"] == {"industry": "制造业"}
    assert not BulkEdit.objects.exists()
    answer = call(alice).post("/edits", body)
    made = answer.json()
    assert (answer.status_code, made["status"], made["changed"]) == (201, "done", 1)
    assert call(alice).get("/edits").json()["items"][0]["id"] == made["id"]
    back = call(alice).post(f"/edits/{made['id']}/undo").json()
    assert (back["status"], back["restored"]) == ("undone", 1)
    assert set(Customer.objects.values_list("industry", flat=True)) == {"制造业", "贸易"}
    assert call(alice).post(f"/edits/{made['id']}/undo").status_code == 409


def test_one_that_is_not_theirs_refuses_all(alice, charlie, call, two, pool, make_customer):
    theirs, waiting = make_customer(owner=charlie), make_customer(pool=pool)
    for other, status in ((theirs, 404), (waiting, 403)):
        body = {"field": "industry", "value": "采矿", "ids": [two[0].pk, other.pk]}
        for address in ("/edits", "/edits/preview"):
            assert call(alice).post(address, body).status_code == status
    assert not Customer.objects.filter(industry="采矿").exists()


def test_what_cannot_be_read_is_said_at_the_value(alice, call, two):
    answer = call(alice).post("/edits", {"field": "budget", "value": "若干", "query": "tab=mine"})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["value"])
    answer = call(alice).post("/edits", {"field": "owner_id", "value": "1", "query": "tab=mine"})
    assert answer.json()["code"] == "field_unknown"


def test_strangers_see_no_edit(alice, charlie, erin, call, two):
    made = call(alice).post("/edits", {"field": "industry", "value": "采矿", "query": "tab=mine"}).json()
    assert call(charlie).get(f"/edits/{made['id']}").status_code == 404
    assert call(charlie).post(f"/edits/{made['id']}/undo").status_code == 404
    assert call(erin).get(f"/edits/{made['id']}").status_code == 403
