"""Customers as they were on their seventh day, and the chances that were learned from them."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import polars as pl
from django.db.models import Count, F, Min, Q

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer, StageChange
from genjin.customers.rules import Stage
from genjin.followups.models import FollowUp
from genjin.followups.rules import Method
from genjin.insights.models import ChanceModel, CustomerChance
from genjin.insights.rules.early import AGE, CUSTOMER, ENDED, LOST, STARTED, WON, Fact

BEGINNINGS = (Stage.LEAD, Stage.PROSPECT)
SCHEMA = dict.fromkeys((CUSTOMER, STARTED, ENDED, *Fact.values), pl.String)


def early_table(now: datetime) -> pl.DataFrame:
    """Return a row for each customer that came in as a lead and was still open on its seventh day, oldest first.

    `ended` is won, lost or empty; everything else was on record by the seventh day. Who is younger is not in it.
    """
    moves = _moves()
    talks, people = _talks(), _people()
    rows = []
    customers = Customer.objects.live().filter(created_at__lte=now - AGE).order_by("created_at", "pk")
    for pk, created, source, batch, stage in customers.values_list(
        "pk", "created_at", "source__name", "import_batch", "stage"
    ).iterator(chunk_size=5000):
        until = created + AGE
        steps = moves.get(pk, [])
        ended = _end(steps, stage)
        if (
            not steps
            or steps[0][1] not in BEGINNINGS
            or (ended[0] and (ended[1] is None or ended[1] <= until))
        ):
            continue
        seen = [target for at, target in steps if at <= until]
        talk = talks.get(pk, {})
        first = talk.get("first")
        rows.append(
            {
                CUSTOMER: str(pk), STARTED: created.isoformat(), ENDED: ended[0], Fact.SOURCE.value: source or "",
                Fact.ENTRY.value: "hand" if batch is None else "sheet", Fact.STAGE.value: seen[-1] if seen else steps[0][1],
                Fact.CONTACTS.value: str(talk.get("contacts", 0)), Fact.ANSWERS.value: str(talk.get("answers", 0)),
                Fact.VISITS.value: str(talk.get("visits", 0)), Fact.PEOPLE.value: str(people.get(pk, 0)),
                Fact.HOURS.value: str(round((first - created).total_seconds() / 3600, 1)) if first else "",
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


def _moves() -> dict[int, list[tuple[datetime, str]]]:
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    changes = StageChange.objects.order_by("customer_id", "at", "id").values_list(
        "customer_id", "at", "target"
    )
    for pk, at, target in changes.iterator(chunk_size=20_000):
        found[pk].append((at, target))
    return found


def _end(steps: list[tuple[datetime, str]], stage: str) -> tuple[str, datetime | None]:
    """Return how a customer ended, and when: the first time it was won counts, whatever came after."""
    won = next((at for at, target in steps if target in {Stage.WON, Stage.REPEAT}), None)
    if won is not None:
        return WON, won
    if stage != Stage.LOST:
        return "", None
    return LOST, next((at for at, target in reversed(steps) if target == Stage.LOST), None)


def _talks() -> dict[int, dict[str, Any]]:
    early = FollowUp.objects.filter(
        recorded_at__lte=F("customer__created_at") + AGE, happened_at__gte=F("customer__created_at")
    ).order_by()
    counted = early.values("customer_id").annotate(
        contacts=Count("pk"), answers=Count("pk", filter=Q(got_response=True)),
        visits=Count("pk", filter=Q(method=Method.VISIT)), first=Min("recorded_at"),
    )  # fmt: skip
    return {row["customer_id"]: dict(row) for row in counted}


def _people() -> dict[int, int]:
    early = Contact.objects.filter(created_at__lte=F("customer__created_at") + AGE).order_by()
    return dict(early.values_list("customer_id").annotate(count=Count("pk")))


def newest_model() -> ChanceModel | None:
    """Return the model of the last night."""
    return ChanceModel.objects.order_by("-pk").first()


def chance_of(user: User, customer: Customer) -> CustomerChance | None:
    """Return an open customer's chance, to whoever sees the customer."""
    if customer.stage in {Stage.WON, Stage.REPEAT, Stage.LOST}:
        return None
    return CustomerChance.objects.visible_to(user).filter(customer=customer).select_related("model").first()
