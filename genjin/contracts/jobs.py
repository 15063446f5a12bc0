"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.contracts.actions.collection import collect_all


@app.periodic(cron="23 * * * *")
@app.task(name="contracts.collect", queueing_lock="contracts.collect")
def collect_hourly(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Open the tasks of collecting for what falls due within three days."""
    return collect_all(timezone.now())
