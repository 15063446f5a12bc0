"""Changing one field of many customers: looked at before, run in chunks, taken back within a day."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.bulk import (
    Outcome,
    Plan,
    Refusal,
    lock_editable,
    plan_values,
    put_values,
)  # fmt: skip
from genjin.customers.actions.bulk_restore import restore_changes
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.events.actions import enqueue, record
from genjin.intake.actions.edit_tags import plan_tags, put_tags, restore_tags
from genjin.intake.actions.edit_values import Edit, check_value, values_for
from genjin.intake.models import BulkEdit
from genjin.kit.errors import RuleError, not_found

MOST_AT_ONCE = 10_000
IN_FOREGROUND = 1000
CHUNK = 500
EXAMPLES, LISTED = 8, 200
UNDO_WITHIN = timedelta(hours=24)
Status = BulkEdit.Status


@dataclass(slots=True)
class Preview:
    """What an edit would do: counts, some of the changes as (id, name, old, new), and who is refused."""

    total: int = 0
    changes: int = 0
    same: int = 0
    refused: int = 0
    examples: list[tuple[int, str, Any, Any]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def preview_edit(actor: User, ids: Sequence[int], edit: Edit) -> Preview:
    """Say what an edit would do to customers, by the very rules it will run by; writes nothing.

    Raises RuleError as `start_edit` does.
    """
    _check(actor, ids, edit)
    found = Preview(total=len(set(ids)))
    for chunk in _chunks(sorted(set(ids))):
        rows = list(Customer.objects.visible_to(actor).filter(pk__in=chunk).order_by("pk"))
        plan = _plan(actor, edit, rows)
        found.changes += len(plan.changes)
        found.same += len(plan.same)
        found.refused += len(plan.refused)
        found.refusals += plan.refused[: LISTED - len(found.refusals)]
        for change in plan.changes[: EXAMPLES - len(found.examples)]:
            name = shown_name(actor, change.row)
            found.examples.append((change.row.pk, name, change.before, change.after))
    return found


def _plan(actor: User, edit: Edit, rows: Sequence[Customer]) -> Plan:
    if edit.field == "tags":
        return plan_tags(edit.how, edit.value, rows)
    values, refused = values_for(edit, rows)
    plan = plan_values(actor, [row for row in rows if row.pk in values], values, holding=False)
    plan.refused = [*refused, *plan.refused]
    return plan


@transaction.atomic
def start_edit(
    actor: User, ids: Sequence[int], edit: Edit, *, now: datetime, in_background: bool | None = None
) -> BulkEdit:
    """Change a field of customers; more than 1,000 are left to the worker, unless told otherwise.

    Refuses all of it when one is out of sight (404) or not the actor's to change (403). Raises RuleError
    `nothing_chosen`, `too_many_rows`, `field_unknown`, `how_unknown`, `value_missing`, `fields_invalid`.
    """
    _check(actor, ids, edit)
    batch = BulkEdit.objects.create(
        by=actor, created_at=now, field=edit.field, how=edit.how, value=edit.value, ids=sorted(set(ids))
    )
    record(
        actor, "customers.bulk_edited", at=now, subject_id=batch.pk, rows=batch.total, field=edit.field, how=edit.how
    )  # fmt: skip
    if len(batch.ids) > IN_FOREGROUND if in_background is None else in_background:
        enqueue("intake.bulk_edit", batch_id=batch.pk)
        return batch
    return run_edit(batch.pk, now=now)


def _check(actor: User, ids: Sequence[int], edit: Edit) -> None:
    require(actor, Right.CHANGE_CUSTOMER)
    if not ids:
        raise RuleError(_("Choose at least one customer."), "nothing_chosen")
    if len(set(ids)) > MOST_AT_ONCE:
        raise RuleError(_("More than 10,000 customers match; narrow the list first."), "too_many_rows")
    check_value(edit)
    check_editable(actor, ids)


def check_editable(actor: User, ids: Sequence[int]) -> None:
    """Refuse the whole deed when one customer is out of sight (404) or not the actor's to change (403)."""
    rows = Customer.objects.visible_to(actor).filter(pk__in=ids).only("owner", "pool")
    if len(found := list(rows)) != len(set(ids)):
        raise not_found()
    for row in found:
        require_edit(actor, row, Right.CHANGE_CUSTOMER)


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def run_edit(batch_id: int, *, now: datetime) -> BulkEdit:
    """Run an edit from where it stopped, a chunk a transaction; a second run at the same time does nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(727004, %s)", [batch_id])
        if not cursor.fetchone()[0]:
            return BulkEdit.objects.get(pk=batch_id)
    try:
        while _run_chunk(batch_id, now):
            pass
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(727004, %s)", [batch_id])
    return BulkEdit.objects.get(pk=batch_id)


@transaction.atomic
def _run_chunk(batch_id: int, now: datetime) -> bool:
    """Do the next chunk; returns whether there is more."""
    batch = BulkEdit.objects.select_for_update(of=("self",)).select_related("by").get(pk=batch_id)
    if batch.status != Status.RUNNING:
        return False
    ids = batch.ids[batch.done : batch.done + CHUNK]
    try:
        with transaction.atomic():
            outcome = _change(batch, ids)  # rights are asked again, each time
    except RuleError as refusal:
        batch.status, batch.problem, batch.finished_at = Status.FAILED, refusal.message, now
        batch.save()
        return False
    batch.done += len(ids)
    batch.changed += len(outcome.changed)
    batch.same += len(outcome.same)
    batch.refused += len(outcome.refused)
    batch.refusals = [*batch.refusals, *map(asdict, outcome.refused)][:LISTED]
    if batch.done >= batch.total:
        batch.status, batch.finished_at = Status.DONE, now
    batch.save()
    return batch.status == Status.RUNNING


def _change(batch: BulkEdit, ids: Sequence[int]) -> Outcome:
    edit, now = Edit(batch.field, batch.how, batch.value), batch.created_at
    require(batch.by, Right.CHANGE_CUSTOMER)
    rows, refused = lock_editable(batch.by, ids, leave_out=True)
    if edit.field == "tags":
        outcome = put_tags(batch.by, rows, edit.how, edit.value, origin=batch.origin, now=now)
    else:
        values, unread = values_for(edit, rows)
        rows = [row for row in rows if row.pk in values]
        outcome = put_values(batch.by, rows, values, origin=batch.origin, now=now)
        refused += unread
    return Outcome(outcome.changed, outcome.same, [*refused, *outcome.refused])


@transaction.atomic
def cancel_edit(actor: User, batch: BulkEdit, *, now: datetime) -> BulkEdit:
    """Stop an edit under way; what it changed stays until it is taken back. Raises RuleError `edit_not_running` (409)."""
    require(actor, Right.CHANGE_CUSTOMER)
    changed = (
        BulkEdit.objects.visible_to(actor)
        .filter(pk=batch.pk, status=Status.RUNNING)
        .update(status=Status.CANCELLED, finished_at=now)
    )
    if not changed:
        raise RuleError(_("This is over already."), "edit_not_running", status=409)
    record(actor, "customers.bulk_edit_cancelled", at=now, subject_id=batch.pk)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def undo_edit(actor: User, batch: BulkEdit, *, now: datetime, in_background: bool | None = None) -> BulkEdit:
    """Take an edit back within 24 hours; values others changed since stay, and are listed.

    Raises RuleError `undo_too_late` (409), `edit_not_done` (409), `forbidden` (403).
    """
    require(actor, Right.CHANGE_CUSTOMER)
    row = BulkEdit.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=batch.pk)
    if row.status not in {Status.DONE, Status.CANCELLED, Status.FAILED}:
        raise RuleError(_("Only an edit that is over can be taken back, once."), "edit_not_done", status=409)
    if now - (row.finished_at or now) > UNDO_WITHIN:
        raise RuleError(
            _("An edit is taken back within 24 hours; this one is older."), "undo_too_late", status=409
        )
    row.status, row.undone_at, row.undone_by = Status.UNDOING, now, actor
    row.save()
    record(actor, "customers.bulk_edit_undone", at=now, subject_id=row.pk, rows=row.changed)
    if row.changed > IN_FOREGROUND if in_background is None else in_background:
        enqueue("intake.bulk_undo", batch_id=row.pk)
        return row
    return run_undo(row.pk)


def run_undo(batch_id: int) -> BulkEdit:
    """Take an edit back chunk by chunk, from where it stopped."""
    while _undo_chunk(batch_id):
        pass
    return BulkEdit.objects.get(pk=batch_id)


@transaction.atomic
def _undo_chunk(batch_id: int) -> bool:
    batch = BulkEdit.objects.select_for_update(of=("self",)).select_related("undone_by").get(pk=batch_id)
    if batch.status != Status.UNDOING or batch.undone_by is None or batch.undone_at is None:
        return False
    back = restore_tags if batch.field == "tags" else restore_changes
    try:
        done = back(batch.undone_by, batch.origin, now=batch.undone_at, most=CHUNK)
    except RuleError as refusal:
        batch.status, batch.problem = Status.DONE, refusal.message
        batch.save()
        return False
    batch.restored += done.restored
    batch.left += done.left
    batch.status = Status.UNDOING if done.more else Status.UNDONE
    batch.save()
    return done.more
