"""Customers of a pool go to people by rule, in turns; who finds nobody waits with the reason."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.models import Absence
from genjin.customers.models import Customer, OwnerChange
from genjin.followups.actions.ownership import claim_customer
from genjin.followups.models import Deadline
from genjin.routing.actions.assignment import assign_by_rules, assign_chosen, try_again
from genjin.routing.actions.runs import undo_run
from genjin.routing.models import RuleRun, Unassigned
from genjin.routing.queries import dry_run
from genjin.routing.rules.turns import Reason, Share, next_turn, why_nobody
from tests.refusals import refused, unseen


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 4))
def test_over_whole_rounds_everybody_gets_exactly_their_part(weights, rounds):
    shares = [Share(person, weight) for person, weight in enumerate(weights)]
    got: Counter[int] = Counter()
    for _turn in range(sum(weights) * rounds):
        shares, chosen = next_turn(shares)
        got[chosen] += 1
    assert [got[person] for person in range(len(weights))] == [weight * rounds for weight in weights]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.none() | st.integers(0, 4)), max_size=6),
    st.integers(1, 40),
)
def test_nobody_away_or_full_gets_anything_and_nobody_is_owed(people, turns):
    shares = [
        Share(at, weight, capacity=room, is_away=away) for at, (weight, away, room) in enumerate(people)
    ]
    for _turn in range(turns):
        before = {share.person: share for share in shares}
        shares, chosen = next_turn(shares)
        if chosen is None:
            assert all(share.is_away or not share.has_room or not share.weight for share in shares)
            assert why_nobody(shares) in set(Reason)
            return
        one = before[chosen]
        assert one.has_room and not one.is_away and one.weight > 0
    total = sum(weight for weight, _away, _room in people)
    assert all(abs(share.turn) <= total for share in shares)


def test_leads_are_shared_out_by_weight_and_the_first_contact_starts(
    assignment_rule, make_customer, alice, bob, pool, now
):
    assignment_rule([(alice, 2, None), (bob, 1, None)])
    ids = [make_customer(pool=pool).pk for _number in range(6)]
    found = assign_by_rules(ids, now=now)
    assert (found.given, found.waiting) == (6, 0)
    assert Counter(Customer.objects.filter(pk__in=ids).values_list("owner__username", flat=True)) == {
        "alice": 4,
        "bob": 2,
    }
    assert Deadline.objects.running().filter(kind="first_contact", customer__in=ids).count() == 6
    assert set(
        OwnerChange.objects.filter(customer__in=ids, how="assigned").values_list("reason", flat=True)
    ) == {"线索分配"}


def test_turns_go_on_where_they_stopped(assignment_rule, make_customer, alice, bob, pool, now):
    assignment_rule([(alice, 1, None), (bob, 1, None)])
    for _number in range(4):
        assign_by_rules([make_customer(pool=pool).pk], now=now)
    assert Counter(Customer.objects.owned().values_list("owner__username", flat=True)) == {
        "alice": 2,
        "bob": 2,
    }


def test_the_first_rule_that_fits_decides(assignment_rule, make_customer, alice, charlie, pool, now):
    assignment_rule([(charlie, 1, None)], [("province", "eq", "广东省", "")], position=1, name="华南")
    assignment_rule([(alice, 1, None)], position=2)
    south, north = make_customer(pool=pool, province="广东省"), make_customer(pool=pool)
    assign_by_rules([south.pk, north.pk], now=now)
    south.refresh_from_db()
    north.refresh_from_db()
    assert (south.owner, north.owner) == (charlie, alice)


def test_who_is_away_or_full_is_passed_over(assignment_rule, make_customer, alice, bob, charlie, pool, now):
    assignment_rule([(alice, 5, None), (bob, 5, 1), (charlie, 1, None)])
    Absence.objects.create(person=alice, starts_on=now.date(), ends_on=now.date() + timedelta(days=2))
    ids = [make_customer(pool=pool).pk for _number in range(3)]
    assign_by_rules(ids, now=now)
    assert Counter(Customer.objects.owned().values_list("owner__username", flat=True)) == {
        "bob": 1,
        "charlie": 2,
    }


def test_nobody_there_means_waiting_with_the_reason_until_somebody_is(
    assignment_rule, make_customer, alice, pool, now
):
    assignment_rule([(alice, 1, None)])
    Absence.objects.create(person=alice, starts_on=now.date(), ends_on=now.date())
    customer = make_customer(pool=pool)
    found = assign_by_rules([customer.pk], now=now)
    assert (found.given, found.reasons) == (0, {"away": 1})
    assert Unassigned.objects.get().reason == "away"
    assert [(hit.id, hit.becomes) for hit in dry_run.assign(now + timedelta(days=1))] == [
        (customer.pk, "艾丽")
    ]
    assert try_again(now + timedelta(hours=1)).given == 0
    assert try_again(now + timedelta(days=1)).given == 1
    assert not Unassigned.objects.exists()


def test_without_a_rule_it_waits_too(make_customer, pool, now):
    assign_by_rules([make_customer(pool=pool).pk], now=now)
    assert Unassigned.objects.get().reason == "no_rule"


def test_a_fallback_takes_what_nobody_can(assignment_rule, make_customer, alice, bob, pool, now):
    assignment_rule([(alice, 1, 0)], fallback=bob)
    customer = make_customer(pool=pool)
    assert assign_by_rules([customer.pk], now=now).given == 1
    customer.refresh_from_db()
    assert customer.owner == bob


@pytest.mark.parametrize(
    ("moment", "is_given"),
    [
        (datetime(2026, 3, 11, 2, tzinfo=UTC), True),  # Wednesday 10:00
        (datetime(2026, 3, 11, 14, tzinfo=UTC), False),  # 22:00
        (datetime(2026, 2, 17, 2, tzinfo=UTC), False),  # Spring Festival
        (datetime(2026, 2, 14, 2, tzinfo=UTC), True),  # a working Saturday
    ],
)
def test_some_rules_wait_for_working_hours(assignment_rule, make_customer, alice, pool, moment, is_given):
    assignment_rule([(alice, 1, None)], only_working_hours=True)
    found = assign_by_rules([make_customer(pool=pool).pk], now=moment)
    assert (found.given, found.reasons) == ((1, {}) if is_given else (0, {"closed": 1}))


def test_a_rule_gives_no_more_than_its_limit_at_once(assignment_rule, make_customer, alice, pool, now):
    assignment_rule([(alice, 1, None)], limit_per_run=2)
    found = assign_by_rules([make_customer(pool=pool).pk for _number in range(3)], now=now)
    assert (found.given, found.reasons) == (2, {"limit": 1})


def test_owned_customers_are_left_alone(assignment_rule, make_customer, alice, charlie, now):
    assignment_rule([(charlie, 1, None)])
    customer = make_customer(owner=alice)
    assert assign_by_rules([customer.pk], now=now).given == 0
    customer.refresh_from_db()
    assert customer.owner == alice


def test_who_claims_a_waiting_customer_takes_it_off_the_list(make_customer, charlie, pool, now):
    customer = make_customer(pool=pool)
    assign_by_rules([customer.pk], now=now)
    claim_customer(charlie, customer, now=now)
    assert list(Unassigned.objects.visible_to(charlie)) == []
    try_again(now)
    assert not Unassigned.objects.exists()


def test_the_button_is_for_who_assigns_and_for_pools(
    assignment_rule, make_customer, alice, bob, charlie, pool, now
):
    assignment_rule([(alice, 1, None)])
    inside, owned, foreign = (
        make_customer(pool=pool),
        make_customer(owner=alice),
        make_customer(owner=charlie),
    )
    with refused("forbidden", status=403):
        assign_chosen(alice, [inside.pk], now=now)
    with refused("not_in_pool"):
        assign_chosen(bob, [inside.pk, owned.pk], now=now)
    with unseen():
        assign_chosen(bob, [inside.pk, foreign.pk], now=now)
    assert assign_chosen(bob, [inside.pk], now=now).given == 1


def test_undo_puts_customers_back_into_their_pool(assignment_rule, make_customer, alice, dora, pool, now):
    assignment_rule([(alice, 1, None)])
    customer = make_customer(pool=pool)
    before = Customer.objects.filter(pk=customer.pk).values().get()
    assign_by_rules([customer.pk], now=now)
    undone = undo_run(dora, RuleRun.objects.get(), now=now)
    after = Customer.objects.filter(pk=customer.pk).values().get()
    assert undone.restored == 1
    assert after.pop("version") > before.pop("version")
    assert after == before
    assert [clock.kind for clock in Deadline.objects.running().filter(customer=customer)] == ["customer_wait"]
