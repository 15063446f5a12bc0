"""What delivery does by itself: signed contracts ask for a project, finished tasks tick their steps. A job looks every minute."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.queries import local_day
from genjin.contracts.models import Contract
from genjin.contracts.rules.states import RUNNING
from genjin.delivery.actions.steps import tick_by_task
from genjin.delivery.models import Project, ProjectStep
from genjin.events.actions import end_day, is_day_done, read_trail
from genjin.events.models import Event
from genjin.followups.actions.tasks import NewTask, plan_for
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind, TaskStatus

READER = "delivery.follow_trail"
LOOKED = "delivery.looked"
LOOKED_BACK = 30  # days since the signature
SIGNED, DONE = "contract.signed", "task.done"
OPENED_WITHIN = timedelta(days=3)


def follow_trail(now: datetime) -> int:
    """Act on what happened since the last look; returns how many events did cause something.

    Whoever is stopped before the end does it again, which changes nothing.
    """
    with read_trail(READER, (SIGNED, DONE)) as seen:
        return sum(
            _ask_for_project(event.subject_id, now) if event.kind == SIGNED else _tick(event, now)
            for event in seen
        )


def look_nightly(now: datetime) -> int:
    """Once a day do what the trail did not tell: an event committed late stands behind the bookmark. Returns how many.

    Whoever put the task aside is not asked again.
    """
    today = local_day(now)
    if is_day_done(LOOKED, today):
        return 0
    lately = today - timedelta(days=LOOKED_BACK)
    waiting = Contract.objects.filter(state__in=RUNNING, signed_on__gte=lately, projects=None)
    asked = sum(_ask_for_project(pk, now) for pk in waiting.values_list("pk", flat=True))
    late = Event.objects.filter(
        kind=DONE,
        subject_id__in=ProjectStep.objects.filter(done_on=None, task__status=TaskStatus.DONE).values("task"),
    )
    ticked = sum(_tick(event, now) for event in late.select_related("actor"))
    end_day(LOOKED, today)
    return asked + ticked


def _ask_for_project(contract_id: int | None, now: datetime) -> bool:
    """Give the owner of a contract just signed the task to open its project."""
    contract = Contract.objects.filter(pk=contract_id or 0, state__in=RUNNING).select_related("customer__owner", "owner").first()  # fmt: skip
    if contract is None or Project.objects.filter(contract=contract).exists():
        return False
    owner = next((one for one in (contract.customer.owner, contract.owner) if one is not None and one.is_active), None)  # fmt: skip
    if owner is None:
        return False  # it stands on the list of contracts without a project
    objective = _("Open the delivery project of contract %(number)s") % {"number": contract.number}
    if Task.objects.filter(customer=contract.customer, objective=objective).exists():
        return False
    new = NewTask(objective, now + OPENED_WITHIN, owner, kind=TaskKind.TODO)
    return plan_for(None, contract.customer, new, now=now) is not None


@transaction.atomic
def _tick(event: Event, now: datetime) -> bool:
    """Tick the step whose task somebody finished at the workbench."""
    step = ProjectStep.objects.filter(task=event.subject_id, done_on=None).first()
    if step is None or event.actor is None:
        return False
    return tick_by_task(event.actor, step, on=local_day(event.at), now=now)
