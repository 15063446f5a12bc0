"""Keeping a customer 15 days longer: asked once, granted by who leads."""

from datetime import timedelta

from genjin.followups.actions.ownership import assign_customers
from genjin.routing.actions.extension import ask_for_extension, grant_extension
from genjin.routing.actions.recycling import keep_clocks, recycle
from tests.refusals import refused, unseen


def test_a_granted_extension_moves_the_day_once(recycle_rule, make_customer, alice, bob, now):
    recycle_rule()
    customer = make_customer(owner=alice)
    keep_clocks(now)
    request = ask_for_extension(alice, customer, reason="客户出国了", now=now + timedelta(days=55))
    with refused("asked_already", status=409):
        ask_for_extension(alice, customer, reason="客户出国了", now=now + timedelta(days=55))
    grant_extension(bob, request, now=now + timedelta(days=56))
    assert recycle(now + timedelta(days=61)).count == 0
    with refused("extended_already", status=409):
        ask_for_extension(alice, customer, reason="再来一次", now=now + timedelta(days=61))
    assert recycle(now + timedelta(days=75, hours=1)).count == 1


def test_nothing_to_extend_without_a_rule(make_customer, recycle_rule, alice, now):
    recycle_rule(is_active=False)
    customer = make_customer(owner=alice)
    keep_clocks(now)
    with refused("not_leaving", status=409):
        ask_for_extension(alice, customer, reason="客户出国了", now=now)


def test_strangers_neither_ask_nor_grant(recycle_rule, make_customer, alice, charlie, now):
    recycle_rule()
    customer = make_customer(owner=alice)
    keep_clocks(now)
    with unseen():
        ask_for_extension(charlie, customer, reason="我要", now=now)
    request = ask_for_extension(alice, customer, reason="客户出国了", now=now)
    with unseen():
        grant_extension(charlie, request, now=now)


def test_a_request_of_the_former_owner_is_not_granted(recycle_rule, make_customer, alice, bob, now):
    recycle_rule()
    customer = make_customer(owner=alice)
    keep_clocks(now)
    request = ask_for_extension(alice, customer, reason="客户出国了", now=now)
    assign_customers(bob, [customer.pk], bob, now=now)
    with refused("owner_changed", status=409):
        grant_extension(bob, request, now=now)
