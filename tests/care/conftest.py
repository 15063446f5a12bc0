"""Customers that bought, with their contracts."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest

from genjin.contracts.models import Contract
from genjin.customers.models import Customer, StageChange
from genjin.selling.models import Opportunity

_numbers = count(1)


@pytest.fixture
def bought(make_customer, now):
    """Return a factory of customers that bought: `bought(alice, days_ago=400)`."""

    def make(owner, *, days_ago=400, at=None, **fields):
        row = make_customer(owner=owner, **fields)
        since = (at or now) - timedelta(days=days_ago)
        Customer.objects.filter(pk=row.pk).update(stage="won", stage_entered_at=since, created_at=since)
        StageChange.objects.filter(customer=row).delete()
        StageChange.objects.create(customer=row, origin="negotiation", target="won", at=since, by=owner)
        row.refresh_from_db()
        return row

    return make


@pytest.fixture
def sign(now):
    """Return a way to sign: `sign(customer, ends_on, amount=..., state="active")`."""

    def make(customer, ends_on, *, amount=100_000, state="active", starts_on=date(2023, 1, 1), **more):
        opportunity = more.pop("opportunity", None) or Opportunity.objects.create(
            customer=customer, name="首次采购", stage="won", stage_entered_at=now, opened_at=now, closed_at=now, owner=customer.owner
        )  # fmt: skip
        return Contract.objects.create(
            number=f"HT-{next(_numbers):05d}", customer=customer, opportunity=opportunity, title="年度服务", amount=Decimal(amount),
            state=state, starts_on=starts_on, ends_on=ends_on, signed_on=more.pop("signed_on", starts_on), owner=customer.owner,
            created_at=now, **more,
        )  # fmt: skip

    return make
