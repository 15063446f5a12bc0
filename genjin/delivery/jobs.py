"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.delivery.actions.clocks import tell_late
from genjin.delivery.actions.trail import follow_trail, look_nightly


@app.periodic(cron="* * * * *")
@app.task(name="delivery.follow_trail", queueing_lock="delivery.follow_trail")
def follow(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Ask for the projects of contracts just signed; tick steps whose tasks were finished; once a day, what was missed."""
    moment = timezone.now()
    return follow_trail(moment) + look_nightly(moment)


@app.periodic(cron="22 * * * *")
@app.task(name="delivery.tell_late", queueing_lock="delivery.tell_late")
def tell_of_late(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Tell owners of projects whose end has passed."""
    return tell_late(timezone.now())
