"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.routing.actions.assignment import try_again
from genjin.routing.actions.handover import tell_unanswered
from genjin.routing.actions.reassignment import propose_reassignments
from genjin.routing.actions.recycling import keep_clocks, recycle_nightly


@app.periodic(cron="* * * * *")
@app.task(name="routing.keep_clocks", queueing_lock="routing.keep_clocks")
def watch_clocks(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Let the clocks of recycling follow what happened."""
    return keep_clocks(timezone.now())


@app.periodic(cron="12 * * * *")
@app.task(name="routing.recycle", queueing_lock="routing.recycle")
def recycle_once_a_day(timestamp: int) -> None:  # noqa: ARG001 (given to periodic jobs)
    """Warn owners, and once a day take back what is due."""
    recycle_nightly(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="routing.try_again", queueing_lock="routing.try_again")
def ask_rules_again(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Ask the rules again about customers that found no owner."""
    return try_again(timezone.now()).given


@app.periodic(cron="*/5 * * * *")
@app.task(name="routing.propose_reassignments", queueing_lock="routing.propose_reassignments")
def propose_others(timestamp: int) -> None:  # noqa: ARG001 (given to periodic jobs)
    """Propose another owner where nobody was in touch 72 hours after the assignment."""
    propose_reassignments(timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="routing.tell_unanswered", queueing_lock="routing.tell_unanswered")
def remind_of_handovers(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Tell of handovers that wait for more than 24 hours."""
    return tell_unanswered(timezone.now())
