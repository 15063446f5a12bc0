"""What is paid, what is left, what is overdue; every figure is a sum over rows, none is kept twice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from genjin.contracts.models import Contract, Milestone, MilestoneQuerySet, Receipt, ReceiptPart
from genjin.contracts.rules import ContractState
from genjin.contracts.rules.milestones import days_late

NOTHING = Decimal(0)
_MONEY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=16, decimal_places=2)


@dataclass(frozen=True, slots=True)
class Overdue:
    """What a customer is late with: how much, in how many milestones, the oldest since when."""

    amount: Decimal
    count: int
    days: int  # of the oldest
    since: date


def paid(contract: Contract) -> Decimal:
    """Return what came in for a contract, reversals taken off."""
    return Receipt.objects.filter(contract=contract).aggregate(sum=Sum("amount"))["sum"] or NOTHING


def rest(contract: Contract) -> Decimal:
    """Return what is still to come: nothing of a void contract, else amount less paid. Paid and rest are the amount."""
    return rest_of(contract, paid(contract))


def rest_of(contract: Contract, paid: Decimal) -> Decimal:
    """Return what is still to come of a contract that `paid` came in for."""
    return NOTHING if contract.state == ContractState.VOID else contract.amount - paid


def invoiced(contract: Contract) -> Decimal:
    """Return what was invoiced or is asked for; void invoices do not count."""
    return contract.invoices.counting().aggregate(sum=Sum("amount"))["sum"] or NOTHING


def paid_by_contract(ids: Sequence[int]) -> dict[int, Decimal]:
    """Return by contract what came in; one query, contracts without receipts stand with 0."""
    rows = (
        Receipt.objects.filter(contract__in=ids)
        .order_by()
        .values_list("contract")
        .annotate(sum=Sum("amount"))
    )
    return dict.fromkeys(ids, NOTHING) | {pk: amount or NOTHING for pk, amount in rows}


def paid_by_milestone(ids: Iterable[int]) -> dict[int, Decimal]:
    """Return by milestone what was paid of it; one query."""
    wanted = list(ids)
    rows = (
        ReceiptPart.objects.filter(milestone__in=wanted)
        .order_by()
        .values_list("milestone")
        .annotate(sum=Sum("amount"))
    )
    return dict.fromkeys(wanted, NOTHING) | {pk: amount or NOTHING for pk, amount in rows}


def with_open(rows: MilestoneQuerySet) -> Any:
    """Return milestones with `paid` and `open` (what is left of each)."""
    parts = ReceiptPart.objects.filter(milestone=OuterRef("pk")).order_by().values("milestone")
    summed = Subquery(parts.annotate(sum=Sum("amount")).values("sum"), output_field=_MONEY)
    return rows.annotate(paid=Coalesce(summed, Value(NOTHING, _MONEY), output_field=_MONEY)).annotate(
        open=F("amount") - F("paid")
    )


def overdue_milestones(today: date) -> Any:
    """Return the milestones of running contracts whose day is over and that are not paid, with `paid` and `open`."""
    return with_open(Milestone.objects.of_running().filter(due_on__lt=today, settled_on=None)).filter(
        open__gt=0
    )


def overdue(customer_ids: Iterable[int], today: date) -> dict[int, Overdue]:
    """Return by customer what is overdue on a day; customers in time are left out. One query."""
    found: dict[int, list[tuple[Decimal, date]]] = defaultdict(list)
    rows = overdue_milestones(today).filter(contract__customer__in=list(customer_ids))
    for pk, amount, due_on in rows.values_list("contract__customer", "open", "due_on"):
        found[pk].append((amount, due_on))
    return {
        pk: Overdue(
            amount=sum((amount for amount, _day in parts), NOTHING), count=len(parts),
            since=min(day for _amount, day in parts), days=days_late(min(day for _amount, day in parts), today),
        )
        for pk, parts in found.items()
    }  # fmt: skip
