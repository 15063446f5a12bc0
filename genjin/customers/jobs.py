"""Background work of this floor."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.customers.actions.collaborators import clear_ended
from genjin.customers.actions.completeness import refresh_type
from genjin.customers.actions.scores import rate_all, rate_turned
from genjin.customers.queries.sight import names_seen
from genjin.customers.rules import CustomerType
from genjin.notices.actions.sending import send_due


@app.task(name="customers.refresh_completeness")
def refresh(customer_type: str) -> int:
    """Weigh the customers of a type by the version that just came out."""
    return refresh_type(customer_type)


@app.task(
    name="customers.rate_all", lock="customers.rate_all"
)  # two publications are two jobs, one after the other
def rate_everybody() -> int:
    """Rate everybody by the version of the score rules that just came out."""
    return rate_all(timezone.now())


@app.periodic(cron="10 1 * * *")
@app.task(name="customers.rate_turned", queueing_lock="customers.rate_turned", lock="customers.rate_all")
def rate_nightly(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Rate once a night whose purchase has come near, or is overdue by now."""
    return rate_turned(timezone.now())


@app.periodic(cron="50 1 * * *")
@app.task(name="customers.refresh_all_completeness", queueing_lock="customers.refresh_all_completeness")
def refresh_all(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Weigh everybody once a night: customers of before an upgrade, and whatever a restore brought back."""
    return sum(refresh_type(kind) for kind in CustomerType.values)


@app.periodic(cron="3 * * * *")
@app.task(name="customers.clear_ended", queueing_lock="customers.clear_ended")
def clear_hourly(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Clear away collaborations that are over."""
    return clear_ended(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.send", queueing_lock="notices.send")
def send_notices(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Send what is to leave the page; here, as only this floor knows which names a person still sees."""
    return send_due(names=names_seen, now=timezone.now())
