"""Customers on their way to a purchase, and short ways to get there."""

from collections.abc import Callable
from typing import Any

import pytest

from genjin.customers.models import Choice, Contact, Customer
from genjin.selling.models import Opportunity

CLEAR = {"need": "更换排产系统", "budget": "80万", "is_authority_clear": "是"}
ALL = ("need", "budget", "authority", "proposal_sent", "proposal_feedback", "contract")


@pytest.fixture
def too_dear(db: None) -> Choice:
    """A reason for a loss after which further contacts are pointless."""
    return Choice.objects.get_or_create(
        kind="lost_reason", name="价格太高", defaults={"waives_touches": True}
    )[0]


@pytest.fixture
def prospect(make_customer: Callable[..., Customer]) -> Callable[..., Customer]:
    """Return a factory of prospects whose gates are open as far as fields go, with a final decider."""

    def make(owner: Any, **fields: Any) -> Customer:
        people = [{"name": "王总", "phone": f"138{Contact.objects.count():08d}", "is_decider": True}]
        row = make_customer(owner=owner, contacts=people, **(CLEAR | fields))
        Customer.objects.filter(pk=row.pk).update(stage="prospect")
        row.refresh_from_db()
        return row

    return make


def stages(customer: Customer) -> tuple[str, list[str]]:
    """Return the customer's stage and those of its opportunities, oldest first."""
    customer.refresh_from_db()
    rows = Opportunity.objects.filter(customer=customer).order_by("opened_at", "pk")
    return customer.stage, list(rows.values_list("stage", flat=True))
