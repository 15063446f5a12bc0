"""Giving customers to somebody."""

from datetime import timedelta

from genjin.accounts.models import User
from genjin.customers.actions.ownership import assign_customers
from genjin.customers.actions.people import involve
from genjin.customers.models import Customer, OwnerChange, StageChange
from genjin.events.models import Event
from tests.refusals import refused, unseen


def test_a_lead_gives_customers_to_another_of_her_people(alice, bob, make_customer, now):
    rows = [make_customer(owner=alice) for _number in range(3)]
    later = now + timedelta(days=1)
    given = assign_customers(bob, [row.pk for row in rows], bob, reason="休假", now=later)
    assert [row.owner_id for row in given] == [alice.pk] * 3  # handed back as they were
    for row in Customer.objects.filter(pk__in=[row.pk for row in rows]):
        assert (row.owner, row.previous_owner, row.owned_since, row.version) == (bob, alice, later, 2)
    changes = OwnerChange.objects.filter(how="assigned")
    assert [(one.origin, one.target, one.by, one.reason) for one in changes] == [
        (alice, bob, bob, "休假")
    ] * 3
    assert Event.objects.filter(kind="customer.assigned", data__target=bob.pk).count() == 3


def test_waiting_without_next_step_counts_on_from_its_first_minute(alice, bob, make_customer, now):
    row = make_customer(owner=alice)
    assign_customers(bob, [row.pk], bob, now=now + timedelta(days=2))
    assert Customer.objects.get(pk=row.pk).no_next_step_since == now


def test_from_a_pool_it_leaves_the_pool(dora, alice, make_customer, pool, now):
    row = make_customer(pool=pool)
    assign_customers(dora, [row.pk], alice, now=now)
    row.refresh_from_db()
    assert (row.owner, row.pool, row.previous_owner, row.no_next_step_since) == (alice, None, None, now)


def test_a_lost_customer_needs_no_next_step(alice, bob, make_customer, now):
    row = make_customer(owner=alice)
    Customer.objects.filter(pk=row.pk).update(stage="lost", no_next_step_since=None)
    assign_customers(bob, [row.pk], bob, now=now)
    assert Customer.objects.get(pk=row.pk).no_next_step_since is None


def test_those_who_have_it_already_keep_it_untouched(alice, bob, make_customer, now):
    hers, his = make_customer(owner=alice), make_customer(owner=bob)
    assert [row.pk for row in assign_customers(bob, [hers.pk, his.pk], bob, now=now)] == [hers.pk]
    assert Customer.objects.get(pk=his.pk).version == 1
    with refused("owner_same", status=409):
        assign_customers(bob, [hers.pk, his.pk], bob, now=now)


def test_one_out_of_sight_refuses_all(alice, bob, charlie, make_customer, now):
    hers, strangers = make_customer(owner=alice), make_customer(owner=charlie)
    with unseen():
        assign_customers(bob, [hers.pk, strangers.pk], bob, now=now)


def test_nobody_of_another_team_and_nobody_disabled_gets_one(alice, bob, charlie, dora, make_customer, now):
    row = make_customer(owner=alice)
    with refused("owner_not_led"):
        assign_customers(bob, [row.pk], charlie, now=now)
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    with refused("owner_not_led"):
        assign_customers(dora, [row.pk], User.objects.get(pk=charlie.pk), now=now)


def test_a_rep_assigns_nothing_not_even_her_own(alice, bob, erin, make_customer, now):
    row = make_customer(owner=alice)
    for actor in (alice, erin):
        with refused("forbidden", status=403):
            assign_customers(actor, [row.pk], actor, now=now)


def test_the_journey_itself_does_not_move(alice, bob, make_customer, now):
    row = make_customer(owner=alice)
    assign_customers(bob, [row.pk], bob, now=now)
    assert Customer.objects.get(pk=row.pk).stage == "lead"
    assert StageChange.objects.filter(customer=row).count() == 1


def test_who_only_helps_gives_nothing_away(make_customer, alice, bob, charlie, now):
    customer = make_customer(owner=charlie)
    involve(customer.pk, [bob], via="task", subject_id=1)
    with refused("not_yours", status=403):
        assign_customers(bob, [customer.pk], alice, now=now)
    customer.refresh_from_db()
    assert customer.owner == charlie
