"""A customer changes hands or stage together with its tasks."""

from datetime import timedelta

import pytest

from genjin.customers.models import Choice, Customer, Participant
from genjin.followups.actions.ownership import assign_customers, claim_customer, release_customers
from genjin.followups.actions.stages import move_stage
from genjin.followups.models import Task
from tests.refusals import refused


@pytest.fixture
def lost_reason(db):
    known = {"waives_touches": True}
    return Choice.objects.get_or_create(kind="lost_reason", name="同行", defaults=known)[0]


def state(customer):
    row = Customer.objects.get(pk=customer.pk)
    return row.owner, row.next_action_at, row.no_next_step_since


def test_the_former_owners_open_tasks_go_along_others_stay(alice, bob, charlie, customer, plan, now):
    hers, helpers = plan(alice, customer), plan(alice, customer, days=9, assignee=charlie)
    assert assign_customers(bob, [customer.pk], bob, reason="休假", now=now) == 1
    assert {task.pk: task.assignee for task in Task.objects.open()} == {hers.pk: bob, helpers.pk: charlie}
    assert state(customer) == (bob, hers.due_at, None)
    assert not Customer.objects.visible_to(alice).exists()


def test_returned_to_a_pool_follow_ups_are_settled_todos_of_others_stay(
    alice, charlie, customer, plan, pool, pointless, now
):
    planned, todo = plan(alice, customer), plan(alice, customer, assignee=charlie, kind="todo", days=9)
    release_customers(alice, [customer.pk], pool, reason="暂无需求", choice=pointless, now=now)
    planned.refresh_from_db()
    assert (planned.status, planned.outcome, planned.closed_by) == ("cancelled", "暂无需求", alice)
    assert list(Task.objects.open()) == [todo]
    assert state(customer) == (None, todo.due_at, None)


def test_claimed_back_it_owes_a_next_step_from_now_on(alice, customer, plan, pool, pointless, now):
    plan(alice, customer)
    release_customers(alice, [customer.pk], pool, reason="暂无需求", choice=pointless, now=now)
    later = now + timedelta(days=8)
    claim_customer(alice, Customer.objects.get(pk=customer.pk), now=later)
    assert state(customer) == (alice, None, later)


def test_losing_settles_every_task_and_every_helpers_sight(
    alice, charlie, customer, plan, prove, lost_reason, now
):
    plan(alice, customer)
    plan(alice, customer, assignee=charlie, kind="todo")
    prove(alice, customer, "refusal")
    row = move_stage(alice, customer, "lost", lost_reason=lost_reason, now=now)
    assert row.stage == "lost"
    assert set(Task.objects.values_list("status", "outcome")) == {("cancelled", "同行")}
    assert not Participant.objects.exists()
    assert state(customer) == (alice, None, None)


def test_back_from_lost_it_waits_for_a_next_step(alice, customer, plan, prove, lost_reason, now):
    plan(alice, customer)
    prove(alice, customer, "refusal")
    move_stage(alice, customer, "lost", lost_reason=lost_reason, now=now)
    later = now + timedelta(days=40)
    move_stage(alice, customer, "prospect", reason="又来询价", now=later)
    assert state(customer) == (alice, None, later)


def test_a_refused_move_settles_nothing(alice, customer, plan, now):
    plan(alice, customer)
    with refused("lost_reason_missing"):
        move_stage(alice, customer, "lost", now=now)
    with refused("stage_not_reachable"):
        move_stage(alice, customer, "won", reason="x", now=now)
