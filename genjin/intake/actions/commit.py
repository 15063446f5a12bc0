"""Letting a checked batch in, chunk by chunk, so that it can be watched, cancelled, resumed and taken back."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.derive import current_rules
from genjin.events.actions import enqueue, record
from genjin.intake.actions.check import Checked, check_batch, keep_findings, placement_of
from genjin.intake.actions.upload import forget_table
from genjin.intake.actions.write import Chunk, Run, new_ids, prepare_chunk, write_chunk
from genjin.intake.models import ImportBatch
from genjin.kit.errors import RuleError

CHUNK = 10_000
UNDO_CHUNK = 1000
UNDO_WITHIN = timedelta(hours=24)
Status = ImportBatch.Status


@transaction.atomic
def request_commit(
    actor: User, batch: ImportBatch, *, now: datetime, in_background: bool = True
) -> ImportBatch:
    """Say that a batch shall come in; the worker writes it unless the caller does. Raises RuleError `import_not_ready` (409)."""
    require(actor, Right.IMPORT)
    changed = (
        ImportBatch.objects.visible_to(actor)
        .filter(pk=batch.pk, status=Status.READY)
        .update(status=Status.RUNNING, committed_at=now)
    )
    if not changed:
        raise RuleError(_("This import is not ready, or already on its way."), "import_not_ready", status=409)
    if in_background:
        enqueue("intake.commit", batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def cancel_import(actor: User, batch: ImportBatch, *, now: datetime) -> ImportBatch:
    """Stop a batch; rows already in stay until they are taken back. Raises RuleError `import_not_running`."""
    require(actor, Right.IMPORT)
    changed = (
        ImportBatch.objects.visible_to(actor)
        .filter(pk=batch.pk, status__in=[Status.CHECKING, Status.READY, Status.RUNNING, Status.FAILED])
        .update(status=Status.CANCELLED, finished_at=now)
    )
    if not changed:
        raise RuleError(_("This import is over already."), "import_not_running", status=409)
    record(actor, "import.cancelled", at=now, subject_id=batch.pk)
    batch.refresh_from_db()
    return batch


def commit_batch(
    batch_id: int,
    *,
    unseen: bool = False,
    on_progress: Callable[[int, int], None] = lambda _written, _total: None,
) -> ImportBatch:
    """Write a running batch from where it stopped; a second run at the same time does nothing.

    `unseen` lets a batch in that nobody looked at in a preview: the check is made once instead of twice.

    The check is made again, against the database as it is now. Each chunk is one transaction that also moves
    the cursor, so that a kill between two chunks loses and doubles nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(727003, %s)", [batch_id])
        if not cursor.fetchone()[0]:
            return ImportBatch.objects.get(pk=batch_id)
    if unseen:
        ImportBatch.objects.filter(pk=batch_id, status=Status.CHECKING).update(
            status=Status.RUNNING, committed_at=timezone.now()
        )
    try:
        return _commit(batch_id, on_progress)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(727003, %s)", [batch_id])


def _commit(batch_id: int, on_progress: Callable[[int, int], None]) -> ImportBatch:
    batch = ImportBatch.objects.select_related("created_by").get(pk=batch_id)
    if batch.status != Status.RUNNING:
        return batch
    try:
        require(batch.created_by, Right.IMPORT)  # asked again when it runs
        placement = placement_of(batch)
        checked = check_batch(batch)
    except RuleError as refusal:
        ImportBatch.objects.filter(pk=batch_id).update(
            status=Status.FAILED, problem=refusal.message, finished_at=timezone.now()
        )
        return ImportBatch.objects.get(pk=batch_id)
    run = Run(batch_id, batch.created_by, placement, current_rules(), batch.committed_at or timezone.now())
    positions = [at for at in checked.accepted if checked.rows.numbers[at] > batch.cursor]
    ids = new_ids(len(positions))
    with ThreadPoolExecutor(1) as ahead:  # the next chunk is laid out while the database writes this one

        def lay_out(start: int) -> "Future[Chunk]":
            part = slice(start, start + CHUNK)
            return ahead.submit(copy_context().run, prepare_chunk, run, checked, positions[part], ids[part])

        following = lay_out(0)
        for start in range(0, len(positions), CHUNK):
            chunk, following = following.result(), lay_out(start + CHUNK)
            last = positions[min(start + CHUNK, len(positions)) - 1]
            if not _write(run, chunk, checked.rows.numbers[last], len(checked.accepted)):
                return ImportBatch.objects.get(pk=batch_id)
            on_progress(min(start + CHUNK, len(positions)), len(positions))
    return _finish(batch_id, checked)


