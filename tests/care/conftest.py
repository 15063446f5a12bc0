"""Customers that bought, with their contracts and deliveries; short ways to ask them and to take down tickets."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest

from genjin.care.actions.deeds import answer_ticket, solve_ticket
from genjin.care.actions.surveys import NewSurvey, open_survey
from genjin.care.actions.tickets import NewTicket, open_ticket
from genjin.contracts.models import Contract
from genjin.customers.models import Customer, StageChange
from genjin.delivery.models import Project
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


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


@pytest.fixture
def project(customer, alice, sam, now):
    """A delivery of a signed contract; sam of service is in its team."""
    opportunity = Opportunity.objects.create(
        customer=customer,
        name="排产系统",
        stage="won",
        stage_entered_at=now,
        owner=alice,
        opened_at=now,
        closed_at=now,
    )
    contract = Contract.objects.create(
        number="HT-2026-001",
        customer=customer,
        opportunity=opportunity,
        title="排产系统合同",
        amount=Decimal("860000.00"),
        product="排产系统",
        state="signed",
        signed_on=now.date(),
        starts_on=now.date(),
        ends_on=now.date() + timedelta(days=365),
        owner=alice,
        created_at=now,
    )
    row = Project.objects.create(
        customer=customer,
        contract=contract,
        name="排产系统实施",
        lead=alice,
        state="accepted",
        delivered_on=now.date(),
        accepted_on=now.date(),
        created_at=now,
    )
    row.members.create(user=sam, part="service")
    return row


@pytest.fixture
def ask(now):
    """Return a way to ask: `ask(alice, customer, responsible=sam)`."""

    def make(actor, customer, *, responsible=None, project=None, at=None):
        return open_survey(actor, customer, NewSurvey(responsible or actor, project), now=at or now)

    return make


@pytest.fixture
def complain(now):
    """Return a way to take down a complaint: `complain(alice, customer, owner=sam)`."""

    def make(actor, customer, *, at=None, **more):
        known = {"kind": "complaint", "title": "设备每天停机两次", "details": "王经理来电"} | more
        return open_ticket(actor, customer, NewTicket(**known), now=at or now)

    return make


@pytest.fixture
def solve(now):
    """Return a way to answer and solve at once."""

    def make(actor, ticket, *, at=None):
        answer_ticket(actor, ticket, text="已致电王经理，工程师今天到场", now=at or now)
        return solve_ticket(actor, ticket, solution="更换了控制板", now=at or now)

    return make
