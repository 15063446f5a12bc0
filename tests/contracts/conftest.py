"""A customer of alice's with a purchase and a contract: lena reads its terms, fiona watches its money."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from genjin.contracts.actions.approval import hand_in
from genjin.contracts.actions.drafts import draft_contract
from genjin.contracts.actions.signing import Signature, sign_contract
from genjin.contracts.models import Contract
from genjin.contracts.rules.milestones import PRESETS
from genjin.contracts.rules.terms import Terms
from genjin.customers.actions.people import involve
from genjin.customers.models import Customer
from genjin.desk.actions import grant
from genjin.selling.models import NumberRule, Opportunity


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


@pytest.fixture
def opportunity(customer, alice, now):
    NumberRule.objects.get_or_create(
        kind="contract", defaults={"pattern": "HT-{year}-{n}"}
    )  # lost by a flush
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
        number="HT-TEST-1", customer=customer, opportunity=opportunity, title="排产线采购合同", amount=Decimal("860000"),
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


@pytest.fixture
def terms(lena, fiona):
    """What a complete contract of 860,000 says; `terms(amount=..., shares=...)` says otherwise."""

    def make(**other):
        known = {
            "title": "排产线采购合同", "amount": Decimal("860000"), "product": "两条排产线", "payment_terms": "首付三成，验收后付清",
            "liability_terms": "逾期每日万分之五", "scope_terms": "两条排产线及安装调试", "starts_on": date(2026, 3, 11),
            "ends_on": date(2027, 3, 10), "legal": lena.pk, "finance": fiona.pk, "shares": PRESETS["30_70"],
        }  # fmt: skip
        return Terms(**(known | other))

    return make


@pytest.fixture
def draft(alice, opportunity, terms, now):
    return draft_contract(alice, opportunity, terms(), now=now)


@pytest.fixture
def approved(alice, bob, lena, draft, now):
    request = hand_in(alice, draft, reason="客户等待盖章", now=now)
    grant(lena, request, now=now)
    grant(bob, request, now=now)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def running(alice, customer, approved, now):
    """Signed the way everybody signs; the customer has won, the down payment is due on the 14th."""
    Customer.objects.filter(pk=customer.pk).update(stage="negotiation")
    return sign_contract(alice, approved, Signature(date(2026, 3, 11), scan()), now=now)


def scan(name="contract.pdf", content=b"%PDF-1.7 scan"):
    return ContentFile(content, name=name)
