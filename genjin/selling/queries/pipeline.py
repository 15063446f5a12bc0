"""Opportunities as lists, boards and forecasts see them: probability, weighted amount, sums that equal their rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, Round

from genjin.accounts.models import User
from genjin.customers.queries.find import named_like
from genjin.selling.models import Chance, Opportunity, OpportunityLine
from genjin.selling.rules import Forecast, OpportunityKind, OpportunityStage
from genjin.selling.rules.forecast import CHANCES, LATE, UNDATED
from genjin.selling.rules.words import OPEN_STAGES

FORECASTS = (Forecast.COMMIT, Forecast.BEST, Forecast.PIPELINE)
COUNTED = "counted"  # of a list's address: all but what is left out of the forecast
_MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=18, decimal_places=2)


def chances() -> dict[str, int]:
    """Return the probability of each stage: what was set, else what ships."""
    return dict(CHANCES) | dict(Chance.objects.values_list("stage", "percent"))


def with_weight(rows: "QuerySet[Opportunity]", known: Mapping[str, int]) -> "QuerySet[Opportunity]":
    """Give each row `chance`, its own probability or that of its stage, and `weighted`, to the cent."""
    cases = [When(stage=stage, then=Value(percent)) for stage, percent in known.items()]
    rows = rows.annotate(
        chance=Case(
            *[When(stage=stage, then=Value(known[stage])) for stage in (OpportunityStage.WON, OpportunityStage.LOST)],
            default=Coalesce(F("probability"), Case(*cases, default=Value(0), output_field=IntegerField())),
            output_field=IntegerField(),
        )
    )  # fmt: skip
    amount = Coalesce(F("amount"), Value(Decimal(0)), output_field=_MONEY)
    return rows.annotate(weighted=Round(amount * F("chance") / 100, precision=2, output_field=_MONEY))


@dataclass(frozen=True, slots=True)
class Total:
    """How many opportunities, for how much, and what that is worth at their probabilities."""

    count: int = 0
    amount: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)


def _total(row: Mapping[str, Any]) -> Total:
    return Total(row["count"], row["total"] or Decimal(0), row["worth"] or Decimal(0))


_SUMS = {"count": Count("pk"), "total": Sum("amount"), "worth": Sum("weighted")}


def by_stage(rows: "QuerySet[Opportunity]") -> dict[str, Total]:
    """Return the sums of rows that have their weight, by stage; every stage is there."""
    found = {row["stage"]: _total(row) for row in rows.order_by().values("stage").annotate(**_SUMS)}
    return {stage: found.get(stage, Total()) for stage in OpportunityStage.values}


def forecast(rows: "QuerySet[Opportunity]", today: date) -> dict[str, dict[str, Total]]:
    """Return the sums of the open ones of rows that have their weight, by month and then by forecast category; one query.

    Months come in order; those whose day is past stand first under `late`, those without one last under `undated`.
    What is left out of the forecast is not counted.
    """
    sums: dict[str, dict[str, Total]] = {}
    counted = rows.filter(stage__in=OPEN_STAGES, forecast__in=FORECASTS).order_by()
    month = Case(
        When(expected_close=None, then=Value(UNDATED)),
        When(expected_close__lt=today, then=Value(LATE)),
        default=Func(F("expected_close"), Value("YYYY-MM"), function="to_char", output_field=CharField()),
    )
    for row in counted.annotate(month=month).values("month", "forecast").annotate(**_SUMS):
        sums.setdefault(row["month"], {})[row["forecast"]] = _total(row)
    return dict(sorted(sums.items(), key=lambda one: (one[0] == UNDATED, one[0] != LATE, one[0])))


def in_month(rows: "QuerySet[Opportunity]", month: str, today: date) -> "QuerySet[Opportunity]":
    """Narrow open opportunities to those counted on in a month (`2026-03`, `late`, `undated`); none for any other word."""
    if month == UNDATED:
        return rows.filter(stage__in=OPEN_STAGES, expected_close=None)
    if month == LATE:
        return rows.filter(stage__in=OPEN_STAGES, expected_close__lt=today)
    try:
        first = date.fromisoformat(f"{month}-01")
        end = (first + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        return rows.none()
    return rows.filter(stage__in=OPEN_STAGES, expected_close__gte=max(first, today), expected_close__lt=end)


def needing_a_date(rows: "QuerySet[Opportunity]", today: date) -> "QuerySet[Opportunity]":
    """Narrow to open opportunities whose day is past, or that have none: nobody counts on these in earnest."""
    return rows.filter(Q(expected_close=None) | Q(expected_close__lt=today), stage__in=OPEN_STAGES)


TABS = ("open", "mine", "attention", "won", "lost", "all")
_EQUAL = {
    "stage": OpportunityStage.values,
    "kind": OpportunityKind.values,
    "forecast": Forecast.values,
}


def rows_of(
    user: User, query: Mapping[str, str], today: date, *, but: Collection[str] = ()
) -> "QuerySet[Opportunity]":
    """Return the opportunities in sight that a list's address asks for; unknown words narrow nothing."""
    rows = _of_tab(user, query.get("tab", "open"), today, every_stage="stage" in but)
    for name, known in _EQUAL.items():
        if query.get(name) in known and name not in but:
            rows = rows.filter(**{name: query[name]})
    if query.get("forecast") == COUNTED and "forecast" not in but:
        rows = rows.filter(forecast__in=FORECASTS)
    ids = {name: int(query[name]) for name in ("owner", "customer", "product") if _is_id(query.get(name, ""))}
    if "product" in ids:
        wanted = OpportunityLine.objects.filter(product=ids.pop("product"))
        rows = rows.filter(pk__in=wanted.values("opportunity"))
    rows = rows.filter(**{f"{name}_id": pk for name, pk in ids.items()})
    if query.get("month"):
        rows = in_month(rows, query["month"], today)
    text = query.get("q", "").strip()[:80]
    if text:
        rows = rows.filter(Q(name__icontains=text) | named_like(text))
    return rows


def _of_tab(user: User, tab: str, today: date, *, every_stage: bool) -> "QuerySet[Opportunity]":
    """Return what a tab of the list shows, of every stage where those are shown side by side."""
    rows: QuerySet[Opportunity] = Opportunity.objects.visible_to(user)
    if tab == "mine":
        rows = rows.filter(owner=user)
    if tab == "attention":
        return needing_a_date(rows, today)
    if tab in {"won", "lost"}:
        return rows.filter(stage=tab)
    return rows if every_stage or tab == "all" else rows.filter(stage__in=OPEN_STAGES)


ORDERS = {  # what a list's `sort` may name, and the field behind it
    "name": "name", "stage": "stage_entered_at", "amount": "amount", "chance": "chance", "weighted": "weighted", "close": "expected_close",
    "forecast": "forecast", "owner": "owner__name", "kind": "kind", "days": "stage_entered_at", "opened": "opened_at",
}  # fmt: skip


def in_order(rows: "QuerySet[Opportunity]", sort: str) -> "QuerySet[Opportunity]":
    """Return rows that have their weight in the order a list's address asks for; what is to close soonest first."""
    field = ORDERS.get(sort.removeprefix("-"), "")
    first = OrderBy(
        F(field or "expected_close"), descending=bool(field) and sort.startswith("-"), nulls_last=True
    )
    return rows.order_by(first, OrderBy(F("id"), descending=True))


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
