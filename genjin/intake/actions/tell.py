"""Who is told when something comes in for a customer that is there already."""

from datetime import datetime, timedelta

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.queries.responsible import responsible_for
from genjin.followups.actions.tasks import NewTask, plan_for
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind

WITHIN = timedelta(hours=24)


def tell(
    actor: User | None, customer: Customer, objective: str, *, otherwise: User | None = None, now: datetime
) -> Task | None:
    """Give who looks after a customer a task within 24 hours, unless the same one is open already."""
    assignee = responsible_for(customer, otherwise=otherwise)
    if assignee is None:
        return None
    new = NewTask(objective=objective, due_at=now + WITHIN, assignee=assignee, kind=TaskKind.TODO)
    return plan_for(actor, customer, new, now=now)
