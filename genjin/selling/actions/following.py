"""Purchases follow their customer, and after a merge the customer its purchases; idempotent, for any number of customers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.actions.stages import Entering, enter_stage
from genjin.customers.models import Choice, Customer, StageChange
from genjin.customers.rules import JOURNEY, Stage
from genjin.events.actions import end_day, is_day_done, read_trail, record
from genjin.events.models import Event
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.models import Evidence
from genjin.followups.rules.evidence import read_facts
from genjin.selling.models import Opportunity, OpportunityChange
from genjin.selling.queries.following import out_of_line
from genjin.selling.rules.following import Purchase, aligned, stage_of

READER = "purchases"
LOOKED = "purchases_looked"  # the look at everybody
LIFTED = "customer.stage_lifted"  # a merge brought purchases that are further than the customer was
CHUNK = 500
MERGED, PARTED = "customer.merged", "customer.unmerged"
FOLLOWED = ("customer.stage_moved", "customer.restored", MERGED, PARTED)


@dataclass(frozen=True, slots=True)
class Cause:
    """By whose deed purchases follow, in which words, and why the customer was lost."""

    actor: User | None = None
    words: str = ""
    lost_reason: Choice | None = None


def purchase_of(row: Opportunity) -> Purchase:
    """Return what the rule looks at."""
    is_set_back = row.stage == "lost" and row.lost_reason_id is None
    return Purchase(row.pk, row.stage, row.opened_at, row.kind, row.counts, row.on_new_need, is_set_back)


def purchases_of(customer_ids: Collection[int]) -> dict[int, list[Opportunity]]:
    """Return the opportunities of locked customers, oldest first, locked; one query."""
    found: dict[int, list[Opportunity]] = {pk: [] for pk in customer_ids}
    rows = Opportunity.objects.filter(customer__in=found).select_for_update(of=("self",))
    for row in rows.order_by("opened_at", "pk"):
        found[row.customer_id].append(row)
    return found


def align(rows: Sequence[Customer], cause: Cause, now: datetime) -> int:
    """Bring the purchases of locked customers into line with their stage; returns how many changed or opened."""
    known = purchases_of([row.pk for row in rows])
    turned: list[tuple[Customer, Opportunity, str, Purchase]] = []
    for row in rows:
        by_id = {one.pk: one for one in known[row.pk]}
        for one in by_id.values():
            one.customer = row
        found = [purchase_of(one) for one in by_id.values()]
        for wanted in aligned(Stage(row.stage), found, row.stage_entered_at):
            one = by_id[wanted.id] if wanted.id else _opened(row, wanted, cause.actor)
            turned.append((row, one, one.stage if wanted.id else "", wanted))
    _write(turned, cause, now)
    return len(turned)


def _write(
    turned: Sequence[tuple[Customer, Opportunity, str, Purchase]], cause: Cause, now: datetime
) -> None:
    for _row, one, origin, wanted in turned:
        _set(one, wanted, cause, now if origin else one.stage_entered_at)
    fresh = [one for _row, one, origin, _wanted in turned if not origin]
    _fill_in(fresh)
    Opportunity.objects.bulk_create(fresh)
    fields = [
        "stage", "stage_entered_at", "closed_at", "lost_reason", "counts", "on_new_need", "version",
    ]  # fmt: skip
    Opportunity.objects.bulk_update(
        [one for _row, one, origin, _wanted in turned if origin], fields, batch_size=CHUNK
    )
    moved = [(row, one, origin) for row, one, origin, _wanted in turned if one.stage != origin]
    OpportunityChange.objects.bulk_create(
        OpportunityChange(
            opportunity=one, origin=origin, target=one.stage, at=one.stage_entered_at, by=cause.actor, reason=cause.words
        )
        for _row, one, origin in moved
    )  # fmt: skip
    for row, one, origin in moved:
        kind = "opportunity.moved" if origin else "opportunity.opened"
        record(
            cause.actor, kind, at=now, customer_id=row.pk, subject_id=one.pk, origin=origin, target=one.stage, name=one.name,
            note=cause.words, followed=True,
        )  # fmt: skip


def _set(one: Opportunity, wanted: Purchase, cause: Cause, at: datetime) -> None:
    if one.stage != wanted.stage or not one.pk:
        one.stage, one.stage_entered_at = wanted.stage, at
        one.closed_at = None if wanted.is_open else at
        is_lost = wanted.stage == "lost" and not wanted.is_set_back
        one.lost_reason = (cause.lost_reason or one.customer.lost_reason) if is_lost else None
    one.counts, one.on_new_need = wanted.counts, wanted.on_new_need
    one.version += 1 if one.pk else 0


def _opened(row: Customer, wanted: Purchase, actor: User | None) -> Opportunity:
    """Return an opportunity as the customer's record tells it: what is needed, for how much, by when."""
    return Opportunity(
        customer=row, name=name_of(row), kind=wanted.kind, stage=wanted.stage, stage_entered_at=row.stage_entered_at, owner_id=row.owner_id,
        amount=row.budget_max if row.budget_max is not None else row.budget_min, expected_close=row.purchase_by, opened_at=wanted.opened_at,
        created_by=actor,
    )  # fmt: skip


