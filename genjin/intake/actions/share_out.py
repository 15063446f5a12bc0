"""Customers of a sheet that were to find their owners by the rules."""

from datetime import datetime

from genjin.customers.models import Customer
from genjin.intake.models import ImportBatch
from genjin.routing.actions.assignment import assign_by_rules

AT_ONCE = 5000


def share_out(batch_id: int, *, now: datetime) -> int:
    """Give what a batch brought into a pool away by the rules of assignment; returns how many found an owner.

    Who finds nobody stands on the list of unassigned customers. Works from what is there, so that a second run,
    or one that was cut off, does no harm.
    """
    batch = ImportBatch.objects.get(pk=batch_id)
    given = 0
    rows = Customer.objects.live().in_pool().filter(import_batch=batch.pk, unassigned=None).order_by("pk")
    while ids := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        found = assign_by_rules(ids, now=now, by=batch.created_by)
        given += found.given
        if not found.given and not found.waiting:  # others hold the rows; the job comes again
            break
    return given
