"""Tasks: planned, done, postponed, handed on, cancelled."""

from datetime import timedelta

import pytest

from genjin.accounts.models import User
from genjin.customers.models import Customer, Participant
from genjin.events.models import Event
from genjin.followups.actions.tasks import cancel_task, finish_task, hand_on_task, postpone_task
from genjin.followups.models import Task
from tests.refusals import refused, unseen


def next_of(customer):
    row = Customer.objects.get(pk=customer.pk)
    return row.next_action_at, row.no_next_step_since


def test_the_earliest_open_task_is_the_next_action(alice, customer, plan, now):
    assert next_of(customer) == (None, now)
    later, sooner = plan(alice, customer, days=9), plan(alice, customer, days=2)
    assert next_of(customer) == (sooner.due_at, None)
    finish_task(alice, sooner, outcome="已演示", now=now)
    assert next_of(customer) == (later.due_at, None)
    end = now + timedelta(hours=1)
    finish_task(alice, later, outcome="已报价", now=end)
    assert next_of(customer) == (None, end)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"objective": "  "}, "objective_missing"),
        ({"method": "pigeon"}, "method_unknown"),
        ({"kind": "dream"}, "task_kind_unknown"),
        ({"days": -2}, "due_in_past"),
    ],
)
def test_a_task_that_makes_no_sense_is_not_planned(alice, customer, plan, more, code):
    with refused(code):
        plan(alice, customer, **more)


def test_nobody_who_may_not_sign_in_gets_one(alice, charlie, customer, plan, now):
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    gone = User.objects.get(pk=charlie.pk)
    with refused("assignee_inactive"):
        plan(alice, customer, assignee=gone)
    task = plan(alice, customer)
    with refused("assignee_inactive"):
        hand_on_task(alice, task, gone, now=now)


def test_a_helper_sees_the_customer_exactly_as_long_as_the_task_is_open(alice, charlie, customer, plan, now):
    task = plan(alice, customer, assignee=charlie, kind="todo", objective="技术答疑")
    assert Customer.objects.visible_to(charlie).get() == customer
    finish_task(charlie, task, outcome="已答复", now=now)
    assert not Customer.objects.visible_to(charlie).exists()
    assert not Participant.objects.exists()
    task.refresh_from_db()
    assert (task.status, task.outcome, task.closed_by, task.closed_at) == ("done", "已答复", charlie, now)


def test_handed_on_the_sight_goes_along(alice, bob, charlie, dora, customer, plan, now):
    task = plan(alice, customer, assignee=charlie)
    hand_on_task(charlie, task, dora, now=now)
    assert not Customer.objects.visible_to(charlie).exists()
    assert Participant.objects.get().user == dora
    hand_on_task(dora, task, alice, now=now)
    assert not Participant.objects.exists()
    told = Event.objects.filter(kind="task.handed_on").last()
    assert (told.data["origin"], told.data["target"]) == (dora.pk, alice.pk)
    assert Task.objects.get().assignee == alice


def test_postponed_it_counts_how_often_and_says_why(alice, customer, plan, now):
    task = plan(alice, customer)
    for days in (5, 8):
        task = postpone_task(alice, task, due_at=now + timedelta(days=days), reason="客户出差", now=now)
    assert (task.postponed, task.due_at) == (2, now + timedelta(days=8))
    assert next_of(customer) == (task.due_at, None)
    told = Event.objects.filter(kind="task.postponed").last()
    assert (told.data["origin"], told.data["reason"]) == ((now + timedelta(days=5)).isoformat(), "客户出差")


def test_cancelled_leaves_the_customer_without_next_step(alice, customer, plan, now):
    task = cancel_task(alice, plan(alice, customer), reason="客户已自行解决", now=now)
    assert (task.status, task.outcome) == ("cancelled", "客户已自行解决")
    assert next_of(customer) == (None, now)


def test_each_end_wants_its_words_and_each_move_a_day_to_come(alice, customer, plan, now):
    task = plan(alice, customer)
    with refused("outcome_missing"):
        finish_task(alice, task, outcome=" ", now=now)
    with refused("reason_missing"):
        cancel_task(alice, task, reason="", now=now)
    with refused("reason_missing"):
        postpone_task(alice, task, due_at=now + timedelta(days=9), reason="", now=now)
    with refused("due_in_past"):
        postpone_task(alice, task, due_at=now - timedelta(days=2), reason="x", now=now)


def test_a_closed_task_stays_closed(alice, customer, plan, now):
    task = plan(alice, customer)
    finish_task(alice, task, outcome="已演示", now=now)
    for deed in (
        lambda: finish_task(alice, task, outcome="又一次", now=now),
        lambda: cancel_task(alice, task, reason="x", now=now),
        lambda: postpone_task(alice, task, due_at=now + timedelta(days=1), reason="x", now=now),
        lambda: hand_on_task(alice, task, alice, now=now),
    ):
        with refused("task_closed", status=409):
            deed()


def test_strangers_auditors_and_other_helpers_move_nothing(alice, charlie, erin, dora, customer, plan, now):
    task = plan(alice, customer)
    with unseen():
        plan(charlie, customer)
    with unseen():
        finish_task(charlie, task, outcome="x", now=now)
    for deed in (lambda: plan(erin, customer), lambda: finish_task(erin, task, outcome="x", now=now)):
        with refused("forbidden", status=403):
            deed()
    plan(alice, customer, assignee=charlie)
    assert finish_task(charlie, task, outcome="一起做完了", now=now).status == "done"  # who helps, may close


def test_a_pool_customer_gets_tasks_from_above_only(alice, dora, make_customer, pool, plan):
    waiting = make_customer(pool=pool)
    with refused("not_yours", status=403):
        plan(alice, waiting)
    task = plan(dora, waiting)
    assert next_of(waiting) == (task.due_at, None)


def test_tasks_of_a_deleted_customer_are_out_of_sight(alice, bob, customer, plan, now):
    task = plan(alice, customer)
    Customer.objects.filter(pk=customer.pk).update(deleted_at=now)
    assert not Task.objects.visible_to(alice).exists()
    with unseen():
        finish_task(alice, task, outcome="x", now=now)
