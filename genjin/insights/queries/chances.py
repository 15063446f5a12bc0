"""Customers as they were on their seventh day, and the chances that were learned from them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any

import polars as pl
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer, StageChange
from genjin.customers.rules import OPEN_STAGES, Stage
from genjin.events.models import Event
from genjin.followups.models import FollowUp
from genjin.followups.rules import Method
from genjin.insights.models import ChanceModel, CustomerChance
from genjin.insights.rules.chances.study import MOST_ROWS
from genjin.insights.rules.early import AGE, CUSTOMER, ENDED, HORIZON, NOT_WON, STARTED, WON, Early

BEGINNINGS = (Stage.LEAD, Stage.PROSPECT)
PIECE = 20_000
SCHEMA = dict.fromkeys((CUSTOMER, STARTED, ENDED, *Early.values), pl.String)


def known_table(now: datetime) -> pl.DataFrame:
    """Return the newest customers whose days are over, oldest first, and whether they were won within them.

    Whoever was not is not won, lost or still open. Everything else in a row was on record by the seventh day.
    """
    rows = _early_customers().filter(created_at__lte=now - AGE - HORIZON)
    return _table(rows.order_by("-created_at", "-pk")[:MOST_ROWS]).reverse()


def waiting_table(now: datetime) -> pl.DataFrame:
    """Return the open customers between their seventh day and the end of their days, oldest first."""
    rows = _early_customers().filter(
        created_at__lte=now - AGE, created_at__gt=now - AGE - HORIZON, stage__in=OPEN_STAGES, won_at=None
    )
    return _table(rows.order_by("created_at", "pk")).with_columns(pl.lit("").alias(ENDED))


def _early_customers() -> QuerySet[Any]:
    """Return customers that came in as a lead and were still open on their seventh day, with what was known then."""
    seventh = OuterRef("created_at") + AGE
    steps = StageChange.objects.filter(customer=OuterRef("pk")).order_by("at", "pk")
    seen = steps.filter(at__lte=seventh).order_by("-at", "-pk")
    talks = FollowUp.objects.filter(
        customer=OuterRef("pk"), recorded_at__lte=seventh, happened_at__gte=OuterRef("created_at")
    )
    talked = JSONObject(
        contacts=Count("pk"), answers=Count("pk", filter=Q(got_response=True)),
        visits=Count("pk", filter=Q(method=Method.VISIT)), first=Min("recorded_at"),
    )  # fmt: skip
    people = Contact.objects.filter(customer=OuterRef("pk"), created_at__lte=seventh)
    # What stood there before the first change after the seventh day, stood there on it.
    edited = Event.objects.filter(
        customer_id=OuterRef("pk"), kind="customer.changed", at__gt=seventh, data__changes__has_key="source"
    ).order_by("pk")
    known = Customer.objects.live().annotate(
        began=Subquery(steps.values("target")[:1]),
        won_at=Subquery(steps.filter(target__in=(Stage.WON, Stage.REPEAT)).values("at")[:1]),
        seen=Coalesce(Subquery(seen.values("target")[:1]), F("began")),
        talked=Subquery(talks.order_by().values("customer").annotate(found=talked).values("found")),
        people=Subquery(people.order_by().values("customer").annotate(count=Count("pk")).values("count")),
        edited=Subquery(edited.values("data__changes__source")[:1]),
    )
    open_on_it = Q(won_at=None) | Q(won_at__gt=F("created_at") + AGE)
    return known.filter(open_on_it, began__in=BEGINNINGS, seen__in=OPEN_STAGES)


def _table(rows: QuerySet[Any]) -> pl.DataFrame:
    found = rows.values_list(
        "pk", "created_at", "source__name", "import_batch", "won_at", "seen", "talked", "people", "edited"
    ).iterator(chunk_size=PIECE)
    pieces = [
        pl.DataFrame(list(_rows(piece)), schema=SCHEMA, orient="row") for piece in batched(found, PIECE)
    ]
    return pl.concat(pieces) if pieces else pl.DataFrame(schema=SCHEMA)


def _rows(found: tuple[Any, ...]) -> Iterator[tuple[str, ...]]:
    """Yield rows as a sheet would have them, in the order of the schema; days are days, so that few are read."""
    for pk, created, source, batch, won_at, seen, talked, people, edited in found:
        talk = talked or {"contacts": 0, "answers": 0, "visits": 0, "first": None}
        first = talk["first"] and datetime.fromisoformat(talk["first"])
        yield (
            str(pk), f"{created:%Y-%m-%d}", WON if won_at and won_at <= created + AGE + HORIZON else NOT_WON,
            (edited[0] if edited else source) or "", "hand" if batch is None else "sheet", seen,
            str(talk["contacts"]), str(talk["answers"]), str(talk["visits"]),
            str(round((first - created).total_seconds() / 3600, 1)) if first else "", str(people or 0),
        )  # fmt: skip


def newest_model() -> ChanceModel | None:
    """Return the model of the last night."""
    return ChanceModel.objects.order_by("-pk").first()


def chance_of(user: User, customer: Customer) -> CustomerChance | None:
    """Return an open customer's chance, to whoever sees the customer."""
    if customer.stage not in OPEN_STAGES:
        return None
    return CustomerChance.objects.visible_to(user).filter(customer=customer).first()
