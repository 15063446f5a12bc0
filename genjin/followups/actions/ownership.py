"""A customer changes hands or stage together with its tasks and clocks. Doors call these, not the floor below."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from genjin.accounts.models import User
from genjin.customers.actions import axes, ownership, records
from genjin.customers.models import Choice, Customer, Pool
from genjin.customers.rules import Stage
from genjin.followups.actions.deadlines import end_clocks, is_complete, start_base_info, start_first_contact
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import settle
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind, TaskStatus


@transaction.atomic
def add_customer(actor: User, new: records.NewCustomer, *, now: datetime) -> Customer:
    """Add a customer and start the clocks of its new owner (S2-8, S4-7)."""
    customer = records.add_customer(actor, new, now=now)
    if customer.owner_id is not None:
        if customer.owner_id != actor.pk:
            start_first_contact([customer.pk], now)
        if not is_complete(customer):
            start_base_info([customer.pk], now)
    return customer


@transaction.atomic
def assign_customers(actor: User, ids: Sequence[int], owner: User, *, reason: str = "", now: datetime) -> int:
    """Give customers to `owner` with the former owner's open tasks; returns how many changed hands."""
    rows = ownership.assign_customers(actor, ids, owner, reason=reason, now=now)
    for row in rows:  # `row` still carries the former owner
        Task.objects.open().filter(customer=row, assignee=row.owner_id).update(assignee=owner)
    _started([row.pk for row in rows], now)
    return len(rows)


@transaction.atomic
def claim_customer(actor: User, customer: Customer, *, now: datetime) -> Customer:
    """Claim from a pool, and start the clock of the first contact."""
    row = ownership.claim_customer(actor, customer, now=now)
    _started([row.pk], now)
    return row


def _started(ids: Sequence[int], now: datetime) -> None:
    refresh_next_steps(ids, now)
    start_first_contact(ids, now)


@transaction.atomic
def release_customers(actor: User, ids: Sequence[int], pool: Pool, *, reason: str, now: datetime) -> int:
    """Return customers to a pool; the owner's follow-ups are settled, clocks end. Returns how many."""
    rows = ownership.release_customers(actor, ids, pool, reason=reason, now=now)
    pks = [row.pk for row in rows]
    planned = Task.objects.open().filter(customer__in=pks, kind=TaskKind.FOLLOW_UP).select_for_update()
    settle(actor, planned, status=TaskStatus.CANCELLED, outcome=reason, now=now)
    end_clocks(pks, now)
    refresh_next_steps(pks, now)
    return len(rows)


@transaction.atomic
def move_stage(
    actor: User,
    customer: Customer,
    target: str,
    *,
    reason: str = "",
    lost_reason: Choice | None = None,
    now: datetime,
) -> Customer:
    """Move a customer through the one transition service; losing it settles its tasks and clocks (S2-18)."""
    row = axes.move_stage(actor, customer, target, reason=reason, lost_reason=lost_reason, now=now)
    if row.stage == Stage.LOST:
        still_open = Task.objects.open().filter(customer=row).select_for_update()
        settle(
            actor,
            still_open,
            status=TaskStatus.CANCELLED,
            outcome=lost_reason.name if lost_reason else "",
            now=now,
        )
        end_clocks([row.pk], now)
    refresh_next_steps([row.pk], now)
    row.refresh_from_db()
    return row
