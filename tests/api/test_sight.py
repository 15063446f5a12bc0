"""What is out of sight answers like what does not exist, at every address."""

import pytest

from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.models import FollowUp, Task

MOMENT = "2199-01-01T00:00:00Z"
DEEDS = [
    ("GET", "/customers/{customer}", None),
    ("PATCH", "/customers/{customer}", {"version": 1, "need": "偷看"}),
    ("DELETE", "/customers/{customer}", None),
    ("GET", "/customers/{customer}/timeline", None),
    ("POST", "/customers/{customer}/claim", None),
    ("POST", "/customers/{customer}/release", {"reason": "x"}),
    ("POST", "/customers/{customer}/assign", {"owner": "charlie"}),
    ("POST", "/customers/{customer}/stage", {"stage": "prospect"}),
    ("POST", "/customers/{customer}/grade", {"grade": "A", "reason": "x"}),
    ("POST", "/customers/{customer}/reveal", {"contact": 1}),
    ("GET", "/customers/{customer}/contacts", None),
    ("POST", "/customers/{customer}/contacts", {"name": "甲"}),
    ("PATCH", "/contacts/{contact}", {"version": 1, "name": "甲"}),
    ("DELETE", "/contacts/{contact}", None),
    ("GET", "/customers/{customer}/followups", None),
    ("POST", "/customers/{customer}/followups", {"method": "phone", "summary": "电话沟通了需求和预算的细节"}),
    ("POST", "/tasks", {"customer": "{customer}", "objective": "x", "due_at": MOMENT}),
    ("POST", "/tasks/{task}/done", {"outcome": "x"}),
    ("POST", "/tasks/{task}/cancel", {"reason": "x"}),
    ("POST", "/tasks/{task}/reassign", {"assignee": "charlie"}),
    ("POST", "/tasks/{task}/postpone", {"due_at": MOMENT, "reason": "x"}),
]


@pytest.fixture
def alices(alice, call, make_customer):
    row = make_customer(owner=alice, contacts=[{"name": "王小明", "phone": "13812345678"}])
    task = call(alice).post("/tasks", {"customer": row.pk, "objective": "回访", "due_at": MOMENT}).json()
    return {"customer": row.pk, "contact": row.contacts.get().pk, "task": task["id"]}


def filled(body, ids):
    return (
        {name: ids["customer"] if value == "{customer}" else value for name, value in body.items()}
        if body
        else body
    )


@pytest.mark.parametrize(("method", "address", "body"), DEEDS)
def test_a_strangers_record_answers_like_a_missing_one(alices, charlie, call, method, address, body):
    missing = dict.fromkeys(alices, 2**53)
    caller, before = call(charlie), Event.objects.count()
    strange = caller(method, address.format(**alices), filled(body, alices))
    absent = caller(method, address.format(**missing), filled(body, missing))
    assert strange.status_code == (422 if address == "/tasks" else 404)
    assert (strange.status_code, strange.content) == (absent.status_code, absent.content)
    assert Event.objects.count() == before
    assert Customer.objects.get().version == 1
    assert Task.objects.get().status == "open"
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("address", ["/customers", "/tasks", "/deadlines", "/imports"])
def test_lists_hold_nothing_of_strangers(alices, charlie, call, address):
    assert call(charlie).get(address).json() == {"items": [], "next": None}


def test_filters_do_not_reach_out_of_sight(alices, alice, charlie, call):
    caller = call(charlie)
    for query in (f"/customers?owner={alice.pk}", f"/tasks?customer={alices['customer']}",
                  f"/deadlines?customer={alices['customer']}", "/customers?q=13812345678"):  # fmt: skip
        assert caller.get(query).json()["items"] == []


def test_a_forged_cursor_tells_nothing_of_a_stranger(alices, charlie, call):
    from genjin.api.paging import seal

    strange = call(charlie).get(f"/customers?ordering=name&cursor={seal([None, alices['customer']])}")
    absent = call(charlie).get(f"/customers?ordering=name&cursor={seal([None, 2**53])}")
    assert (strange.status_code, strange.content) == (422, absent.content)
