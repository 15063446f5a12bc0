"""A customer of alice's with an opportunity, two products, and a proposal begun."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.proposals.actions.drafts import NewLine, NewProposal, open_proposal
from genjin.proposals.models import ProposalVersion
from genjin.selling.actions.products import save_product
from genjin.selling.models import Opportunity, Product
from tests.conftest import MakeCustomer

Begin = Callable[..., ProposalVersion]


@pytest.fixture
def customer(alice: User, make_customer: MakeCustomer) -> Customer:
    return make_customer(owner=alice, name="杭州远景机电有限公司")


@pytest.fixture
def opportunity(alice: User, customer: Customer, now: datetime) -> Opportunity:
    return Opportunity.objects.create(
        customer=customer, name="排产系统", owner=alice, opened_at=now, stage_entered_at=now
    )


@pytest.fixture
def system(dora: User, now: datetime) -> Product:
    values = {
        "code": "SYS",
        "name": "排产系统",
        "unit": "套",
        "list_price": Decimal(60_000),
        "tax_rate": Decimal(13),
    }
    return save_product(dora, Product(), values, now=now)


@pytest.fixture
def training(dora: User, now: datetime) -> Product:
    values = {
        "code": "TRN",
        "name": "培训",
        "kind": "service",
        "unit": "天",
        "list_price": Decimal(3000),
        "tax_rate": Decimal(6),
    }
    return save_product(dora, Product(), values, now=now)


@pytest.fixture
def begin(alice: User, customer: Customer, opportunity: Opportunity, system: Product, now: datetime) -> Begin:
    """Return a way to begin a proposal of alice's with one line: `begin(discount=Decimal(10))`."""

    def make(**values: Any) -> ProposalVersion:
        values.setdefault("lines", [NewLine(system)])
        new = NewProposal(opportunity, "排产系统一期", values)
        return open_proposal(alice, customer, new, now=now).versions.get()

    return make
