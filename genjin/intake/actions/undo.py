"""Taking a batch back, chunk by chunk: what nobody has worked on since goes, the rest is kept and listed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import ManyToOneRel
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer
from genjin.events.actions import enqueue, record
from genjin.followups.actions.merge import MOVED, moved_tables
from genjin.intake.actions.progress import alone_with
from genjin.intake.actions.restore import left_as_they_are, restore_updates, undoer
from genjin.intake.actions.undo_records import kept_products, remove_records
from genjin.intake.models import ImportBatch, ImportRow
from genjin.kit.errors import RuleError

UNDO_CHUNK = 500
UNDO_WITHIN = timedelta(hours=24)
AT_ONCE = 5000  # rows taken back while somebody waits; more are taken back by the worker
MOST_KEPT = 1000
Status = ImportBatch.Status


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: how many customers are gone, which stayed because somebody worked on them; how many updated ones
    are as they were, and of which something stays as it is now; which products stay, as something points at them; or
    that it goes on.
    """

    removed: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list)
    restored: int = 0
    left: list[tuple[int, str, str]] = field(default_factory=list)  # customer, its name, why its fields stay
    products: list[tuple[int, str]] = field(default_factory=list)
    is_running: bool = False


@transaction.atomic
def request_undo(actor: User, batch: ImportBatch, *, now: datetime) -> ImportBatch:
    """Say that a batch is to be taken back, within 24 hours. Raises RuleError `undo_too_late` (409), `import_not_done` (409)."""
    require(actor, Right.IMPORT)
    row = ImportBatch.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=batch.pk)
    if row.status not in {Status.DONE, Status.CANCELLED, Status.FAILED} or row.committed_at is None:
        raise RuleError(_("Only an import that came in can be taken back."), "import_not_done", status=409)
    if now - (row.finished_at or now) > UNDO_WITHIN:
        raise RuleError(
            _("An import is taken back within 24 hours; this one is older."), "undo_too_late", status=409
        )
    _note_rows(row.pk)
    row.status, row.phase, row.phase_done, row.phase_total = (
        Status.UNDOING,
        ImportBatch.Phase.UNDOING,
        0,
        row.rows.count(),
    )
    row.options |= {"undone_by": actor.pk}
    row.told_at = now
    row.save()
    return row


