"""Who leaves hands customers on: nothing but whose they are changes, and the receiver says yes."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.actions import change_user
from genjin.customers.models import Customer, Participant
from genjin.followups.actions.files import attach_file
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.followups.models import Task
from genjin.notices.models import Notice
from genjin.routing.actions.handover import (
    NewHandover,
    accept_handover,
    decline_handover,
    offer_handover,
    tell_unanswered,
    withdraw_handover,
)
from genjin.routing.models import Handover, HandoverItem
from genjin.routing.queries.handover import credit_of, holdings, left_behind, packet
from genjin.routing.rules.credit import CreditSplit, shares
from tests.followups.test_never_forgotten import BROKEN
from tests.refusals import refused, unseen

# Whose it is, since when, and what counts the change: all else of customer and children must stay as it is.
OWNERSHIP = (
    "owner_id",
    "previous_owner_id",
    "owned_since",
    "version",
    "updated_at",
    "updated_by_id",
    "assignee_id",
)
TABLES = ("followups_followup", "followups_task", "followups_attachment", "followups_evidence", "customers_contact", "customers_identitykey", "customers_stagechange",
          "customers_gradechange", "customers_customer_tags", "customers_searchdocument")  # fmt: skip


def everything_of(customer: Customer) -> dict[str, list[str]]:
    found = {}
    without = "".join(f" - '{name}'" for name in OWNERSHIP)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (to_jsonb(c){without})::text FROM customers_customer c WHERE id = %s", [customer.pk]
        )
        found["customer"] = cursor.fetchall()
        for table in TABLES:
            cursor.execute(
                f"SELECT (to_jsonb(t){without})::text FROM {table} t WHERE customer_id = %s ORDER BY 1",
                [customer.pk],
            )
            found[table] = cursor.fetchall()
    return found


def nobody_is_forgotten() -> bool:
    with connection.cursor() as cursor:
        for query in BROKEN.values():
            cursor.execute(query)
            if cursor.fetchall():
                return False
    return True


@pytest.fixture
def book(make_customer, alice, speak, now):
    """Two customers of alice's, with a record, a task, a file and people."""
    first = make_customer(owner=alice, contacts=[{"name": "王强", "phone": "13812340001", "is_decider": "1"}])
    speak(alice, first, now)
    attach_file(alice, first, ContentFile(b"offer", name="offer.txt"), now=now)
    return [first, make_customer(owner=alice)]


def test_nothing_but_the_owner_changes(book, alice, bob, now):
    before = everything_of(book[0])
    handover = offer_handover(bob, NewHandover(alice, bob, note="离职"), now=now)
    assert set(Customer.objects.owned().values_list("owner__username", flat=True)) == {"alice"}
    assert accept_handover(bob, handover, now=now + timedelta(hours=2)) == 2
    assert set(Customer.objects.owned().values_list("owner__username", flat=True)) == {"bob"}
    assert set(Task.objects.open().values_list("assignee__username", flat=True)) == {"bob"}
    assert everything_of(book[0]) == before
    assert nobody_is_forgotten()


def test_the_packet_shows_what_is_open_and_whom_one_speaks_to(book, alice, bob, now):
    handover = offer_handover(bob, NewHandover(alice, bob), now=now)
    items = handover.items.select_related("customer")
    first, second = packet([(item.customer, item.is_moved) for item in items])
    assert [task.objective for task in first.tasks] == ["安排演示"]
    assert [person.name for person in first.people] == ["王强"]
    assert ([file.name for file in first.files], list(second.files)) == (["offer.txt"], [])


def test_for_who_has_left_it_happens_at_once_and_nothing_stays_behind(
    book, make_customer, alice, bob, charlie, dora, now
):
    helped = make_customer(owner=charlie)
    add_task(dora, helped, NewTask("帮忙报价", now + timedelta(days=1), alice), now=now)
    change_user(dora, alice, is_active=False, now=now)
    alice.refresh_from_db()
    assert (holdings(alice).customers, holdings(alice).tasks_elsewhere) == (2, 1)
    assert left_behind(dora) == [alice]
    handover = offer_handover(dora, NewHandover(alice, bob, note="离职", at_once=True), now=now)
    assert left_behind(dora) == []
    task = Task.objects.get(customer=helped)
    assert task.assignee == bob
    assert list(Participant.objects.filter(customer=helped).values_list("user__username", flat=True)) == [
        "bob"
    ]
    with refused("moved_already", status=409):
        decline_handover(bob, handover, answer="太多了", now=now)
    assert accept_handover(bob, handover, now=now) == 0
    assert nobody_is_forgotten()


def test_declining_needs_a_word_and_leaves_all_as_it_was(book, alice, bob, dora, now):
    handover = offer_handover(dora, NewHandover(alice, bob), now=now)
    with refused("answer_missing"):
        decline_handover(bob, handover, answer=" ", now=now)
    decline_handover(bob, handover, answer="太多了", now=now)
    assert set(Customer.objects.owned().values_list("owner__username", flat=True)) == {"alice"}
    with refused("handover_closed", status=409):
        accept_handover(bob, handover, now=now)


