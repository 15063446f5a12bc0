"""Every amount reconciles: paid and rest are the contract, receipts are the sources, whatever happens in between (idea 8)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from genjin.approvals.models import Request
from genjin.contracts.actions.amendments import Change, propose_amendment, sign_amendment
from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.contracts.models import Amendment, Contract, Milestone
from genjin.contracts.queries.money import paid, paid_by_milestone, rest
from genjin.contracts.queries.terms import terms_of
from genjin.kit.errors import RuleError
from genjin.selling.models import Opportunity
from tests.contracts.conftest import scan

DAY = date(2026, 3, 11)
CENTS = st.decimals(min_value="0.01", max_value="99999.99", places=2)
STEPS = st.lists(st.tuples(st.sampled_from(["pay", "pay", "reverse", "amend"]), CENTS), max_size=4)

# By hand, so that the query under test is not what tests it.
_OFF = """
SELECT c.id FROM contracts_contract c
LEFT JOIN (SELECT contract_id, sum(amount) AS paid FROM contracts_receipt GROUP BY 1) r ON r.contract_id = c.id
LEFT JOIN (SELECT contract_id, sum(amount) AS planned FROM contracts_milestone GROUP BY 1) m ON m.contract_id = c.id
LEFT JOIN (SELECT m.contract_id, sum(p.amount) AS parts, max(p.over) AS over FROM contracts_milestone m
    JOIN (SELECT p.milestone_id, sum(p.amount) AS amount, sum(p.amount) - min(m.amount) AS over FROM contracts_receiptpart p
        JOIN contracts_milestone m ON m.id = p.milestone_id GROUP BY 1) p ON p.milestone_id = m.id GROUP BY 1) p ON p.contract_id = c.id
WHERE coalesce(m.planned, 0) <> c.amount OR coalesce(r.paid, 0) <> coalesce(p.parts, 0)
   OR coalesce(r.paid, 0) NOT BETWEEN 0 AND c.amount OR coalesce(p.over, 0) > 0
"""


def rows_of(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def sign(owner, customer, amount, now):
    """A signed contract of any amount, three parts."""
    deal = Opportunity.objects.create(
        customer=customer, name="任意", owner=owner, stage_entered_at=now, opened_at=now
    )
    row = Contract.objects.create(
        number=str(uuid4()), customer=customer, opportunity=deal, title="任意", amount=amount, product="任意", state="signed",
        signed_on=DAY, ends_on=date(2027, 3, 11), owner=owner, created_at=now,
    )  # fmt: skip
    parts = [(amount / 3).quantize(Decimal("0.01"), "ROUND_DOWN")] * 2
    for at, part in enumerate([*parts, amount - sum(parts)]):
        if part:
            row.milestones.create(position=at, name=f"第{at}期", amount=part, trigger="acceptance")
    return row


def amend(owner, row, more, now):
    """Let the last part grow by so much, approved and signed."""
    terms = terms_of(row)
    shares = (*terms.shares[:-1], replace(terms.shares[-1], amount=terms.shares[-1].amount + more))
    change = Change(replace(terms, amount=row.amount + more, net_amount=None, shares=shares), "增购")
    held = propose_amendment(owner, row, change, now=now)
    Request.objects.filter(data__amendment=held.pk).update(status="granted")
    Amendment.objects.filter(pk=held.pk).update(state="approved")
    sign_amendment(owner, held, signed_on=DAY, scan=scan(), now=now)


def act(bob, row, step, now):
    deed, amount = step
    if deed == "pay":
        record_receipt(bob, row, NewReceipt(amount, DAY), now=now)
    elif deed == "amend":
        amend(bob, row, amount, now)
    elif standing := row.receipts.standing().first():
        reverse_receipt(bob, standing, reason="退票", now=now)


@pytest.mark.django_db
@settings(
    max_examples=5,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plans=st.lists(st.tuples(CENTS, STEPS), min_size=1, max_size=2))
def test_whatever_happens_every_amount_reconciles(alice, bob, make_customer, now, plans):
    for amount, steps in plans:
        customer = make_customer(owner=alice, name=f"对账{uuid4()}有限公司")
        row = sign(alice, customer, amount, now)
        for step in steps:
            try:
                act(bob, row, step, now)
            except RuleError as refusal:
                assert refusal.code == "receipt_above_rest"
            row.refresh_from_db()
        assert paid(row) + rest(row) == row.amount
        sums = paid_by_milestone(row.milestones.values_list("pk", flat=True))
        assert sum(sums.values()) == paid(row)
        for one in Milestone.objects.filter(contract=row):
            assert (one.settled_on is not None) == (sums[one.pk] == one.amount)
    assert rows_of(_OFF) == []
