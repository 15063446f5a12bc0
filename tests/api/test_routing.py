"""Unassigned customers, handovers, locks and extensions by the API."""

from datetime import timedelta

from genjin.customers.models import Customer
from genjin.routing.actions.assignment import assign_by_rules
from genjin.routing.actions.recycling import keep_clocks


def test_unassigned_customers_are_listed_for_who_assigns(bob, alice, call, make_customer, pool, now):
    customer = make_customer(pool=pool)
    assign_by_rules([customer.pk], now=now)
    answer = call(bob).get("/unassigned")
    status, body = answer.status_code, answer.json()
    assert (status, body["items"][0]["customer"]["id"], body["items"][0]["reason"]) == (
        200,
        customer.pk,
        "no_rule",
    )
    assert call(alice).get("/unassigned").status_code == 403


def test_customers_are_handed_on_and_accepted(alice, bob, charlie, call, make_customer):
    customer = make_customer(owner=alice)
    answer = call(bob).post("/handovers", {"giver": "alice", "receiver": "bob", "note": "离职"})
    status, body = answer.status_code, answer.json()
    assert (status, body["status"], body["customers"]) == (201, "offered", 1)
    assert call(charlie).post(f"/handovers/{body['id']}/accept").status_code == 404
    assert call(bob).post(f"/handovers/{body['id']}/accept").json()["status"] == "accepted"
    customer.refresh_from_db()
    assert customer.owner == bob
    assert call(bob).post("/handovers", {"giver": "charlie", "receiver": "bob"}).status_code == 422


def test_locks_and_extensions(alice, bob, call, make_customer):
    customer = make_customer(owner=alice)
    Customer.objects.filter(pk=customer.pk).update(owned_since=customer.owned_since + timedelta(days=1))
    keep_clocks(customer.owned_since)
    answer = call(alice).post(f"/customers/{customer.pk}/extension", {"reason": "客户出国了"})
    status, body = answer.status_code, answer.json()
    assert (status, body["kind"], body["status"]) == (201, "extension", "open")
    assert (
        call(alice).post(f"/customers/{customer.pk}/lock", {"locked": True, "reason": "x"}).status_code == 403
    )
    assert (
        call(bob).post(f"/customers/{customer.pk}/lock", {"locked": True, "reason": "战略客户"}).status_code
        == 204
    )
    customer.refresh_from_db()
    assert customer.is_locked