def _write(run: Run, chunk: Chunk, cursor: int, total: int) -> bool:
    """Write one chunk and move the batch's cursor to its last row; False when the batch was cancelled meanwhile."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=run.batch_id)
        if batch.status != Status.RUNNING:
            return False
        write_chunk(run, chunk)
        ImportBatch.objects.filter(pk=run.batch_id).update(
            written=batch.written + len(chunk.ids), total=total, cursor=cursor
        )
    return True


@transaction.atomic
def _finish(batch_id: int, checked: Checked) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=batch_id)
    keep_findings(batch, checked)
    now = timezone.now()
    batch.status, batch.finished_at = Status.DONE, now
    batch.save()
    transaction.on_commit(partial(forget_table, batch))
    record(batch.created_by, "import.done", at=now, subject_id=batch.pk, name=batch.name, **batch.counts)
    return batch


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: how many customers are gone, and which stayed because somebody worked on them."""

    removed: int
    kept: list[tuple[int, str]]


_UNCHANGED = """
CREATE TEMP TABLE undone ON COMMIT DROP AS
SELECT c.id, row_number() OVER () / %(chunk)s AS chunk FROM customers_customer c
WHERE c.import_batch = %(batch)s AND c.version = 1 AND c.deleted_at IS NULL
  AND NOT EXISTS (SELECT FROM followups_followup f WHERE f.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM followups_task t WHERE t.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM followups_attachment a WHERE a.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM customers_contact p WHERE p.customer_id = c.id AND p.created_at <> %(at)s)
  AND NOT EXISTS (SELECT FROM customers_contact p WHERE p.customer_id = c.id AND p.version > 1)
  AND NOT EXISTS (SELECT FROM customers_customer r WHERE r.referrer_id = c.id)
"""
_WITHOUT_HISTORY = (
    "customers_searchdocument", "customers_identitykey", "customers_participant", "customers_customer_tags",
    "customers_stagechange", "customers_gradechange", "customers_ownerchange", "followups_deadline",
)  # fmt: skip
_WITH_HISTORY = (("customers_contact", "customer_id"), ("customers_customer", "id"))


def _remove_undone(cursor: CursorWrapper) -> int:
    """Delete the customers of the table `undone` with all that hangs on them; returns how many."""
    for table in _WITHOUT_HISTORY:
        cursor.execute(f"DELETE FROM {table} WHERE customer_id IN (SELECT id FROM undone)")  # noqa: S608 (names of ours)
    # Row history opens a subtransaction for each row, which walks over all that is put off or done by the same
    # statement; without these two, 50,000 rows take many minutes.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET LOCAL pgtrigger.ignore = '{}'")
    cursor.execute("SELECT max(chunk) FROM undone")
    chunks = range((cursor.fetchone()[0] or 0) + 1)
    removed = 0
    for table, column in _WITH_HISTORY:
        for chunk in chunks:
            cursor.execute(
                f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM undone WHERE chunk = %s)",  # noqa: S608
                [chunk],
            )
            removed += cursor.rowcount if table == "customers_customer" else 0
    return removed


@transaction.atomic
def undo_import(actor: User, batch: ImportBatch, *, now: datetime) -> Undone:
    """Take a batch back within 24 hours; customers somebody worked on since are kept and listed.

    Raises RuleError `undo_too_late` (409), `import_not_done` (409).
    """
    require(actor, Right.IMPORT)
    row = ImportBatch.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=batch.pk)
    if row.status not in {Status.DONE, Status.CANCELLED, Status.FAILED} or row.committed_at is None:
        raise RuleError(_("Only an import that came in can be taken back."), "import_not_done", status=409)
    if now - (row.finished_at or now) > UNDO_WITHIN:
        raise RuleError(
            _("An import is taken back within 24 hours; this one is older."), "undo_too_late", status=409
        )
    with connection.cursor() as cursor:
        cursor.execute(_UNCHANGED, {"batch": row.pk, "at": row.committed_at, "chunk": UNDO_CHUNK})
        removed = _remove_undone(cursor)
        cursor.execute(
            "SELECT id, name FROM customers_customer WHERE import_batch = %s ORDER BY id LIMIT 1000", [row.pk]
        )
        kept = cursor.fetchall()
    row.status = Status.UNDONE
    row.counts = row.counts | {"removed": removed, "kept": len(kept)}
    row.save()
    record(actor, "import.undone", at=now, subject_id=row.pk, removed=removed, kept=len(kept))
    return Undone(removed, kept)
