"""A milestone is due by a fact only; a fact withdrawn makes it wait again; a slip moves the forecast with its reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from genjin.contracts.actions.collection import collect_all, hold_collection, release_collection
from genjin.contracts.actions.milestones import expect_trigger, fire_trigger, mark_trigger, unfire_trigger
from genjin.contracts.models import Milestone
from genjin.events.models import Event
from genjin.followups.actions.asks import explain_task
from genjin.followups.models import Deadline, Task
from genjin.notices.models import Notice
from tests.refusals import refused, unseen


def final(contract):
    return contract.milestones.get(name="尾款")


def test_a_fact_makes_its_milestones_due_and_only_those(alice, fiona, signed, now):
    [down] = fire_trigger(alice, signed, "signing", date(2026, 3, 9), now=now)
    assert (down.triggered_on, down.due_on) == (date(2026, 3, 9), date(2026, 3, 12))
    assert (final(signed).due_on, final(signed).triggered_on) == (None, None)
    clock = Deadline.objects.get(kind="payment")
    assert (clock.subject_id, clock.responsible_id) == (down.pk, alice.pk)
    assert clock.due_at == datetime(2026, 3, 12, 15, 59, 59, tzinfo=UTC)  # the end of that day in Shanghai
    task = Task.objects.get(kind="collection")
    assert (task.assignee_id, task.pk) == (alice.pk, Milestone.objects.get(pk=down.pk).task_id)
    assert "25.8万" in task.objective
    assert Notice.objects.filter(person=fiona, kind="milestone_due").count() == 1
    assert fire_trigger(alice, signed, "signing", date(2026, 3, 20), now=now) == []  # the first fact stands


def test_not_even_a_shell_makes_it_due_without_a_fact(signed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=final(signed).pk).update(due_on=date(2026, 3, 12))


def test_the_acceptance_begins_fulfilment_and_far_days_get_their_task_when_they_come_near(alice, signed, now):
    Milestone.objects.filter(pk=final(signed).pk).update(offset_days=30)
    fire_trigger(None, signed, "acceptance", date(2026, 3, 11), now=now)
    signed.refresh_from_db()
    assert (signed.state, final(signed).due_on) == ("active", date(2026, 4, 10))
    assert not Task.objects.filter(kind="collection").exists()
    assert collect_all(now + timedelta(days=20)) == 0
    assert collect_all(now + timedelta(days=27)) == 1
    assert collect_all(now + timedelta(days=28)) == 0  # once
    assert Task.objects.get(kind="collection").due_at.date() == date(2026, 4, 10)


def test_a_withdrawn_acceptance_lets_it_wait_again(alice, signed, now):
    fire_trigger(None, signed, "acceptance", date(2026, 3, 11), now=now)
    [back] = unfire_trigger(
        alice, signed, "acceptance", days={date(2026, 3, 11)}, why="验收报告作废", now=now
    )
    assert (back.due_on, back.expected_on, back.expected_why) == (None, date(2026, 3, 11), "验收报告作废")
    assert not Deadline.objects.running().filter(kind="payment").exists()
    assert not Task.objects.open().filter(kind="collection").exists()
    assert [one.due_on for one in fire_trigger(None, signed, "acceptance", date(2026, 3, 18), now=now)] == [
        date(2026, 3, 18)
    ]


def test_a_slip_moves_the_forecast_with_its_reason_or_not_at_all(alice, signed, now):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        expect_trigger(alice, signed, "acceptance", date(2026, 8, 15), why="设备到港推迟", now=now)
        raise ZeroDivisionError  # the slip itself was refused
    assert final(signed).expected_on == date(2026, 6, 30)
    expect_trigger(alice, signed, "acceptance", date(2026, 8, 15), why="设备到港推迟", now=now)
    moved = final(signed)
    assert (moved.expected_on, moved.expected_why, moved.due_on) == (date(2026, 8, 15), "设备到港推迟", None)
    event = Event.objects.get(kind="milestone.moved")
    assert (event.subject_id, event.data["origin"], event.data["target"]) == (
        signed.pk,
        "2026-06-30",
        "2026-08-15",
    )
    assert "设备到港推迟" in event.data["note"]
    assert expect_trigger(alice, signed, "acceptance", date(2026, 8, 15), why="再说一次", now=now) == []


def test_what_is_due_already_is_no_longer_expected_elsewhere(alice, signed, now):
    fire_trigger(alice, signed, "signing", date(2026, 3, 9), now=now)
    assert expect_trigger(alice, signed, "signing", date(2026, 9, 9), why="", now=now) == []


def test_a_complaint_changes_the_tactics_and_its_end_changes_them_back(alice, bob, customer, signed, now):
    fire_trigger(alice, signed, "signing", date(2026, 3, 9), now=now)
    usual = Task.objects.get(kind="collection").objective
    hold_collection(customer.pk, "投诉 T-1：频繁死机", now=now)
    hold_collection(customer.pk, "投诉 T-1：频繁死机", now=now)
    task = Task.objects.get(kind="collection")
    assert task.objective != usual
    assert task.objective.endswith("投诉 T-1：频繁死机")
    task.question = "催哪位?"
    task.save(update_fields=["question"])
    explain_task(bob, task, answer="找王会计", now=now)
    assert Deadline.objects.running().filter(kind="payment").count() == 1  # the clock runs on
    assert release_collection(customer.pk, now=now) == 1
    assert release_collection(customer.pk, now=now) == 0
    task.refresh_from_db()
    assert (task.objective, task.details) == (usual, "催哪位?\n找王会计")  # what was answered stays


def test_by_hand_only_what_has_no_record_of_its_own(alice, charlie, fiona, lena, erin, signed, now):
    signed.milestones.filter(name="首付款").update(trigger="shipment")
    for trigger in ("signing", "acceptance"):
        with refused("trigger_by_record"):
            mark_trigger(alice, signed, trigger, date(2026, 3, 10), now=now)
    with refused("trigger_in_future"):
        mark_trigger(alice, signed, "shipment", date(2026, 3, 12), now=now)
    with refused("trigger_not_waited_for"):
        mark_trigger(alice, signed, "launch", date(2026, 3, 10), now=now)
    with unseen():
        mark_trigger(charlie, signed, "shipment", date(2026, 3, 10), now=now)
    with refused("forbidden", status=403):
        mark_trigger(erin, signed, "shipment", date(2026, 3, 10), now=now)
    [due] = mark_trigger(fiona, signed, "shipment", date(2026, 3, 10), now=now)
    assert due.due_on == date(2026, 3, 13)
