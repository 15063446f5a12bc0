"""Figures of money in a stretch of days, beside those of work done; each is the sum over the very rows it opens."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from genjin.accounts.queries import local_day
from genjin.contracts.models import Contract, Receipt
from genjin.followups.queries.figures import FIGURES, Asked, Figure
from genjin.selling.models import Opportunity


def _days(asked: Asked) -> tuple[date, date]:
    """Return the first day, and the day after the last one."""
    return local_day(asked.since), local_day(asked.until)


def _opened(asked: Asked) -> "QuerySet[Opportunity]":
    rows = Opportunity.objects.filter(
        owner__in=asked.people, opened_at__gte=asked.since, opened_at__lt=asked.until
    )
    return rows.visible_to(asked.user).order_by("-opened_at", "-id")


def _signed(asked: Asked) -> "QuerySet[Contract]":
    first, after = _days(asked)
    rows = Contract.objects.in_force().filter(
        owner__in=asked.people, signed_on__gte=first, signed_on__lt=after
    )
    return rows.visible_to(asked.user).order_by("-signed_on", "-id")


def _received(asked: Asked) -> "QuerySet[Receipt]":
    first, after = _days(asked)
    rows = Receipt.objects.filter(
        contract__owner__in=asked.people, received_on__gte=first, received_on__lt=after
    )
    return rows.visible_to(asked.user).order_by("-received_on", "-id")


MONEY: Mapping[str, Figure] = {
    figure.key: figure
    for figure in (
        Figure("opened", _("New opportunities"), "opportunity", _opened),
        Figure("signed", _("Contracts signed"), "contract", _signed),
        Figure("received", _("Money received"), "receipt", _received),
    )
}
ALL: Mapping[str, Figure] = {**FIGURES, **MONEY}


def total(key: str, asked: Asked) -> Decimal:
    """Return the sum of a figure of money in yuan, reversals taken off; one query."""
    rows = MONEY[key].rows(asked).order_by()
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