def test_only_the_receiver_answers_and_strangers_see_nothing(book, alice, bob, charlie, dora, now):
    handover = offer_handover(dora, NewHandover(alice, bob), now=now)
    with refused("not_yours", status=403):
        accept_handover(dora, handover, now=now)
    with unseen():
        accept_handover(charlie, handover, now=now)


def test_only_who_leads_both_offers(book, alice, bob, charlie, now):
    with refused("forbidden", status=403):
        offer_handover(alice, NewHandover(alice, bob), now=now)
    with refused("owner_not_led"):
        offer_handover(bob, NewHandover(alice, charlie), now=now)
    with refused("owner_not_led"):
        offer_handover(bob, NewHandover(charlie, bob), now=now)
    with refused("handover_to_self"):
        offer_handover(bob, NewHandover(alice, alice), now=now)


def test_some_customers_only_and_none_twice(book, alice, bob, now):
    offer_handover(bob, NewHandover(alice, bob, ids=[book[1].pk]), now=now)
    with refused("handed_over_already", status=409):
        offer_handover(bob, NewHandover(alice, bob), now=now)
    with refused("not_found", status=404):
        offer_handover(bob, NewHandover(alice, bob, ids=[book[0].pk, 987654321]), now=now)
    assert HandoverItem.objects.count() == 1


def test_what_got_another_owner_meanwhile_stays_there(book, alice, bob, dora, charlie, now):
    handover = offer_handover(dora, NewHandover(alice, bob), now=now)
    assign_customers(dora, [book[1].pk], charlie, now=now)
    assert accept_handover(bob, handover, now=now) == 1
    book[1].refresh_from_db()
    assert book[1].owner == charlie


def test_a_withdrawn_offer_is_over(book, alice, bob, now):
    handover = offer_handover(bob, NewHandover(alice, bob), now=now)
    withdraw_handover(bob, handover, now=now)
    assert Handover.objects.open().count() == 0
    offer_handover(bob, NewHandover(alice, bob), now=now)


def test_nobody_with_nothing_hands_over(alice, bob, now):
    with refused("nothing_to_hand_over", status=409):
        offer_handover(bob, NewHandover(alice, bob), now=now)


def test_the_packet_shows_evidence_and_documents(book, alice, bob, prove, now):
    prove(alice, book[0], "need", "budget")
    handover = offer_handover(bob, NewHandover(alice, bob), now=now)
    first = packet([(item.customer, item.is_moved) for item in handover.items.select_related("customer")])[0]
    assert (list(first.evidence), [file.name for file in first.files]) == (["budget", "need"], ["offer.txt"])


@pytest.mark.parametrize(("percent", "days"), [(101, 30), (-1, 30), (30, None), (30, -1), (30, 400)])
def test_a_share_has_an_end(book, alice, bob, now, percent, days):
    until = None if days is None else now.date() + timedelta(days=days)
    with refused("credit_split"):
        offer_handover(bob, NewHandover(alice, bob, split=CreditSplit(percent, until)), now=now)


def test_credit_is_shared_up_to_its_day(book, alice, bob, now):
    until = now.date() + timedelta(days=30)
    handover = offer_handover(bob, NewHandover(alice, bob, split=CreditSplit(30, until)), now=now)
    assert credit_of(book[0], until) == {alice.pk: 100}  # not before it is accepted
    accept_handover(bob, handover, now=now)
    book[0].refresh_from_db()
    assert credit_of(book[0], until) == {alice.pk: 30, bob.pk: 70}
    assert credit_of(book[0], until + timedelta(days=1)) == {bob.pk: 100}


@given(percent=st.integers(0, 100), day=st.dates(date(2024, 2, 28), date(2028, 3, 1)), until=st.none() | st.dates(date(2024, 2, 28), date(2028, 3, 1)))  # fmt: skip
def test_shares_always_make_a_whole(percent, day, until):
    found = shares(2, 1, CreditSplit(percent, until), day)
    assert sum(found.values()) == 100
    assert found.get(1, 0) == (percent if until is not None and day <= until else 0)


def test_whoever_leads_hears_of_an_unanswered_handover_once(book, alice, bob, charlie, dora, teams, now):
    handover = offer_handover(dora, NewHandover(alice, charlie), now=now)
    assert tell_unanswered(now + timedelta(hours=24)) == 0
    late = now + timedelta(hours=24, minutes=1)
    assert tell_unanswered(late) == 1
    assert tell_unanswered(late + timedelta(hours=1)) == 0
    told = Notice.objects.filter(kind="handover_unanswered")
    assert [(one.person, one.subject_id) for one in told] == [(dora, handover.pk)]
