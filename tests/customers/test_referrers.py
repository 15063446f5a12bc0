"""Who referred a customer: in sight, not itself, said once."""

import pytest
from django.db import IntegrityError, transaction

from genjin.customers.actions.bulk import change_customers
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.merge import merge_customers
from tests.refusals import refused


def refer(actor, row, referrer, now):
    row = Customer.objects.get(pk=row.pk)
    return change_customer(actor, row, {"referrer": referrer}, version=row.version, now=now)


def test_nobody_refers_itself_and_nobody_is_referred_twice(alice, charlie, make_customer, now):
    row, first, second = (make_customer(owner=alice) for _number in range(3))
    far = make_customer(owner=charlie)
    with refused("referrer_itself"):
        refer(alice, row, row, now)
    with refused("referrer_unknown"):
        refer(alice, row, far, now)
    refer(alice, row, first, now)
    events = Event.objects.count()
    with refused("referred_already"):
        refer(alice, row, second, now)
    done = change_customers(alice, {row.pk: {"referrer": second}}, origin="bulk:1", now=now)
    assert [one.code for one in done.refused] == ["referred_already"]
    assert (Customer.objects.get(pk=row.pk).referrer, Event.objects.count()) == (first, events)
    refer(alice, row, None, now)
    refer(alice, row, second, now)
    assert Customer.objects.get(pk=row.pk).referrer == second


def test_the_table_itself_refuses_it(alice, make_customer):
    row = make_customer(owner=alice)
    with pytest.raises(IntegrityError, match="customer_not_referred_by_itself"), transaction.atomic():
        Customer.objects.filter(pk=row.pk).update(referrer=row)


def test_merged_with_who_it_referred_it_does_not_refer_itself(bob, make_customer, now):
    kept = make_customer(owner=bob)
    other = make_customer(owner=bob, referrer=kept)
    merge_customers(bob, kept, [other], take={}, now=now)
    assert Customer.objects.get(pk=kept.pk).referrer is None