def undo_import(
    actor: User,
    batch: ImportBatch,
    *,
    now: datetime,
    in_background: bool = False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Undone:
    """Take a batch back; customers somebody worked on since are kept and listed. Large ones may be left to the worker.

    Raises RuleError `undo_too_late` (409), `import_not_done` (409).
    """
    row = request_undo(actor, batch, now=now)
    if in_background and row.phase_total > AT_ONCE:
        with transaction.atomic():
            enqueue("intake.undo", batch_id=row.pk)
        return Undone(is_running=True)
    return undo_batch(row.pk, on_progress=on_progress)


def undo_batch(
    batch_id: int, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Undone:
    """Go on taking a batch back from where it stopped; each chunk is a transaction, so that others work on meanwhile."""
    with alone_with(batch_id) as alone:
        batch = ImportBatch.objects.get(pk=batch_id)
        if not alone or batch.status != Status.UNDOING:
            return Undone(is_running=not alone)
        stays = remove_records(batch, timezone.now())
        restore_updates(batch)
        last, done = 0, 0
        while ids := _next(batch_id, last):
            last, done = ids[-1], done + len(ids)
            _take_back(batch, ids)
            on_progress(min(done, batch.phase_total), batch.phase_total)
        return _finish(batch_id, stays)


def _next(batch_id: int, last: int) -> list[int]:
    rows = ImportRow.objects.filter(batch=batch_id, kind=ImportRow.Kind.CUSTOMER, object_id__gt=last)
    return list(rows.order_by("object_id").values_list("object_id", flat=True)[:UNDO_CHUNK])


def _note_rows(batch_id: int) -> None:
    """Note which customers came in, for batches of versions that did not."""
    if not ImportRow.objects.filter(batch=batch_id).exists():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO intake_importrow (batch_id, kind, object_id, row)"
                " SELECT import_batch, 'customer', id, 0 FROM customers_customer WHERE import_batch = %s",
                [batch_id],
            )


_UNCHANGED = """
CREATE TEMP TABLE undone ON COMMIT DROP AS
SELECT c.id FROM customers_customer c
WHERE c.id = ANY(%(ids)s) AND c.import_batch = %(batch)s AND c.version = 1 AND c.deleted_at IS NULL
  AND NOT EXISTS (SELECT FROM followups_followup f WHERE f.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM followups_task t WHERE t.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM followups_attachment a WHERE a.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM customers_contact p WHERE p.customer_id = c.id AND p.created_at <> %(at)s)
  AND NOT EXISTS (SELECT FROM customers_contact p WHERE p.customer_id = c.id AND p.version > 1)
  AND NOT EXISTS (SELECT FROM customers_alias a WHERE a.customer_id = c.id AND a.created_at <> %(at)s)
  AND NOT EXISTS (SELECT FROM customers_customer r WHERE r.referrer_id = c.id)
  AND NOT EXISTS (SELECT FROM customers_customer r WHERE r.parent_id = c.id AND r.import_batch IS DISTINCT FROM %(batch)s)
"""


def _unchanged() -> str:
    """Return the statement that finds who may go: who also has no row in a table that moves with customers."""
    above = [model._meta.db_table for model in moved_tables() if model not in MOVED]
    return _UNCHANGED + "".join(
        f"  AND NOT EXISTS (SELECT FROM {table} x WHERE x.customer_id = c.id)\n" for table in above
    )  # fmt: skip


def _left_behind() -> list[tuple[str, str]]:
    """Return tables and columns of upper floors whose rows stay with a customer, and so go with it."""
    pointing = Customer._meta.get_fields(include_hidden=True)
    return [
        (relation.related_model._meta.db_table, relation.field.column)
        for relation in pointing
        if isinstance(relation, ManyToOneRel)
        and getattr(relation.related_model, "moves_with_customer", None) is False
    ]


_WITHOUT_HISTORY = (
    "customers_searchdocument", "customers_identitykey", "customers_participant", "customers_customer_tags",
    "customers_stagechange", "customers_gradechange", "customers_ownerchange", "followups_deadline",
    "customers_alias",
)  # fmt: skip
_WITH_HISTORY = (("customers_contact", "customer_id"), ("customers_customer", "id"))


@transaction.atomic
def _take_back(batch: ImportBatch, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_unchanged(), {"batch": batch.pk, "at": batch.committed_at, "ids": ids})
        removed = _remove_undone(cursor)
        cursor.execute("DROP TABLE undone")  # an outer transaction may take back more
        cursor.execute(
            "DELETE FROM intake_importrow r WHERE batch_id = %s AND kind = 'customer' AND object_id = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM customers_customer c WHERE c.id = r.object_id)",
            [batch.pk, ids],
        )
    row = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    counts = row.counts | {"removed": row.counts.get("removed", 0) + removed}
    ImportBatch.objects.filter(pk=batch.pk).update(
        counts=counts, told_at=timezone.now(), phase_done=min(row.phase_done + len(ids), row.phase_total)
    )


def _remove_undone(cursor: CursorWrapper) -> int:
    """Delete the customers of the table `undone` with all that hangs on them; returns how many."""
    cursor.execute(
        "UPDATE customers_customer SET parent_id = NULL WHERE parent_id IN (SELECT id FROM undone)"
    )
    for table, column in (*((table, "customer_id") for table in _WITHOUT_HISTORY), *_left_behind()):
        cursor.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM undone)")  # noqa: S608 (names of ours)
    # Row history opens a subtransaction for each row, which walks over all that is put off or done by the same
    # statement; without these two, a chunk takes many times as long.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET LOCAL pgtrigger.ignore = '{}'")
    removed = 0
    for table, column in _WITH_HISTORY:
        cursor.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM undone)")  # noqa: S608
        removed = cursor.rowcount
    return int(removed)


@transaction.atomic
def _finish(batch_id: int, stays: list[tuple[int, str]]) -> Undone:
    row = ImportBatch.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=batch_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name FROM customers_customer WHERE import_batch = %s ORDER BY id LIMIT %s",
            [row.pk, MOST_KEPT],
        )
        kept = stays + cursor.fetchall()
    actor = undoer(row)
    row.options.pop("undone_by", None)
    products, left = kept_products(row.pk), left_as_they_are(row.pk)
    row.status, row.phase = Status.UNDONE, ""
    row.counts = (
        {"removed": 0, "restored": 0} | row.counts | {"kept": len(kept) + len(products), "left": len(left)}
    )
    row.save()
    removed, restored = row.counts["removed"], row.counts["restored"]
    record(
        actor, "import.undone", at=timezone.now(), subject_id=row.pk, removed=removed, kept=row.counts["kept"],
        restored=restored, left=len(left),
    )  # fmt: skip
    return Undone(removed, kept, restored, left, products)
