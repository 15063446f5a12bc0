"""What a plan says is done next stands among the tasks of whoever does it, once."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, move_tasks, open_tasks, settle
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.followups.rules.cadence import CLOSES_AT
from genjin.kit.masking import mask_words
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class Step:
    """What is done, until when, by whom."""

    words: str
    until: date
    who: User
    kind: str = TaskKind.TODO


def keep_plan(
    actor: User | None, customer: Customer, before: Task | None, step: Step, *, now: datetime
) -> Task:
    """Return the open task of a plan of a locked customer: the one of the plan `before` says what is planned now.

    For somebody else it is called off and a new one opened; nothing is counted as done by planning.
    """
    due_at = max(now, datetime.combine(step.until, CLOSES_AT, company_zone()))
    task = _held(before)
    if task is not None and task.assignee_id == step.who.pk:
        task.objective, task.due_at = step.words[:300], due_at
        task.save(update_fields=["objective", "due_at"])
    else:
        if task is not None:
            settle(actor, [task], status=TaskStatus.CANCELLED, outcome=_("Handed on"), now=now)
        new = NewTask(objective=step.words[:300], due_at=due_at, assignee=step.who, kind=step.kind)
        task = open_tasks(actor, customer, [new], now=now)[0]
    refresh_next_steps([customer.pk], now)
    return task


def carry_task(actor: User | None, task: Task | None, who: User, now: datetime) -> None:
    """Let the open task of what changed hands go to who looks after it now, and tell them."""
    row = _held(task)
    if row is None or row.assignee_id == who.pk:
        return
    move_tasks(actor, [row], who, now=now)
    tell(
        [who], NoticeKind.TASK_GIVEN if actor else NoticeKind.TASK_ARISEN, key=f"task:{row.pk}:{now.isoformat()}", at=now,
        customer_id=row.customer_id, subject_id=row.pk, who=actor.name if actor else "", what=mask_words(row.objective),
    )  # fmt: skip


def _held(task: Task | None) -> Task | None:
    """Lock a task that is still open."""
    if task is None:
        return None
    return Task.objects.open().select_for_update(of=("self",)).filter(pk=task.pk).first()


def end_plan(actor: User | None, task: Task | None, outcome: str, *, now: datetime) -> None:
    """Settle the task of a plan, unless somebody closed it before."""
    if (row := _held(task)) is not None:
        settle(actor, [row], status=TaskStatus.DONE, outcome=outcome, now=now)
        refresh_next_steps([row.customer_id], now)
