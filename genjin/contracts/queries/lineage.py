"""From money back to the first touch, by links and never by copies (idea 8); and money by where customers came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from genjin.accounts.models import User
from genjin.contracts.models import Contract, Milestone, Receipt
from genjin.customers.models import Campaign, Choice, Customer
from genjin.proposals.models import ProposalVersion
from genjin.selling.models import Opportunity


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a receipt comes from: what it paid, of which contract, from which proposal, for which purchase, of whom, from where."""

    receipt: Receipt
    milestones: Sequence[Milestone]
    contract: Contract
    version: ProposalVersion | None
    opportunity: Opportunity
    customer: Customer
    source: Choice | None
    campaign: Campaign | None


def lineage(receipt: Receipt) -> Lineage:
    """Return the line from a receipt back to the first touch; two queries."""
    rows = Receipt.objects.select_related(
        "contract__proposal_version__proposal", "contract__opportunity", "contract__customer__source",
        "contract__customer__campaign",
    )  # fmt: skip
    row = rows.get(pk=receipt.pk)
    contract = row.contract
    milestones = [part.milestone for part in row.parts.select_related("milestone")]
    customer = contract.customer
    return Lineage(
        row, milestones, contract, contract.proposal_version, contract.opportunity, customer, customer.source, customer.campaign
    )  # fmt: skip


def received_by_source(user: User) -> dict[int | None, Decimal]:
    """Return by source of the customer what came in, in sight of `user`; together it is every receipt, reversals taken off."""
    rows = Receipt.objects.visible_to(user).order_by().values_list("contract__customer__source")
    return {source: amount or Decimal(0) for source, amount in rows.annotate(sum=Sum("amount"))}
