"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.selling.actions.following import follow_trail, look_nightly


@app.periodic(cron="* * * * *")
@app.task(name="selling.follow", queueing_lock="selling.follow")
def follow(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Let purchases follow customers that moved by themselves, once a minute, and everybody once a day."""
    moment = timezone.now()
    return follow_trail(moment) + look_nightly(moment)
