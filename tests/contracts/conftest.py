"""A customer of alice's with a purchase and a contract: lena reads its terms, fiona watches its money."""

from datetime import date
from decimal import Decimal

import pytest

from genjin.contracts.models import Contract
from genjin.customers.actions.people import involve
from genjin.selling.models import Opportunity


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


@pytest.fixture
def opportunity(customer, alice, now):
    return Opportunity.objects.create(
        customer=customer,
        name="两条排产线",
        owner=alice,
        stage="negotiation",
        stage_entered_at=now,
        opened_at=now,
    )


@pytest.fixture
def signed(customer, opportunity, alice, lena, fiona, now):
    """A signed contract of 860,000: 30 % three days after signing, 70 % after acceptance; nothing is due yet."""
    row = Contract.objects.create(
        number="HT-2026-001", customer=customer, opportunity=opportunity, title="排产线采购合同", amount=Decimal("860000"),
        product="两条排产线", state="signed", signed_on=date(2026, 3, 9), starts_on=date(2026, 3, 9), ends_on=date(2027, 3, 8),
        owner=alice, legal=lena, finance=fiona, created_at=now, created_by=alice,
    )  # fmt: skip
    row.milestones.create(
        position=0, name="首付款", percent=30, amount=Decimal("258000"), trigger="signing", offset_days=3
    )
    row.milestones.create(
        position=1, name="尾款", percent=70, amount=Decimal("602000"), trigger="acceptance",
        expected_on=date(2026, 6, 30),
    )  # fmt: skip
    involve(customer.pk, [lena, fiona], via="contract", subject_id=row.pk)
    return row
