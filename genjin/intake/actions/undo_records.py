"""Taking back the tasks, contact records, opportunities and products of a batch: those nobody has worked with since."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, ManyToOneRel, OuterRef, QuerySet

from genjin.customers.actions.completeness import refresh_completeness
from genjin.customers.actions.people import release_participants
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.models import Attachment, FollowUp, Task
from genjin.intake.models import ImportBatch, ImportChange, ImportRow
from genjin.selling.models import Opportunity, Product

CHUNK = 500


def remove_records(batch: ImportBatch, now: datetime) -> list[tuple[int, str]]:
    """Remove what a batch brought in chunk by chunk, tasks first; returns the customers of what stays."""
    kept: set[int] = set()
    for kind in _REMOVED:
        last = 0
        while ids := _next(batch.pk, kind, last):
            last = ids[-1]
            kept |= _remove(batch, kind, ids, now)
    names = Customer.objects.filter(pk__in=kept).order_by("pk")
    return list(names.values_list("pk", "name")[:1000])


def kept_products(batch_id: int) -> list[tuple[int, str]]:
    """Return the products of a batch that was taken back which stay, as something points at them."""
    rows = ImportRow.objects.filter(batch=batch_id, kind=ImportRow.Kind.PRODUCT).values("object_id")
    return list(Product.objects.filter(pk__in=rows).order_by("pk").values_list("pk", "name")[:1000])


def _next(batch_id: int, kind: ImportRow.Kind, last: int) -> list[int]:
    rows = ImportRow.objects.filter(batch=batch_id, kind=kind, object_id__gt=last).order_by("object_id")
    return list(rows.values_list("object_id", flat=True)[:CHUNK])


@transaction.atomic
def _remove(batch: ImportBatch, kind: ImportRow.Kind, ids: list[int], now: datetime) -> set[int]:
    """Remove a chunk of one kind; returns the customers of those somebody has worked with."""
    standing = dict(_standing(kind, ids))
    customers = set(standing.values())
    list(
        Customer.objects.filter(pk__in=customers).select_for_update(of=("self",)).order_by("pk").values("pk")
    )
    gone = _REMOVED[kind](batch.pk, ids)
    ImportRow.objects.filter(batch=batch, kind=kind, object_id__in=gone).delete()
    row = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    counts = row.counts | {"removed": row.counts.get("removed", 0) + len(gone)}
    ImportBatch.objects.filter(pk=batch.pk).update(counts=counts, told_at=now)
    refresh_next_steps(customers, now)
    keep_clocks(customers, now)
    return {customer for row, customer in standing.items() if row not in set(gone)}


def _standing(kind: ImportRow.Kind, ids: list[int]) -> list[tuple[int, int]]:
    """Return which of these rows are still there, with their customers."""
    if kind == ImportRow.Kind.PRODUCT:
        return []
    if kind == ImportRow.Kind.DEAL:
        return list(Opportunity.objects.filter(pk__in=ids).values_list("pk", "customer_id"))
    if kind == ImportRow.Kind.TASK:
        return list(Task.objects.filter(pk__in=ids).values_list("pk", "customer_id"))
    return list(FollowUp.objects.filter(pk__in=ids).values_list("pk", "customer_id"))


def _delete_tasks(_batch_id: int, ids: list[int]) -> list[int]:
    touched = Event.objects.filter(subject_id=OuterRef("pk"), kind__startswith="task.")
    gone = list(Task.objects.filter(~Exists(touched), pk__in=ids).values_list("pk", flat=True))
    release_participants(via="task", subject_ids=gone)
    Task.objects.filter(pk__in=gone).delete()
    return gone


def _delete_records(batch_id: int, ids: list[int]) -> list[int]:
    files = Attachment.objects.filter(followup=OuterRef("pk"))
    steps = Task.objects.filter(origin=OuterRef("pk"))
    free = FollowUp.objects.filter(~Exists(files), ~Exists(steps), pk__in=ids, import_batch=batch_id)
    gone = list(free.values_list("pk", flat=True))
    FollowUp.objects.filter(pk__in=gone).delete()
    return gone


def _delete_deals(batch_id: int, ids: list[int]) -> list[int]:
    """Opportunities go that nobody changed and nothing hangs on: no proposal, no contract, no project."""
    free = Opportunity.objects.filter(pk__in=ids, import_batch=batch_id, version=1)
    gone = list(_unused(free, {"lines", "changes"}).values_list("pk", flat=True))
    release_participants(via="opportunity", subject_ids=gone)
    Opportunity.objects.filter(pk__in=gone).delete()
    return gone


def _delete_products(_batch_id: int, ids: list[int]) -> list[int]:
    gone = list(_unused(Product.objects.filter(pk__in=ids), set()).values_list("pk", flat=True))
    Product.objects.filter(pk__in=gone).delete()
    return gone


def _unused(rows: QuerySet[Any], own: set[str]) -> QuerySet[Any]:
    """Leave out rows that a row of another table points to, but for `own`, the parts that go along."""
    for relation in rows.model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.get_accessor_name() not in own:
            column = relation.field.attname
            users = relation.related_model._default_manager.filter(**{column: OuterRef("pk")})
            rows = rows.filter(~Exists(users))
    return rows


_REMOVED: Mapping[ImportRow.Kind, Callable[[int, list[int]], list[int]]] = {
    ImportRow.Kind.TASK: _delete_tasks,
    ImportRow.Kind.FOLLOW_UP: _delete_records,
    ImportRow.Kind.DEAL: _delete_deals,
    ImportRow.Kind.PRODUCT: _delete_products,
}


def restore_step(change: ImportChange) -> list[str]:
    """Say again since when a customer has had no next step, if it has none now."""
    since = datetime.fromisoformat(change.before["no_next_step_since"])
    rows = Customer.objects.filter(pk=change.customer_id, next_action_at=None, no_next_step_since__gt=since)
    rows.update(no_next_step_since=since)
    return []


_RESTORE_TIMES = """
UPDATE customers_customer c SET first_contact_at = %(was_first)s::timestamptz, last_contact_at = %(was_last)s::timestamptz
WHERE c.id = %(customer)s
  AND c.first_contact_at IS NOT DISTINCT FROM %(first)s::timestamptz
  AND c.last_contact_at IS NOT DISTINCT FROM %(last)s::timestamptz
  AND NOT EXISTS (SELECT FROM followups_followup f WHERE f.customer_id = c.id AND f.import_batch = %(batch)s)
"""


def restore_times(change: ImportChange) -> list[str]:
    """Put first and last contact of a customer back, and let the clock run that a record stopped; returns what stays."""
    given = {
        "customer": change.customer_id, "batch": change.batch_id,
        "was_first": change.before["first_contact_at"], "was_last": change.before["last_contact_at"],
        "first": change.after["first_contact_at"], "last": change.after["last_contact_at"],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE_TIMES, given)
        if not cursor.rowcount:
            return list(change.after)
    refresh_completeness([change.customer_id])
    return []
