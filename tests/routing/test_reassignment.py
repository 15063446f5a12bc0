"""72 hours without a contact: another owner is proposed to the lead, one click gives it, everything can be taken back."""

from datetime import timedelta

import pytest

from genjin.accounts.actions import NewUser, add_user
from genjin.approvals.actions import add_signer, decide
from genjin.approvals.models import Request, Signer, Step
from genjin.customers.models import Customer
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.ladder import watch_deadlines
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Deadline
from genjin.notices.models import Notice
from genjin.routing.actions.reassignment import grant_reassignment, propose_reassignments
from genjin.routing.actions.runs import undo_run
from genjin.routing.models import RuleRun
from genjin.routing.queries import dry_run, reassignment
from tests.refusals import refused, unseen

LATE = timedelta(days=5)  # Monday, 10:30


@pytest.fixture
def fritz(teams, now):
    return add_user(None, NewUser(username="fritz", name="弗里茨", role="rep", team=teams["A"]), now=now)


@pytest.fixture
def waiting(alice, bob, fritz, make_customer, now):
    row = make_customer(owner=alice)
    watch_deadlines(now + LATE)
    return row


def test_the_freest_colleague_is_proposed_to_the_lead_once(alice, bob, charlie, fritz, waiting, now):
    run = propose_reassignments(now + LATE)
    assert (run.kind, run.count, run.left_over) == ("escalate", 1, 0)
    (row,) = Request.objects.to_decide(bob).filter(kind="reassign")
    assert (row.customer_id, row.data["owner"], row.data["to"]) == (waiting.pk, alice.pk, fritz.pk)
    assert not Request.objects.to_decide(charlie).exists()
    assert propose_reassignments(now + LATE) is None


def test_one_click_gives_it_and_the_run_takes_it_back(alice, bob, dora, fritz, waiting, now):
    propose_reassignments(now + LATE)
    row = Request.objects.get(kind="reassign")
    before = Customer.objects.values("owner_id", "owned_since", "pool_id").get(pk=waiting.pk)
    first = Deadline.objects.running().get(customer=waiting, kind="first_contact")
    grant_reassignment(bob, row, now=now + LATE)
    assert Customer.objects.get(pk=waiting.pk).owner == fritz
    clock = Deadline.objects.running().get(customer=waiting, kind="first_contact")
    assert (clock.responsible, clock.starts_at, clock.breached_at) == (fritz, now + LATE, None)
    run = RuleRun.objects.get(kind="assign")
    assert undo_run(dora, run, now=now + LATE + timedelta(hours=1)).restored == 1
    assert Customer.objects.values("owner_id", "owned_since", "pool_id").get(pk=waiting.pk) == before
    assert Deadline.objects.running().get(customer=waiting, kind="first_contact") == first


def test_a_contact_in_between_ends_the_proposal(alice, bob, waiting, now):
    propose_reassignments(now + LATE)
    row = Request.objects.get(kind="reassign")
    said = NewFollowUp(
        "phone", "客户愿意看方案，周五再谈", now + LATE, next_actions=[NewTask("演示", now + LATE + LATE)]
    )
    record_contact(alice, waiting, said, now=now + LATE)
    with refused("reassignment_over", status=409):
        grant_reassignment(bob, row, now=now + LATE)
    propose_reassignments(now + LATE + timedelta(minutes=5))
    row.refresh_from_db()
    assert row.status == "withdrawn"
    assert Customer.objects.get(pk=waiting.pk).owner == alice


def test_who_does_not_lead_the_owner_decides_nothing(alice, charlie, waiting, now):
    propose_reassignments(now + LATE)
    row = Request.objects.get(kind="reassign")
    with unseen():
        grant_reassignment(charlie, row, now=now + LATE)
    with refused("own_request", status=403):
        grant_reassignment(alice, row, now=now + LATE)


def test_what_was_declined_is_not_proposed_again(bob, waiting, now):
    propose_reassignments(now + LATE)
    decide(bob, Request.objects.get(kind="reassign"), grant=False, answer="她在休假", now=now + LATE)
    assert propose_reassignments(now + LATE + timedelta(days=1)) is None


def test_no_more_than_the_limit_at_once_and_undo_closes_the_batch(
    alice, bob, dora, fritz, make_customer, now, monkeypatch
):
    monkeypatch.setattr("genjin.routing.actions.reassignment.PER_RUN", 2)
    for _number in range(3):
        make_customer(owner=alice)
    watch_deadlines(now + LATE)
    run = propose_reassignments(now + LATE)
    assert (run.count, run.left_over) == (2, 1)
    add_signer(bob, Request.objects.open().first(), fritz, before=True, now=now + LATE)
    assert undo_run(dora, run, now=now + LATE).restored == 2
    assert not Request.objects.open().exists()
    assert not Step.objects.filter(status="open").exists() and not Signer.objects.asked().exists()
    assert Notice.objects.unread().filter(kind="request_asked").count() == 0
    assert propose_reassignments(now + LATE).count == 1


def test_dry_run_says_every_step_and_changes_nothing(alice, bob, make_customer, now, monkeypatch):
    monkeypatch.setattr("genjin.routing.queries.dry_run.PER_RUN", 0)
    row = make_customer(owner=alice)
    before = list(Deadline.objects.order_by("pk").values())
    hits = list(dry_run.escalate(now + LATE))
    steps = [(hit.rule, hit.becomes) for hit in hits if hit.rule.startswith("first_contact")]
    assert steps == [
        ("first_contact:1", "艾丽"), ("first_contact:2", "艾丽, 鲍勃"), ("first_contact:3", "鲍勃")
    ]  # fmt: skip
    assert {hit.id for hit in hits} == {row.pk}
    assert [hit.within_limit for hit in hits if hit.rule == "first_contact:3"] == [False]
    assert list(Deadline.objects.order_by("pk").values()) == before
    assert not reassignment.owed().exists()
