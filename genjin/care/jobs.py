"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.care.actions.alarms import keep_alarms
from genjin.care.actions.churn import look_nightly
from genjin.care.actions.keeping import ask_in_rounds, follow_deliveries, keep_owners, keep_tasks
from genjin.care.actions.renewals import keep_renewals
from genjin.care.actions.repurchase import follow_owners, propose
from genjin.care.actions.usage import open_reviews


@app.periodic(cron="7 * * * *")
@app.task(name="care.keep_renewals", queueing_lock="care.keep_renewals")
def keep_all_renewals(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Open renewals that are due, and let those open follow their contracts."""
    return keep_renewals(timezone.now())


@app.periodic(cron="17 * * * *")
@app.task(name="care.open_reviews", queueing_lock="care.open_reviews")
def open_quarterly_reviews(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Open the quarter's reviews of use where they are missing, let rules recommend, and proposals follow their customers."""
    now = timezone.now()
    return open_reviews(now) + propose(None, now) + follow_owners(now)


@app.periodic(cron="27 * * * *")
@app.task(name="care.ask_in_rounds", queueing_lock="care.ask_in_rounds")
def ask_regularly(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Ask customers with a running contract again after the months of Settings."""
    return ask_in_rounds(timezone.now())


@app.periodic(cron="37 * * * *")
@app.task(name="care.watch_churn", queueing_lock="care.watch_churn")
def watch_for_churn(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """End alarms that are over, and raise the night's, or what a stopped worker left of them."""
    now = timezone.now()
    return keep_alarms(now) + look_nightly(now)


@app.periodic(cron="* * * * *")
@app.task(name="care.follow_deliveries", queueing_lock="care.follow_deliveries")
def ask_after_deliveries(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Ask customers whose delivery was accepted."""
    return follow_deliveries(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="care.keep_tickets", queueing_lock="care.keep_tickets")
def keep_tickets(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Let no ticket be without an owner, and nothing to be done without a task."""
    return keep_owners(timezone.now()) + keep_tasks(timezone.now())
