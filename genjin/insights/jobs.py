"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.insights.actions.chances import learn_chances


@app.periodic(cron="41 2 * * *")
@app.task(name="insights.learn_chances", queueing_lock="insights.learn_chances")
def learn_nightly(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Learn anew from the company's own history, and tell open customers their chance."""
    return learn_chances(timezone.now())
