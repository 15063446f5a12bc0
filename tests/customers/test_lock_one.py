"""One customer locked for writing: only for who sees it."""

import pytest
from django.db import transaction

from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer


def test_only_who_sees_a_customer_locks_it(alice, bob, charlie, make_customer):
    row = make_customer(owner=alice)
    with transaction.atomic():
        assert lock_one(alice, row.pk) == lock_one(bob, row.pk) == row
        with pytest.raises(Customer.DoesNotExist):
            lock_one(charlie, row.pk)
        with pytest.raises(Customer.DoesNotExist):
            lock_one(alice, row.pk + 1_000_000)
