"""Claiming from a pool: exactly one wins, and nobody hoards."""

from datetime import UTC, datetime, timedelta

import pytest

from genjin.accounts.actions import NewUser, add_user
from genjin.customers.actions.ownership import claim_customer, release_customers
from genjin.customers.models import Customer, OwnerChange, Pool
from genjin.events.models import Event
from tests.races import at_once
from tests.refusals import refused


def test_who_claims_owns_it_and_owes_a_next_step(alice, make_customer, pool, now):
    row = claim_customer(alice, make_customer(pool=pool), now=now)
    assert (row.owner, row.pool, row.owned_since, row.no_next_step_since, row.version) == (
        alice,
        None,
        now,
        now,
        2,
    )
    change = OwnerChange.objects.get(how="claimed")
    assert (change.customer, change.origin, change.target, change.by) == (row, None, alice, alice)
    assert Event.objects.about(row.pk).get(kind="customer.claimed").actor == alice


def test_the_second_is_told_who_was_faster_by_a_masked_name(alice, charlie, make_customer, pool, now):
    waiting = make_customer(pool=pool)
    claim_customer(alice, Customer.objects.get(pk=waiting.pk), now=now)
    with refused("claim_lost", status=409) as caught:
        claim_customer(charlie, waiting, now=now)
    assert "艾*" in caught.value.message
    assert alice.name not in caught.value.message


def test_an_owned_customer_cannot_be_claimed(alice, charlie, make_customer, now):
    hers = make_customer(owner=alice)
    with refused("claim_lost", status=409):
        claim_customer(charlie, hers, now=now)


def test_a_pool_of_another_team_and_a_deleted_customer_are_not_there(alice, teams, make_customer, pool, now):
    theirs = Pool.objects.create(name="二组公海")
    theirs.teams.set([teams["B"]])
    out_of_sight, gone = make_customer(pool=theirs), make_customer(pool=pool)
    with refused("not_found", status=404):
        claim_customer(alice, out_of_sight, now=now)
    Customer.objects.filter(pk=gone.pk).update(deleted_at=now)
    with refused("not_found", status=404):
        claim_customer(alice, gone, now=now)


def test_an_auditor_claims_nothing(erin, make_customer, pool, now):
    waiting = make_customer(pool=pool)
    with refused("forbidden", status=403):
        claim_customer(erin, waiting, now=now)


def test_the_day_has_its_limit_and_begins_anew_at_midnight_in_shanghai(alice, make_customer, pool):
    Pool.objects.filter(pk=pool.pk).update(daily_claims=2)
    evening = datetime(2026, 3, 11, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    for _number in range(2):
        claim_customer(alice, make_customer(pool=pool), now=evening)
    third = make_customer(pool=pool)
    with refused("claim_limit", status=429):
        claim_customer(alice, third, now=evening)
    assert claim_customer(alice, third, now=evening + timedelta(minutes=1)).owner == alice


def test_a_former_owner_waits_a_week_and_others_do_not(alice, charlie, make_customer, pool, now):
    given_back = [make_customer(owner=alice) for _number in range(2)]
    for row in given_back:
        release_customers(alice, [row.pk], pool, reason="不在负责区域", now=now)
    first, second = (Customer.objects.get(pk=row.pk) for row in given_back)
    almost = now + timedelta(days=7) - timedelta(seconds=1)
    with refused("cooldown", status=409) as caught:
        claim_customer(alice, first, now=almost)
    assert "2026-03-18 10:30" in caught.value.message
    assert claim_customer(charlie, first, now=now).owner == charlie
    assert claim_customer(alice, second, now=now + timedelta(days=7)).owner == alice


def test_the_wait_is_the_pools_and_may_be_none(alice, make_customer, pool, now):
    Pool.objects.filter(pk=pool.pk).update(cooldown_days=0)
    row = make_customer(owner=alice)
    release_customers(alice, [row.pk], pool, reason="手误", now=now)
    assert claim_customer(alice, Customer.objects.get(pk=row.pk), now=now).owner == alice


def test_open_customers_count_against_the_cap_won_and_lost_ones_do_not(alice, make_customer, pool, now):
    Pool.objects.filter(pk=pool.pk).update(hold_cap=2)
    held = [make_customer(owner=alice) for _number in range(2)]
    waiting = make_customer(pool=pool)
    with refused("hold_cap", status=429):
        claim_customer(alice, waiting, now=now)
    Customer.objects.filter(pk=held[0].pk).update(stage="won")
    assert claim_customer(alice, waiting, now=now).owner == alice


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_claim_at_once_one_wins(teams, make_customer, pool, now):
    people = [
        add_user(None, NewUser(username=f"rep{at}", name=f"销售{at}", role="rep", team=teams["A"]), now=now)
        for at in range(8)
    ]
    waiting = make_customer(pool=pool)

    def claim(person):
        return lambda: claim_customer(person, Customer.objects.get(pk=waiting.pk), now=now).owner_id

    given = at_once([claim(person) for person in people])
    assert given.count("claim_lost") == 7
    waiting.refresh_from_db()
    assert [waiting.owner_id] == [answer for answer in given if answer != "claim_lost"]
    assert (waiting.version, OwnerChange.objects.filter(how="claimed").count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_eight_claims_of_one_person_at_once(alice, make_customer, pool, now):
    Pool.objects.filter(pk=pool.pk).update(daily_claims=3)
    waiting = [make_customer(pool=pool) for _number in range(8)]
    given = at_once([lambda row=row: claim_customer(alice, row, now=now).owner_id for row in waiting])
    assert (given.count(alice.pk), given.count("claim_limit")) == (3, 5)
    assert Customer.objects.filter(owner=alice).count() == 3
