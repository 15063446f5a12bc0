"""What a plan says is done next stands among the tasks of whoever does it, once."""

from dataclasses import dataclass
from datetime import date, datetime

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, plan_for, settle
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.followups.rules.cadence import CLOSES_AT


@dataclass(frozen=True, slots=True)
class Step:
    """What is done, until when, by whom."""

    words: str
    until: date
    who: User
    kind: str = TaskKind.TODO


def keep_plan(
    actor: User | None, customer: Customer, before: Task | None, step: Step, *, now: datetime
) -> Task | None:
    """Return the task of a plan of a locked customer; the one of the plan before is over with it."""
    end_plan(actor, before, step.words, now=now)
    due_at = max(now, datetime.combine(step.until, CLOSES_AT, company_zone()))
    new = NewTask(objective=step.words[:300], due_at=due_at, assignee=step.who, kind=step.kind)
    return plan_for(actor, customer, new, now=now)


def end_plan(actor: User | None, task: Task | None, outcome: str, *, now: datetime) -> None:
    """Settle the task of a plan, unless somebody closed it before."""
    if task is None:
        return
    rows = list(Task.objects.open().select_for_update(of=("self",)).filter(pk=task.pk))
    if rows:
        settle(actor, rows, status=TaskStatus.DONE, outcome=outcome, now=now)
        refresh_next_steps([task.customer_id], now)
