"""Facts of deals and money: opportunities, contracts, receipts, what is due."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.queries import local_day
from genjin.contracts.models import Contract, Milestone, Receipt, ReceiptPart
from genjin.contracts.rules import ContractKind, PayMethod
from genjin.contracts.rules.states import IN_FORCE, RUNNING
from genjin.customers.models import Choice
from genjin.insights.queries.facts.base import Fact, Split, Window, choices, known, named
from genjin.insights.queries.facts.journey import days_between
from genjin.selling.models import Opportunity, OpportunityChange, OpportunityLine, Product
from genjin.selling.queries.pipeline import chances, with_weight
from genjin.selling.rules import Forecast, OpportunityKind, OpportunityStage
from genjin.selling.rules.words import OPEN_STAGES

_MONEY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=18, decimal_places=2)
_NOTHING = Value(Decimal(0), _MONEY)


def _first_product() -> Subquery:
    lines = OpportunityLine.objects.filter(opportunity=OuterRef("pk")).order_by("id")
    return Subquery(lines.values("product_id")[:1])


_OF_OPPORTUNITY = {
    "kind": Split(pgettext_lazy("split", "Kind of purchase"), F("kind"), choices(OpportunityKind)),
    "product": Split(_("Product"), _first_product(), named(Product)),
    "lost_reason": Split(_("Reason for loss"), F("lost_reason_id"), named(Choice)),
}
OPENED = Fact(
    "opened", "opportunity", lambda window: known(Opportunity.objects.all(), "opened_at", window), at="opened_at", person=F("owner_id"),
    splits=_OF_OPPORTUNITY, sums={"amount": F("amount")},
)  # fmt: skip


def _closed(window: Window) -> "QuerySet[Opportunity]":
    rows = known(Opportunity.objects.exclude(closed_at=None), "closed_at", window)
    return rows.annotate(cycle=days_between(F("closed_at"), F("opened_at")))


CLOSED = Fact(
    "closed", "opportunity", _closed, at="closed_at", person=F("owner_id"),
    splits=_OF_OPPORTUNITY | {"cycle": Split(_("Days from opened to closed"), F("cycle"), is_number=True)},
    parts={"won": Q(stage=OpportunityStage.WON), "lost": Q(stage=OpportunityStage.LOST)}, sums={"amount": F("amount")},
)  # fmt: skip


def _stage_then(window: Window) -> Any:
    """The stage at the moment asked for; what is kept of the rest is as it is now."""
    rows = OpportunityChange.objects.filter(opportunity=OuterRef("pk"), at__lt=window.known)
    return Subquery(rows.order_by("-at", "-id").values("target")[:1])


def _pipeline(window: Window) -> "QuerySet[Opportunity]":
    """Open opportunities as they stood, with their weight."""
    rows: Any = Opportunity.objects.all()
    if window.known is None:
        return with_weight(rows.filter(stage__in=OPEN_STAGES), chances())
    rows = rows.filter(opened_at__lt=window.known).annotate(stage_then=_stage_then(window))
    return with_weight(rows.filter(stage_then__in=OPEN_STAGES), chances())


PIPELINE = Fact(
    "pipeline", "opportunity", _pipeline, stands=True, is_set=True, person=F("owner_id"),
    splits=_OF_OPPORTUNITY | {"forecast": Split(_("Forecast"), F("forecast"), choices(Forecast))},
    parts={"counted": ~Q(forecast=Forecast.OMITTED), "commit": Q(forecast=Forecast.COMMIT), "best": Q(forecast__in=[Forecast.COMMIT, Forecast.BEST])},
    sums={"amount": F("amount"), "weighted": F("weighted")},
)  # fmt: skip


def _signed(window: Window) -> "QuerySet[Contract]":
    return known(Contract.objects.filter(state__in=IN_FORCE, signed_on__isnull=False), "created_at", window)


SIGNED = Fact(
    "signed", "contract", _signed, at="signed_on", is_day=True, person=F("owner_id"),
    splits={"kind": Split(pgettext_lazy("split", "Kind of contract"), F("kind"), choices(ContractKind))}, sums={"amount": F("amount")},
)  # fmt: skip
RECEIVED = Fact(
    "received", "receipt", lambda window: known(Receipt.objects.all(), "recorded_at", window), at="received_on", is_day=True,
    customer="contract__customer", person=F("contract__owner_id"),
    splits={"method": Split(_("Method"), F("method"), choices(PayMethod))}, sums={"amount": F("amount")},
)  # fmt: skip


def _paid(window: Window, by: date) -> Coalesce:
    """What was paid of a milestone by a day, as it was known."""
    parts = ReceiptPart.objects.filter(milestone=OuterRef("pk"), receipt__received_on__lte=by)
    by_milestone = known(parts, "receipt__recorded_at", window).order_by().values("milestone")
    return Coalesce(
        Subquery(by_milestone.annotate(sum=Sum("amount")).values("sum"), output_field=_MONEY), _NOTHING
    )


def _due(window: Window) -> "QuerySet[Milestone]":
    """Milestones that fell due, with what had been paid of them by the end of the days."""
    rows = Milestone.objects.filter(contract__state__in=IN_FORCE, due_on__isnull=False)
    return rows.annotate(paid=_paid(window, window.last))


DUE = Fact(
    "due", "milestone", lambda window: _due(window).filter(due_on__gte=window.first, due_on__lte=window.last), customer="contract__customer",
    person=F("contract__owner_id"), parts={"paid": Q(paid__gte=F("amount"))}, sums={"amount": F("amount"), "paid": F("paid")},
)  # fmt: skip
AGES = {"0-30": (0, 30), "31-60": (31, 60), "61-90": (61, 90), ">90": (91, None)}


def _receivable(window: Window) -> "QuerySet[Milestone]":
    """What is due and not paid at the end of the days, by how long it is late."""
    day = local_day(window.known or window.until) if window.known else window.last
    rows = Milestone.objects.filter(contract__state__in=RUNNING, due_on__lte=day).annotate(
        paid=_paid(window, day)
    )
    ages = [
        When(**({"due_on__gte": _days_before(day, most)} if most is not None else {"due_on__lt": _days_before(day, 90)}), then=Value(age))
        for age, (_least, most) in AGES.items()
    ]  # fmt: skip
    return rows.annotate(open=F("amount") - F("paid")).filter(open__gt=0).annotate(age=Case(*ages, output_field=CharField()))  # fmt: skip


def _days_before(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() - days)


RECEIVABLE = Fact(
    "receivable", "milestone", _receivable, stands=True, customer="contract__customer", person=F("contract__owner_id"),
    splits={"age": Split(_("Days late"), F("age"), lambda values: {value: _("%(count)s days") % {"count": value} for value in values})}, sums={"amount": F("open")},
)  # fmt: skip
