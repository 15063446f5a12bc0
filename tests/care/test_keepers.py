"""Nothing of a customer stays with somebody who no longer sees it, and nothing that stays stands in the way."""

import pytest

from genjin.accounts.models import User
from genjin.care.actions.keeping import keep_owners, keep_tasks
from genjin.care.actions.repurchase import follow_owners
from genjin.care.models import Repurchase
from genjin.care.queries import keepers
from genjin.customers.actions.people import involve
from genjin.customers.models import Customer
from genjin.followups.actions.ownership import claim_customer, release_agreed
from genjin.followups.models import Deadline, Task


@pytest.fixture
def left_behind(customer, alice, complain, ask, now):
    """A complaint and a rating of alice's."""
    return complain(alice, customer), ask(alice, customer)


def test_who_claims_a_released_customer_gets_its_complaint_and_rating(
    left_behind, customer, alice, charlie, pool, now
):
    release_agreed(alice, [customer.pk], pool, reason="无暇跟进", now=now)
    claim_customer(charlie, customer, now=now)
    assert not Customer.objects.visible_to(alice).filter(pk=customer.pk).exists()
    assert (keep_owners(now), keep_tasks(now)) == (1, 1)
    assert (keep_owners(now), keep_tasks(now)) == (0, 0)
    ticket, survey = left_behind
    ticket.refresh_from_db()
    survey.refresh_from_db()
    assert (ticket.owner, ticket.task.assignee) == (charlie, charlie)
    assert (survey.responsible, survey.task.assignee) == (charlie, charlie)
    assert set(Deadline.objects.filter(kind__in=["ticket", "survey"], ended_at=None).values_list("responsible", flat=True)) == {charlie.pk}  # fmt: skip
    former = Task.objects.filter(customer=customer, assignee=alice)
    assert set(former.values_list("status", flat=True)) == {"cancelled"}
    assert not Customer.objects.visible_to(alice).filter(pk=customer.pk).exists()


def test_a_colleague_who_takes_part_keeps_theirs(customer, alice, charlie, sam, complain, pool, now):
    ticket = complain(alice, customer, owner=sam)
    release_agreed(alice, [customer.pk], pool, reason="无暇跟进", now=now)
    claim_customer(charlie, customer, now=now)
    assert (keep_owners(now), keep_tasks(now)) == (0, 0)
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.task.assignee) == (sam, sam)


def test_what_cannot_change_hands_does_not_stand_before_what_can(
    monkeypatch, make_customer, alice, bob, sam, now
):
    monkeypatch.setattr(keepers, "MOST_ROWS", 1)
    stays = [make_customer(owner=alice) for _number in range(3)]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    for row in stays:  # bob leads alice, and takes part in none of them
        Repurchase.objects.create(customer=row, why="客户提起", owner=bob, opened_at=now)
    theirs = make_customer(owner=bob)
    involve(theirs.pk, [sam], via="ticket", subject_id=1)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    last = Repurchase.objects.create(customer=theirs, why="客户提起", owner=sam, opened_at=now)
    assert follow_owners(now) == 1
    last.refresh_from_db()
    assert last.owner == bob
    assert follow_owners(now) == 0
