"""What rules did to customers: written down as they do it, and taken back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.approvals.actions.steps import close
from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.ownership import LetGo, bring_back
from genjin.followups.models import Deadline, Task
from genjin.kit.errors import RuleError
from genjin.routing.models import RuleHit, RuleRun

NOTHING_ENDED = LetGo([], [])
# What a rule changes of a customer, to be written back.
_COLUMNS = (
    "owner_id", "pool_id", "owned_since", "previous_owner_id", "no_next_step_since", "next_action_at", "updated_at",
    "updated_by_id",
)  # fmt: skip


def write_hits(
    hit: RuleHit, rows: Sequence[Customer], ended: LetGo = NOTHING_ENDED, *, owner: User | None = None
) -> None:
    """Keep how `rows` stood before a rule took or gave them; they still carry their former values.

    `hit` says run, rule and why; `owner` who got them, else it is whose they were.
    """
    tasks = _by_customer(Task.objects.filter(pk__in=ended.tasks).values_list("pk", "customer_id"))
    clocks = _by_customer(Deadline.objects.filter(pk__in=ended.clocks).values_list("pk", "customer_id"))
    RuleHit.objects.bulk_create(
        RuleHit(
            run=hit.run, rule=hit.rule, why=hit.why, customer=row, owner_id=owner.pk if owner else row.owner_id,
            version=row.version + 1,
            before={"columns": {name: getattr(row, name) for name in _COLUMNS},
                    "tasks": tasks[row.pk], "clocks": clocks[row.pk]},
        )
        for row in rows
    )  # fmt: skip


def _by_customer(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for pk, customer_id in pairs:
        found[customer_id].append(pk)
    return found


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: how many customers are as before, and who stays because somebody acted since."""

    restored: int
    kept: list[tuple[int, str]]


@transaction.atomic
def undo_run(actor: User, run: RuleRun, *, now: datetime) -> Undone:
    """Take a run of rules back: owner, pool, dates, tasks and clocks are as before, the version alone goes on.

    A customer somebody changed, claimed or merged since stays and is listed. Raises RuleError `run_undone` (409).
    """
    require(actor, Right.MANAGE_SETTINGS)
    row = RuleRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if row.undone_at is not None:
        raise RuleError(_("This run was taken back already."), "run_undone", status=409)
    if row.kind == RuleRun.Kind.ESCALATE:
        return _take_back_proposals(actor, row, now)
    hits = {hit.customer_id: hit for hit in row.hits.order_by("pk")}
    customers = Customer.objects.filter(pk__in=hits).select_for_update(of=("self",)).order_by("pk")
    untouched, kept = [], []
    for customer in customers:
        is_as_left = customer.deleted_at is None and customer.version == hits[customer.pk].version
        if is_as_left:
            untouched.append(customer)
        else:
            kept.append((customer.pk, customer.name))
    before = {customer.pk: _columns(hits[customer.pk]) for customer in untouched}
    ended = LetGo(
        [pk for customer in untouched for pk in hits[customer.pk].before["tasks"]],
        [pk for customer in untouched for pk in hits[customer.pk].before["clocks"]],
    )
    bring_back(before, ended, now)
    RuleHit.objects.filter(pk__in=[hits[pk].pk for pk in before]).update(is_undone=True)
    RuleRun.objects.filter(pk=row.pk).update(undone_at=now, undone_by=actor)
    for pk in before:
        record(actor, "customer.brought_back", at=now, customer_id=pk, subject_id=row.pk)
    record(actor, "rule_run.undone", at=now, subject_id=row.pk, restored=len(before), kept=len(kept))
    return Undone(len(before), kept)


def _take_back_proposals(actor: User, run: RuleRun, now: datetime) -> Undone:
    """Close what a run proposed and nobody has answered yet; it is not proposed again."""
    found = Request.objects.open().filter(kind="reassign", data__run=run.pk)
    rows = list(found.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        close(actor, row, Request.Status.DECLINED, "", now=now)
    count = len(rows)
    RuleRun.objects.filter(pk=run.pk).update(undone_at=now, undone_by=actor)
    record(actor, "rule_run.undone", at=now, subject_id=run.pk, restored=count, kept=run.count - count)
    return Undone(count, [])


def _columns(hit: RuleHit) -> dict[str, Any]:
    """Return the kept column values as the database takes them; JSON has no moments."""
    columns = hit.before["columns"]
    moments = {name: parse_datetime(value) for name, value in columns.items() if isinstance(value, str)}
    return {**columns, **moments}
