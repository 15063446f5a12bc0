"""Clocks: started by what happens, stopped by facts alone (S2-8, S4-7)."""

from datetime import timedelta

import pytest

from genjin.customers.actions.records import NewCustomer, change_customer, save_contact
from genjin.customers.models import Choice, Customer
from genjin.events.models import Event
from genjin.followups.actions.ladder import watch_deadlines
from genjin.followups.actions.ownership import (
    add_customer,
    assign_customers,
    claim_customer,
    release_customers,
)  # fmt: skip
from genjin.followups.actions.stages import move_stage
from genjin.followups.models import Deadline

DAY = timedelta(hours=24)


@pytest.fixture
def source(db):
    return Choice.objects.get_or_create(kind="source", name="行业展会")[0]


def clocks(customer):
    return {row.kind: row for row in Deadline.objects.filter(customer=customer)}


def test_a_bare_customer_owes_its_base_information_in_24_hours(alice, now):
    row = add_customer(alice, NewCustomer({"name": "甲公司"}), now=now)
    clock = clocks(row)["base_info"]
    assert (clock.kind, clock.responsible, clock.starts_at, clock.due_at) == (
        "base_info",
        alice,
        now,
        now + DAY,
    )


def test_a_complete_one_owes_nothing(alice, source, now):
    people = [{"name": "王小明", "wechat": "wxm"}]
    row = add_customer(alice, NewCustomer({"name": "甲公司", "source": source}, contacts=people), now=now)
    assert "base_info" not in clocks(row)


@pytest.mark.parametrize("given", ["bob", "claim", "assign"])
def test_whoever_gets_one_owes_the_first_contact(alice, bob, dora, make_customer, pool, now, given):
    if given == "bob":
        row = add_customer(bob, NewCustomer({"name": "甲公司"}, owner=alice), now=now)
    elif given == "claim":
        row = claim_customer(alice, make_customer(pool=pool), now=now)
    else:
        row = make_customer(pool=pool)
        assign_customers(dora, [row.pk], alice, now=now)
    clock = clocks(row)["first_contact"]
    assert (clock.responsible, clock.due_at, clock.met_at) == (alice, now + DAY, None)


def test_an_effective_contact_stops_the_clock_an_idle_word_does_not(alice, customer, say, now):
    say(alice, customer, "打过")
    assert clocks(customer)["first_contact"].met_at is None
    soon = now + timedelta(hours=2)
    say(alice, customer, at=soon)
    assert clocks(customer)["first_contact"].met_at == soon


def test_a_contact_from_before_the_assignment_stops_nothing(alice, customer, say, now):
    say(alice, customer, happened_at=now - timedelta(days=3))
    assert clocks(customer)["first_contact"].met_at is None


def test_a_new_owner_starts_anew(alice, bob, customer, now):
    later = now + timedelta(hours=30)
    watch_deadlines(later)
    assign_customers(bob, [customer.pk], bob, now=later)
    clock = clocks(customer)["first_contact"]
    assert (clock.responsible, clock.starts_at, clock.due_at, clock.breached_at) == (
        bob,
        later,
        later + DAY,
        None,
    )


def test_what_is_overdue_is_marked_once(alice, customer, now):
    watch_deadlines(now + DAY)
    assert not Deadline.objects.exclude(breached_at=None).exists()
    late = now + DAY + timedelta(seconds=1)
    assert watch_deadlines(late) == 3
    assert watch_deadlines(late + timedelta(minutes=1)) == 0
    broken = Deadline.objects.exclude(breached_at=None)
    assert {row.kind for row in broken} == {"first_contact", "base_info", "customer_wait"}
    assert {row.breached_at for row in broken} == {now + DAY}
    told = Event.objects.filter(kind="deadline.breached", customer_id=customer.pk)
    assert sorted(event.data["clock"] for event in told) == ["base_info", "customer_wait", "first_contact"]


def test_facts_stop_the_base_clock_without_anybody_saving_it(alice, customer, source, now):
    person = save_contact(alice, customer, {"name": "王小明"}, now=now)
    change_customer(alice, customer, {"source": source}, version=1, now=now)
    soon = now + timedelta(hours=1)
    watch_deadlines(soon)
    assert clocks(customer)["base_info"].met_at is None
    save_contact(alice, customer, {"phone": "13812345678"}, contact=person, now=now)
    watch_deadlines(soon)
    assert clocks(customer)["base_info"].met_at == now


def test_a_source_in_words_is_a_source(alice, now):
    people = [{"name": "王小明", "phone": "13812345678"}]
    row = add_customer(
        alice, NewCustomer({"name": "甲公司", "source_detail": "抖音直播"}, contacts=people), now=now
    )
    assert "base_info" not in clocks(row)


def test_facts_that_come_late_meet_the_clock_and_keep_its_breach(alice, customer, say, now):
    late = now + timedelta(hours=25)
    watch_deadlines(late)
    say(alice, customer, at=late)
    clock = clocks(customer)["first_contact"]
    assert (clock.breached_at, clock.met_at) == (now + DAY, late)
    assert {row.kind for row in Deadline.objects.in_state("met")} == {"first_contact", "customer_wait"}


def test_returned_or_lost_the_clocks_end_unmet(alice, make_customer, prove, pool, pointless, now):
    returned, lost = make_customer(owner=alice), make_customer(owner=alice)
    reason = Choice.objects.get_or_create(kind="lost_reason", name="同行", defaults={"waives_touches": True})[
        0
    ]
    release_customers(alice, [returned.pk], pool, reason=pointless.name, choice=pointless, now=now)
    prove(alice, lost, "refusal")
    move_stage(alice, lost, "lost", lost_reason=reason, now=now)
    (waits,) = Deadline.objects.running()
    assert (waits.kind, waits.customer, waits.responsible) == ("customer_wait", returned, None)
    assert not Deadline.objects.exclude(met_at=None).exists()


def test_the_states_divide_all_clocks(alice, make_customer, say, now):
    kept = make_customer(owner=alice)
    make_customer(owner=alice)
    say(alice, kept)
    watch_deadlines(now + 2 * DAY)
    parts = [set(Deadline.objects.in_state(state)) for state in ("running", "breached", "met", "ended")]
    assert [len(part) for part in parts] == [4, 4, 2, 0]
    assert set().union(*parts) == set(Deadline.objects.in_state(""))


def test_a_customer_in_the_bin_breaches_nothing(alice, customer, now):
    Customer.objects.filter(pk=customer.pk).update(deleted_at=now)
    assert watch_deadlines(now + 3 * DAY) == 0
    assert not Event.objects.filter(kind__startswith="deadline.").exists()


def test_clocks_are_seen_with_their_customer(alice, bob, charlie, customer):
    assert Deadline.objects.visible_to(alice).count() == Deadline.objects.visible_to(bob).count() == 5
    assert not Deadline.objects.visible_to(charlie).exists()
