"""The people at a customer: added, changed, taken off."""

import pytest

from genjin.customers.actions.records import remove_contact, save_contact
from genjin.customers.models import Contact, IdentityKey, SearchDocument
from genjin.customers.queries.find import contacts_of
from genjin.events.models import Event
from tests.refusals import refused, unseen


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice)


@pytest.fixture
def wang(alice, customer, now):
    return save_contact(alice, customer, {"name": "王小明", "phone": "13812345678"}, now=now)


def mains(customer):
    return [person.name for person in contacts_of(customer) if person.is_primary]


def test_the_first_person_is_the_main_one_until_another_is_made_it(alice, customer, wang, now):
    save_contact(alice, customer, {"name": "李雷", "wechat": "lilei"}, now=now)
    assert mains(customer) == ["王小明"]
    save_contact(alice, customer, {"name": "韩梅梅", "is_primary": "on"}, now=now)
    assert mains(customer) == ["韩梅梅"]
    assert contacts_of(customer)[0].name == "韩梅梅"


def test_a_person_makes_the_customer_findable(customer, wang):
    assert IdentityKey.objects.filter(customer=customer, key="mobile:13812345678").exists()
    assert "'p87654321831'" in SearchDocument.objects.get(customer=customer).tokens


def test_the_event_names_fields_but_no_number(customer, wang):
    told = Event.objects.get(kind="contact.added")
    assert set(told.data["fields"]) >= {"name", "phone"}
    assert "13812345678" not in str(told.data)
    assert "王小明" not in str(told.data)


def test_two_people_in_different_fields_both_stay(alice, bob, customer, wang, now):
    save_contact(alice, customer, {"job_title": "采购经理"}, contact=wang, version=1, now=now)
    save_contact(bob, customer, {"wechat": "wxm"}, contact=wang, version=1, now=now)
    row = Contact.objects.get(pk=wang.pk)
    assert (row.job_title, row.wechat, row.name, row.version) == ("采购经理", "wxm", "王小明", 3)


def test_two_people_in_one_field_are_shown_both_values(alice, bob, customer, wang, now):
    save_contact(alice, customer, {"phone": "13900000001"}, contact=wang, version=1, now=now)
    with refused("version_conflict", status=409) as caught:
        save_contact(bob, customer, {"phone": "13900000002", "wechat": "w"}, contact=wang, version=1, now=now)
    both = caught.value.details["conflicts"]["phone"]
    assert (both["theirs"], both["yours"], both["by"]) == ("13900000001", "13900000002", alice.name)
    assert set(caught.value.details["conflicts"]) == {"phone"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"job_title": "采购经理"}, "contact_empty"),
        ({"name": "王", "phone": "138****5678"}, "fields_invalid"),
        ({"name": "王", "email": "wang@"}, "fields_invalid"),
        ({"name": "王" * 81}, "fields_invalid"),
    ],
)
def test_nobody_at_all_and_unreadable_numbers_are_refused(alice, customer, now, values, code):
    with refused(code):
        save_contact(alice, customer, values, now=now)


def test_a_number_of_another_customer_is_refused_and_ones_own_stays(
    alice, customer, make_customer, wang, now
):
    other = make_customer(owner=alice, contacts=[{"name": "李工", "phone": "13700137000"}])
    with refused("duplicate_same", status=409) as caught:
        save_contact(alice, customer, {"phone": "137-0013-7000"}, contact=wang, now=now)
    assert caught.value.details["candidates"] == [other.pk]
    with refused("duplicate_same", status=409):
        save_contact(alice, customer, {"name": "赵", "phone": "13700137000"}, now=now)
    save_contact(alice, customer, {"name": "王总", "phone": wang.phone}, contact=wang, now=now)
    assert customer.contacts.get(pk=wang.pk).name == "王总"


def test_a_person_of_another_customer_is_not_found_here(alice, customer, make_customer, now):
    other = make_customer(owner=alice, contacts=[{"name": "李雷", "phone": "13912345678"}])
    with unseen():
        save_contact(alice, customer, {"name": "x"}, contact=other.contacts.get(), now=now)


def test_a_person_taken_off_leaves_the_next_as_main_one_and_no_key(alice, customer, wang, now):
    save_contact(alice, customer, {"name": "李雷"}, now=now)
    remove_contact(alice, wang, now=now)
    assert mains(customer) == ["李雷"]
    assert not IdentityKey.objects.filter(key="mobile:13812345678").exists()
    assert Event.objects.filter(kind="contact.removed", customer_id=customer.pk).count() == 1


def test_strangers_and_readers_touch_nobody(charlie, erin, customer, wang, now):
    with unseen():
        save_contact(charlie, customer, {"name": "x"}, contact=wang, now=now)
    with unseen():
        remove_contact(charlie, wang, now=now)
    with refused("forbidden", status=403):
        save_contact(erin, customer, {"name": "x"}, now=now)
    with refused("forbidden", status=403):
        remove_contact(erin, wang, now=now)
