"""Customers as they were on their seventh day, and the chances that were learned from them."""

from datetime import datetime
from itertools import batched
from typing import Any

import polars as pl
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer, Merge, StageChange
from genjin.customers.rules import OPEN_STAGES, Stage
from genjin.events.models import Event
from genjin.followups.models import FollowUp
from genjin.followups.rules import Method
from genjin.insights.models import ChanceModel, CustomerChance
from genjin.insights.rules.chances.study import MOST_ROWS
from genjin.insights.rules.early import AGE, CUSTOMER, ENDED, HORIZON, NOT_WON, STARTED, WON, Early

BEGINNINGS = (Stage.LEAD, Stage.PROSPECT)
PIECE = 20_000
MOMENT = "%Y-%m-%dT%H:%M:%S%.f%:z"
TALKED = pl.Struct({"contacts": pl.Int64, "answers": pl.Int64, "visits": pl.Int64, "first": pl.String})
READ: dict[str, pl.DataType | type[pl.DataType]] = {
    "pk": pl.Int64, "created_at": pl.Datetime("us", "UTC"), "source__name": pl.String, "import_batch": pl.Int64,
    "won_at": pl.Datetime("us", "UTC"), "seen": pl.String, "talked": TALKED, "people": pl.Int64, "edited": pl.List(pl.String),
}  # fmt: skip
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
    # Rows and fields of the other record came with a merge: what was known of this one alone is told no more.
    merged = Exists(Merge.objects.filter(kept=OuterRef("pk"), undone_at=None, at__gt=seventh))
    return known.filter(open_on_it, ~merged, began__in=BEGINNINGS, seen__in=OPEN_STAGES)


def _table(rows: QuerySet[Any]) -> pl.DataFrame:
    found = rows.values_list(*READ).iterator(chunk_size=PIECE)
    pieces = [_as_sheet(pl.DataFrame(piece, schema=READ, orient="row")) for piece in batched(found, PIECE)]
    return pl.concat(pieces) if pieces else pl.DataFrame(schema=SCHEMA)


def _as_sheet(rows: pl.DataFrame) -> pl.DataFrame:
    """Write rows as texts, as a sheet would have them; days are days, so that few are read."""
    began, talk = pl.col("created_at"), pl.col("talked").struct
    is_won = (pl.col("won_at") <= began + AGE + HORIZON).fill_null(False)
    first = talk.field("first").str.to_datetime(MOMENT, time_zone="UTC")
    known = {
        CUSTOMER: pl.col("pk"),
        STARTED: began.dt.strftime("%Y-%m-%d"),
        ENDED: pl.when(is_won).then(pl.lit(WON)).otherwise(pl.lit(NOT_WON)),
        Early.SOURCE: pl.when(pl.col("edited").is_null())
        .then(pl.col("source__name"))
        .otherwise(pl.col("edited").list.first())
        .fill_null(""),
        Early.ENTRY: pl.when(pl.col("import_batch").is_null())
        .then(pl.lit("hand"))
        .otherwise(pl.lit("sheet")),
        Early.STAGE: pl.col("seen"),
        Early.CONTACTS: talk.field("contacts").fill_null(0),
        Early.ANSWERS: talk.field("answers").fill_null(0),
        Early.VISITS: talk.field("visits").fill_null(0),
        Early.HOURS: ((first - began).dt.total_seconds() / 3600).round(1).cast(pl.String).fill_null(""),
        Early.PEOPLE: pl.col("people").fill_null(0),
    }
    return rows.select(column.cast(pl.String).alias(str(name)) for name, column in known.items())


def newest_model() -> ChanceModel | None:
    """Return the model of the last night."""
    return ChanceModel.objects.order_by("-pk").first()


def chance_of(user: User, customer: Customer) -> CustomerChance | None:
    """Return an open customer's chance, to whoever sees the customer."""
    if customer.stage not in OPEN_STAGES:
        return None
    return CustomerChance.objects.visible_to(user).filter(customer=customer).first()
