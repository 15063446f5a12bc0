"""What sources and campaigns brought: leads, contracts, collected cash, renewals, against what they cost (idea 8, S4-3, S4-7).

Counted over the rows one may see; every figure is the count or the sum over the very rows it opens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from genjin.accounts.models import User
from genjin.care.models import Renewal
from genjin.care.rules.renewals import KEPT
from genjin.contracts.models import Contract, Receipt
from genjin.contracts.rules.states import IN_FORCE
from genjin.customers.models import Campaign, Choice, Customer, StageChange
from genjin.customers.queries.campaigns import sees_costs
from genjin.customers.rules import Stage
from genjin.kit.money import CENT

BY: Mapping[str, str] = {"source": "source_id", "campaign": "campaign_id"}
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Brought:
    """A source or campaign (0: none is known) with what it brought; costs are None to who may not see them."""

    key: int
    label: str
    leads: int = 0
    won: int = 0
    signed: Decimal = NOTHING
    collected: Decimal = NOTHING
    renewals: int = 0
    renewed: Decimal = NOTHING  # collected of contracts that renew
    cost: Decimal | None = None

    @property
    def percent(self) -> int | None:
        """What came in above the cost, in percent of it; None without a cost."""
        if not self.cost:
            return None
        return int((self.collected - self.cost) * 100 / self.cost)


def customers_of(user: User, by: str, key: int) -> "QuerySet[Customer]":
    """Return the customers in sight that came by a source or campaign; key 0: those without one."""
    rows = Customer.objects.visible_to(user)
    return rows.filter(**{BY[by]: key}) if key else rows.filter(**{f"{BY[by]}__isnull": True})


def won_of(rows: "QuerySet[Customer]") -> "QuerySet[Customer]":
    """Return those that ever bought."""
    return rows.filter(
        Exists(StageChange.objects.filter(customer=OuterRef("pk"), target=Stage.WON).order_by())
    )


def contracts_of(rows: "QuerySet[Customer]") -> "QuerySet[Contract]":
    """Return the contracts in force of customers."""
    return Contract.objects.filter(customer__in=rows, state__in=IN_FORCE)


def receipts_of(rows: "QuerySet[Customer]") -> "QuerySet[Receipt]":
    """Return the money of customers, with what was taken back."""
    return Receipt.objects.filter(contract__customer__in=rows)


def renewals_of(rows: "QuerySet[Customer]") -> "QuerySet[Renewal]":
    """Return the ends of contracts that were renewed."""
    return Renewal.objects.filter(customer__in=rows, outcome__in=KEPT)


def returns(user: User, by: str) -> list[Brought]:
    """Return what each source or campaign brought among the customers `user` sees, most cash first; a fixed number of queries."""
    seen = Customer.objects.visible_to(user)
    names = _names(by)
    leads = _counted(seen, BY[by])
    won = _counted(won_of(seen), BY[by])
    way = f"customer__{BY[by]}"
    signed = _summed(contracts_of(seen), way)
    receipts = receipts_of(seen)
    collected = _summed(receipts, f"contract__{way}")
    renewed = _summed(receipts.filter(contract__renews__isnull=False), f"contract__{way}")
    renewals = dict(renewals_of(seen).order_by().values_list(way).annotate(count=Count("pk")))
    costs = _costs(user, by)
    keys = [*names, None]
    found = [
        Brought(
            key or 0, names.get(key or 0, ""), leads.get(key, 0), won.get(key, 0), signed.get(key, NOTHING), collected.get(key, NOTHING),
            renewals.get(key, 0), renewed.get(key, NOTHING), None if costs is None else costs.get(key or 0),
        )
        for key in keys
        if key is not None or leads.get(None)
    ]  # fmt: skip
    used = [one for one in found if one.leads or one.collected or one.cost]
    return sorted(used, key=lambda one: (-one.collected, -one.signed, -one.leads, one.label))


def _names(by: str) -> dict[int, str]:
    rows: Any = Choice.objects.filter(kind=Choice.Kind.SOURCE) if by == "source" else Campaign.objects.all()
    return dict(rows.values_list("pk", "name"))


def _counted(rows: "QuerySet[Customer]", way: str) -> dict[int | None, int]:
    return dict(rows.order_by().values_list(way).annotate(count=Count("pk")))


def _summed(rows: "QuerySet[Any]", way: str) -> dict[int | None, Decimal]:
    return dict(rows.order_by().values_list(way).annotate(sum=Sum("amount")))


def _costs(user: User, by: str) -> dict[int, Decimal] | None:
    """Return costs by campaign, or shared out to sources by where the campaign's leads came from; None to who may not see them."""
    if not sees_costs(user):
        return None
    costs = {pk: cost for pk, cost in Campaign.objects.values_list("pk", "cost") if cost}
    if by == "campaign":
        return costs
    rows = Customer.objects.live().filter(campaign__in=costs, source__isnull=False).order_by()
    shares: dict[int, dict[int, int]] = {}
    for campaign, source, count in rows.values_list("campaign_id", "source_id").annotate(count=Count("pk")):
        shares.setdefault(campaign, {})[source] = count
    found: dict[int, Decimal] = {}
    for campaign, counts in shares.items():
        for source, part in shared_out(costs[campaign], counts).items():
            found[source] = found.get(source, NOTHING) + part
    return found


def shared_out(cost: Decimal, counts: Mapping[int, int]) -> dict[int, Decimal]:
    """Return a cost shared out by counts, to the cent; the largest takes the rest, so that the parts are the whole."""
    whole = sum(counts.values())
    if not whole:
        return {}
    parts = {key: (cost * count / whole).quantize(CENT, ROUND_DOWN) for key, count in counts.items()}
    largest = max(parts, key=lambda key: (counts[key], -key))
    parts[largest] += cost - sum(parts.values(), NOTHING)
    return parts


def total(rows: Sequence[Brought]) -> Brought:
    """Return the sum over all; the cost is of what has one."""
    costs = [row.cost for row in rows if row.cost is not None]
    return Brought(
        0, "", sum(row.leads for row in rows), sum(row.won for row in rows), sum((row.signed for row in rows), NOTHING),
        sum((row.collected for row in rows), NOTHING), sum(row.renewals for row in rows), sum((row.renewed for row in rows), NOTHING),
        sum(costs, NOTHING) if costs else None,
    )  # fmt: skip
