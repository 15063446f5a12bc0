"""Revealing masked people: logged, capped, never out of a pool."""

from datetime import timedelta

import pytest

from genjin.customers.actions.people import DAILY_REVEALS, involve, reveal_contact
from genjin.events.models import Event
from tests.races import at_once
from tests.refusals import refused

PEOPLE = [{"name": "王小明", "phone": "13812345678"}]


@pytest.fixture
def wang(make_customer, alice):
    return make_customer(owner=alice, contacts=PEOPLE).contacts.get()


def used_up(user, contact, at, count=DAILY_REVEALS):
    Event.objects.bulk_create(
        [
            Event(kind="contact.revealed", actor=user, at=at, customer_id=contact.customer_id)
            for _number in range(count)
        ]
    )


def test_a_helper_sees_the_number_and_the_log_who_saw_it(charlie, wang, now):
    involve(wang.customer_id, [charlie], via="task")
    shown = reveal_contact(charlie, wang, now=now)
    assert (shown.name, shown.phone, shown.is_masked) == ("王小明", "13812345678", False)
    told = Event.objects.get(kind="contact.revealed")
    assert (told.actor, told.customer_id, told.subject_id, told.at) == (
        charlie,
        wang.customer_id,
        wang.pk,
        now,
    )


def test_the_owner_reveals_nothing_new_and_is_not_counted(alice, bob, wang, now):
    for person in (alice, bob):
        assert reveal_contact(person, wang, now=now).phone == "13812345678"
    assert not Event.objects.filter(kind="contact.revealed").exists()


def test_fifty_within_24_hours_are_the_limit(charlie, wang, now):
    used_up(charlie, wang, now, DAILY_REVEALS - 1)
    reveal_contact(charlie, wang, now=now)
    with refused("reveal_limit", status=429):
        reveal_contact(charlie, wang, now=now + timedelta(hours=23, minutes=59))
    assert reveal_contact(charlie, wang, now=now + timedelta(hours=24)).phone == "13812345678"


def test_another_persons_count_is_not_mine(alice, charlie, dora, wang, now):
    used_up(dora, wang, now)
    assert reveal_contact(charlie, wang, now=now).phone == "13812345678"


def test_out_of_a_pool_nobody_reveals_but_who_sees_all(alice, dora, make_customer, pool, now):
    person = make_customer(pool=pool, contacts=PEOPLE).contacts.get()
    with refused("forbidden", status=403):
        reveal_contact(alice, person, now=now)
    assert reveal_contact(dora, person, now=now).phone == "13812345678"
    assert Event.objects.get(kind="contact.revealed").actor == dora


def test_an_auditor_reveals_nothing(erin, wang, now):
    with refused("forbidden", status=403):
        reveal_contact(erin, wang, now=now)


@pytest.mark.django_db(transaction=True)
def test_the_cap_holds_for_clicks_at_the_same_moment(charlie, wang, now):
    used_up(charlie, wang, now, DAILY_REVEALS - 2)
    given = at_once([lambda: reveal_contact(charlie, wang, now=now).phone] * 6)
    assert (given.count("13812345678"), given.count("reveal_limit")) == (2, 4)
