"""Whose branches the customers of a sheet are, settled when all of its rows are in: a parent may stand below its branch."""

from collections.abc import Mapping

from django.db import transaction

from genjin.customers.actions.family import hold_families
from genjin.customers.models import Customer, IdentityKey
from genjin.customers.rules import Kind
from genjin.customers.rules.identity import full_key
from genjin.intake.models import ImportBatch
from genjin.intake.rules.values import PARENT_FIELD

PART = 2_000


def settle_parents(batch: ImportBatch) -> int:
    """Set the parents a batch names by their whole name, where the importer sees exactly one such company; returns how many.

    What cannot be settled stays with the further fields, for a person to see.
    """
    waiting = list(
        Customer.objects.filter(
            import_batch=batch.pk, parent=None, kind=Kind.ORG, extra__has_key=PARENT_FIELD
        )
        .order_by("pk")
        .values_list("pk", "extra")
    )
    planned: dict[int, int] = {}
    for start in range(0, len(waiting), PART):
        part = {pk: str(extra[PARENT_FIELD]) for pk, extra in waiting[start : start + PART]}
        _settle(batch, part, planned)
    return len(planned)


@transaction.atomic
def _settle(batch: ImportBatch, part: Mapping[int, str], planned: dict[int, int]) -> None:
    hold_families()
    keys = {pk: f"full:{full_key(text)}"[:220] for pk, text in part.items()}
    seen = Customer.objects.visible_to(batch.created_by).filter(kind=Kind.ORG).values("pk")
    found: dict[str, list[int]] = {}
    rows = IdentityKey.objects.filter(key__in=set(keys.values()), customer__in=seen)
    for key, pk in rows.values_list("key", "customer_id"):
        found.setdefault(key, []).append(pk)
    fresh = {
        pk: parents[0]
        for pk, key in keys.items()
        if len(parents := found.get(key, [])) == 1 and parents[0] != pk
    }
    fresh = {pk: parent for pk, parent in fresh.items() if not _is_circle(pk, parent, planned | fresh)}
    rows_to_set = list(Customer.objects.filter(pk__in=fresh, parent=None).select_for_update(of=("self",)))
    for row in rows_to_set:
        row.parent_id = fresh[row.pk]
        row.extra = {name: value for name, value in row.extra.items() if name != PARENT_FIELD}
    Customer.objects.bulk_update(rows_to_set, ["parent", "extra"], batch_size=500)
    planned |= fresh


def _is_circle(child: int, parent: int, planned: Mapping[int, int]) -> bool:
    """Whether the rows of the sheet lead back to `child`; nobody else is below a row that has just come in."""
    at: int | None = parent
    for _step in range(len(planned) + 1):
        if at == child:
            return True
        at = planned.get(at) if at is not None else None
        if at is None:
            return False
    return True