def name_of(customer: Customer) -> str:
    """Return what a purchase nobody named is called: the first line of the need, else the customer's name."""
    first = next((line.strip() for line in customer.need.splitlines() if line.strip()), "")
    return (first or customer.name)[:60]


def _fill_in(fresh: Sequence[Opportunity]) -> None:
    """Take moments of opportunities that are opened late from the history, and the amount of what is signed already."""
    if not fresh:
        return
    ids = [one.customer_id for one in fresh]
    first = dict(
        StageChange.objects.filter(customer__in=ids, target=Stage.QUALIFIED)
        .values_list("customer_id").annotate(at=Min("at"))
    )  # fmt: skip
    signed = _signed(ids)
    for one in fresh:
        if one.kind == "first":
            one.opened_at = min(one.opened_at, first.get(one.customer_id, one.opened_at))
        if one.stage == "won" and one.customer_id in signed:
            one.amount = signed[one.customer_id]


def _signed(customer_ids: Sequence[int]) -> Mapping[int, Decimal]:
    """Return by customer the amount of the last signed contract on record."""
    found = {}
    rows = Evidence.objects.standing().filter(customer__in=customer_ids, proves__contains=["contract"])
    for pk, facts in rows.order_by("pk").values_list("customer_id", "facts"):
        amount = read_facts(facts).amount
        if amount is not None:
            found[pk] = amount
    return found


@transaction.atomic
def follow_customers(ids: Collection[int], now: datetime) -> int:
    """Let purchases catch up with moves that did not take them along; returns how many customers were out of line."""
    wanted = out_of_line(ids)
    rows = Customer.objects.live().filter(pk__in=wanted).select_related("lost_reason").order_by("pk")
    held = list(rows.select_for_update(of=("self",)))
    align(held, Cause(), now)
    return len(held)


@transaction.atomic
def follow_merge(event: Event, now: datetime) -> None:
    """After records became one, or came apart, let the customer stand where its purchases are if that is further."""
    rows = Customer.objects.live().filter(pk=event.customer_id or 0).select_for_update(of=("self",))
    row = rows.first()
    if row is None:
        return
    found = stage_of([purchase_of(one) for one in purchases_of([row.pk])[row.pk]])
    lifted = Event.objects.filter(customer_id=row.pk, kind=LIFTED, subject_id=event.subject_id).first()
    if event.kind == PARTED and lifted is not None and row.stage == lifted.data["target"]:
        _stand(row, Stage(lifted.data["origin"]), _("The records were parted again."), now)
    elif event.kind == MERGED and lifted is None and found is not None and _is_further(found, row.stage):
        record(
            None,
            LIFTED,
            at=now,
            customer_id=row.pk,
            subject_id=event.subject_id,
            origin=row.stage,
            target=found,
        )
        _stand(row, found, _("Records were merged."), now)


def _is_further(found: Stage, stage: str) -> bool:
    """Whether purchases are further than the customer; a lost one stands behind all that are not."""
    if found == Stage.LOST:
        return False
    return stage == Stage.LOST or JOURNEY.index(found) > JOURNEY.index(Stage(stage))


def _stand(row: Customer, stage: Stage, why: str, now: datetime) -> None:
    enter_stage(None, [row], Entering(stage, why), now)
    refresh_next_steps([row.pk], now)
    keep_clocks([row.pk], now)


def follow_trail(now: datetime) -> int:
    """Let purchases follow the moves and merges since the last look; returns how many customers were looked at.

    Whoever is stopped before the end does it again, which changes nothing.
    """
    with read_trail(READER, FOLLOWED) as seen:
        for event in seen:
            if event.kind in {MERGED, PARTED}:
                follow_merge(event, now)
        ids = sorted({event.customer_id for event in seen if event.customer_id is not None})
        for start in range(0, len(ids), CHUNK):
            follow_customers(ids[start : start + CHUNK], now)
    return len(ids)


def look_at_everybody(now: datetime) -> int:
    """Let the purchases of all customers follow, a chunk a transaction; returns how many were out of line."""
    ids = out_of_line()
    chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return sum(follow_customers(chunk, now) for chunk in chunks)


def look_nightly(now: datetime) -> int:
    """Look at everybody once a day: at night, or as soon as a machine that slept wakes; returns how many were out of line."""
    today = local_day(now)
    if is_day_done(LOOKED, today):
        return 0
    count = look_at_everybody(now)
    end_day(LOOKED, today)
    return count
