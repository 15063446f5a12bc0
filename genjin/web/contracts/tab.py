"""The tab of contracts and money on a customer's page."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from genjin.accounts.permissions import Right
from genjin.contracts.actions.collection import is_held
from genjin.contracts.actions.profiles import may_bill
from genjin.contracts.models import BillingProfile, Contract, Milestone
from genjin.contracts.queries.billing import as_seen, words_seen
from genjin.contracts.queries.money import paid_by_milestone
from genjin.contracts.rules.states import IN_FORCE
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.selling.models import Opportunity
from genjin.web.contracts.words import contract_rows, milestone_row
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import money


def contracts_tab(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return a customer's contracts, what is due of them, its billing profiles, and what is in the way of collecting."""
    user, today = user_of(request), timezone.localdate()
    contracts = list(
        Contract.objects.filter(customer=customer).select_related("customer__pool", "owner")[:100]
    )
    due = (
        Milestone.objects.of_running()
        .filter(contract__customer=customer, settled_on=None)
        .select_related("contract__customer")[:100]
    )
    paid = paid_by_milestone([one.pk for one in due])
    may_write = may_edit(user, customer) and user.may(Right.CONTRACT)
    opportunity = Opportunity.objects.open().filter(customer=customer).first() if may_write else None
    profiles = [
        as_seen(user, customer, one.as_text()) | {"pk": one.pk, "is_default": one.is_default}
        for one in BillingProfile.objects.filter(customer=customer)
    ]
    held = is_held(customer.pk)
    running = [row for row in contracts if row.state in IN_FORCE]
    return {
        "contracts": contract_rows(user, contracts, today),
        "milestones": [
            milestone_row(user, one, paid[one.pk], today) | {"number": one.contract.number, "url": reverse("contracts:contract", args=[one.contract_id])}
            for one in due
        ],
        "profiles": profiles, "held": words_seen(user, customer, held, "why") if held else None,
        "total": money(sum((row.amount for row in running), Decimal(0))) if running else "",
        "may_profile": may_bill(user, customer), "may_draft": may_write,
        "new_url": f"{reverse('contracts:add')}?customer={customer.pk}" + (f"&opportunity={opportunity.pk}" if opportunity else ""),
    }  # fmt: skip
