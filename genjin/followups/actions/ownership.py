"""A customer changes hands or stage together with its tasks and clocks. Doors call these, not the floor below."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from genjin.accounts.models import User
from genjin.customers.actions import ownership, records
from genjin.customers.actions.people import involve
from genjin.customers.models import Choice, Customer, Pool
from genjin.followups.actions.deadlines import end_clocks, start_first_contact
from genjin.followups.actions.dormancy import forget_proposals
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import settle
from genjin.followups.actions.touches import require_touches
from genjin.followups.actions.word import tell_of_change, tell_of_recycling
from genjin.followups.models import Deadline, Task
from genjin.followups.rules import DeadlineKind, TaskKind, TaskStatus


@transaction.atomic
def add_customer(actor: User | None, new: records.NewCustomer, *, now: datetime) -> Customer:
    """Add a customer and start the clocks of its new owner (S2-8, S4-7)."""
    customer = records.add_customer(actor, new, now=now)
    if customer.owner is not None and (actor is None or customer.owner_id != actor.pk):
        start_first_contact([customer.pk], now)
        tell_of_change(actor, [customer], customer.owner, now=now)
    keep_clocks([customer.pk], now)
    return customer


@transaction.atomic
def assign_customers(actor: User, ids: Sequence[int], owner: User, *, reason: str = "", now: datetime) -> int:
    """Give customers to `owner` with the former owner's open tasks; returns how many changed hands."""
    rows = ownership.assign_customers(actor, ids, owner, reason=reason, now=now)
    _carry_along(rows, owner, now)
    tell_of_change(actor, rows, owner, now=now)
    return len(rows)


def _carry_along(rows: Sequence[Customer], owner: User, now: datetime) -> None:
    """Let tasks follow their customers; `rows` still carry the former owner."""
    former: dict[int | None, list[int]] = defaultdict(list)
    for row in rows:
        former[row.owner_id].append(row.pk)
    for owner_id, pks in former.items():
        Task.objects.open().filter(customer__in=pks, assignee=owner_id).update(assignee=owner)
    _started([row.pk for row in rows], now)


@transaction.atomic
def claim_customer(actor: User, customer: Customer, *, now: datetime) -> Customer:
    """Claim from a pool, and start the clock of the first contact."""
    row = ownership.claim_customer(actor, customer, now=now)
    _started([row.pk], now)
    return row


def _started(ids: Sequence[int], now: datetime) -> None:
    forget_proposals(list(ids), only_dormant=True)
    refresh_next_steps(ids, now)
    start_first_contact(ids, now)
    keep_clocks(ids, now)


@transaction.atomic
def release_customers(
    actor: User, ids: Sequence[int], pool: Pool, *, reason: str, choice: Choice | None = None, now: datetime
) -> int:
    """Return customers to a pool; the owner's follow-ups are settled, clocks end. Returns how many.

    `choice` is the reason's word of the dictionary, if it is one. Raises what the floor below does, and
    `too_few_touches` before the grade's number of contacts.
    """
    require_touches(actor, ownership.lock_visible(actor, ids), choice)
    return release_agreed(actor, ids, pool, reason=reason, now=now)


@transaction.atomic
def release_agreed(actor: User, ids: Sequence[int], pool: Pool, *, reason: str, now: datetime) -> int:
    """Return customers to a pool as `release_customers` does, without asking for contacts: somebody agreed to it."""
    rows = ownership.release_customers(actor, ids, pool, reason=reason, now=now)
    _let_go(actor, rows, reason, now)
    return len(rows)


@dataclass(frozen=True, slots=True)
class LetGo:
    """What ended when customers went to a pool, so that it can be brought back: ids of tasks and of clocks."""

    tasks: list[int]
    clocks: list[int]


def recycle_customers(rows: Sequence[Customer], pool: Pool, *, reason: str, now: datetime) -> LetGo:
    """Send locked customers back to a pool by a rule; the same follows as when their owner returns them."""
    handover = ownership.Handover("recycled", pool=pool, reason=reason)
    ownership.hand_over(rows, handover, now)
    ownership.note_handover(None, rows, handover, now)
    tell_of_recycling(rows, reason, now=now)
    return _let_go(None, rows, reason, now)


def _let_go(actor: User | None, rows: Sequence[Customer], reason: str, now: datetime) -> LetGo:
    pks = [row.pk for row in rows]
    planned = list(
        Task.objects.open().filter(customer__in=pks, kind=TaskKind.FOLLOW_UP).select_for_update(of=("self",))
    )
    owners = Deadline.objects.running().filter(customer__in=pks).exclude(kind=DeadlineKind.CUSTOMER_WAIT)
    clocks = list(owners.values_list("pk", flat=True))
    settle(actor, planned, status=TaskStatus.CANCELLED, outcome=reason, now=now)
    end_clocks(pks, now)
    forget_proposals(pks)
    refresh_next_steps(pks, now)
    return LetGo([task.pk for task in planned], clocks)


def give_by_rule(
    rows: Sequence[Customer],
    owner: User,
    *,
    how: str = "assigned",
    reason: str,
    actor: User | None = None,
    now: datetime,
) -> None:
    """Give locked customers to `owner` as a rule or a handover says, with tasks and clocks; asks no rights."""
    handover = ownership.Handover(how, owner=owner, reason=reason)
    ownership.hand_over(rows, handover, now)
    ownership.note_handover(actor, rows, handover, now)
    _carry_along(rows, owner, now)
    if how == "assigned":  # who hands over tells of it as a whole
        tell_of_change(actor, rows, owner, now=now)


def bring_back(before: Mapping[int, Mapping[str, Any]], let_go: LetGo, now: datetime) -> None:
    """Give customers back what a rule took: owner, pool, since when; reopen tasks and clocks that ended with it.

    `before` holds the former column values by customer id.
    """
    for pk, columns in before.items():
        Customer.objects.filter(pk=pk).update(**columns, version=F("version") + 1)
    tasks = list(
        Task.objects.filter(pk__in=let_go.tasks, status=TaskStatus.CANCELLED).select_related("assignee")
    )
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
        status=TaskStatus.OPEN, outcome="", closed_at=None, closed_by=None
    )
    for task in tasks:
        if task.assignee_id != before[task.customer_id]["owner_id"]:
            involve(task.customer_id, [task.assignee], via="task", subject_id=task.pk)
    owners = Deadline.objects.running().filter(customer__in=before).exclude(kind=DeadlineKind.CUSTOMER_WAIT)
    owners.update(ended_at=now)
    Deadline.objects.filter(pk__in=let_go.clocks).update(ended_at=None)
    refresh_next_steps(before, now)
    keep_clocks(before, now)
