"""Background work of this floor: load, call one action. What is sent is sent by the floor that knows names."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.notices.actions.reading import forget_old
from genjin.notices.actions.watch import tell_of_backups


@app.periodic(cron="*/10 * * * *")
@app.task(name="notices.watch_backups", queueing_lock="notices.watch_backups")
def watch_backups(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Tell administrators of backups that failed."""
    return tell_of_backups(timezone.now())


@app.periodic(cron="53 3 * * *")
@app.task(name="notices.forget_old", queueing_lock="notices.forget_old")
def forget(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Forget what was read long ago."""
    return forget_old(timezone.now())
