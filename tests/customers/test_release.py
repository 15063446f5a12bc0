"""Returning customers to a pool."""

from genjin.customers.actions.ownership import release_customers
from genjin.customers.actions.people import involve
from genjin.customers.models import Customer, OwnerChange, Pool
from tests.refusals import refused, unseen


def test_it_lies_in_the_pool_with_the_reason_kept(alice, make_customer, pool, now):
    row = make_customer(owner=alice)
    release_customers(alice, [row.pk], pool, reason="暂无需求", now=now)
    row.refresh_from_db()
    assert (row.owner, row.pool, row.previous_owner, row.owned_since, row.no_next_step_since) == (
        None,
        pool,
        alice,
        None,
        None,
    )
    change = OwnerChange.objects.get(how="released")
    assert (change.origin, change.target, change.pool, change.reason, change.by) == (
        alice,
        None,
        pool,
        "暂无需求",
        alice,
    )


def test_the_lead_returns_what_her_people_hold(alice, bob, make_customer, pool, now):
    rows = [make_customer(owner=alice).pk for _number in range(2)]
    release_customers(bob, rows, pool, reason="精力不足", now=now)
    assert Customer.objects.filter(pk__in=rows, pool=pool).count() == 2


def test_without_a_reason_it_stays(alice, make_customer, pool, now):
    row = make_customer(owner=alice)
    with refused("reason_missing"):
        release_customers(alice, [row.pk], pool, reason="  ", now=now)


def test_only_into_a_pool_one_sees(alice, teams, make_customer, now):
    theirs = Pool.objects.create(name="二组公海")
    theirs.teams.set([teams["B"]])
    row = make_customer(owner=alice)
    with refused("pool_unknown"):
        release_customers(alice, [row.pk], theirs, reason="非本区域", now=now)


def test_neither_helper_nor_stranger_nor_auditor_gives_it_away(
    alice, charlie, erin, make_customer, pool, now
):
    row = make_customer(owner=alice)
    with unseen():
        release_customers(charlie, [row.pk], pool, reason="x", now=now)
    involve(row.pk, [charlie], via="collaborator")
    with refused("forbidden", status=403):
        release_customers(charlie, [row.pk], pool, reason="x", now=now)
    with refused("forbidden", status=403):
        release_customers(erin, [row.pk], pool, reason="x", now=now)


def test_one_of_somebody_else_refuses_all(alice, charlie, make_customer, pool, now):
    rows = [make_customer(owner=alice).pk, make_customer(owner=charlie).pk]
    with unseen():
        release_customers(alice, rows, pool, reason="x", now=now)


def test_what_lies_in_a_pool_already_is_not_a_reps_to_return(alice, make_customer, pool, now):
    row = make_customer(pool=pool)
    with refused("forbidden", status=403):
        release_customers(alice, [row.pk], pool, reason="x", now=now)
