"""Batches whose worker went away in the middle go on within a minute or two."""

from datetime import datetime, timedelta

from django.db import transaction

from genjin.events.actions import enqueue
from genjin.intake.models import ImportBatch

SILENT_FOR = timedelta(seconds=45)
JOBS = {
    ImportBatch.Status.CHECKING: "intake.check",
    ImportBatch.Status.RUNNING: "intake.commit",
    ImportBatch.Status.UNDOING: "intake.undo",
}


@transaction.atomic
def resume_batches(now: datetime) -> int:
    """Enqueue anew the work on batches nobody has told of for 45 seconds; returns how many.

    Whoever still works on one keeps the newcomer away, and what is done already is not done again.
    """
    rows = ImportBatch.objects.filter(status__in=JOBS, told_at__lt=now - SILENT_FOR)
    found = list(rows.select_for_update(skip_locked=True))
    for row in found:
        enqueue(JOBS[ImportBatch.Status(row.status)], batch_id=row.pk)
    ImportBatch.objects.filter(pk__in=[row.pk for row in found]).update(told_at=now)
    return len(found)
