"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.approvals.actions.reminders import watch_requests


@app.periodic(cron="*/5 * * * *")
@app.task(name="approvals.watch", queueing_lock="approvals.watch")
def watch(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Pass on what waits for people who are away, and remind of what is not answered."""
    return watch_requests(timezone.now())
