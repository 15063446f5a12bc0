"""Background work of this floor."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.fields.actions.templates import note_revisions_due


@app.periodic(cron="40 0 * * *")
@app.task(name="fields.note_revisions_due", queueing_lock="fields.note_revisions_due")
def note_revisions(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Note once a day which templates are due for revision."""
    return note_revisions_due(timezone.now())
