"""What delivery does by itself: it follows its contracts and the tasks of its steps. A job looks every minute."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from genjin.accounts.queries import local_day
from genjin.contracts.actions.access import lock_row
from genjin.contracts.models import Contract
from genjin.contracts.rules import ContractState, Trigger
from genjin.delivery.actions.coupling import fire_fact
from genjin.delivery.actions.projects import call_off
from genjin.delivery.actions.steps import tick_by_task
from genjin.delivery.models import Project, ProjectStep
from genjin.delivery.rules import StepTrigger
from genjin.events.actions import end_day, is_day_done, read_trail
from genjin.events.models import Event
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, plan_for, settle
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind, TaskStatus

READER = "delivery.follow_trail"
LOOKED = "delivery.looked"
LOOKED_BACK = 30  # days since the contract was signed or changed
DONE = "task.done"
KINDS = ("contract.signed", "contract.amended", "contract.voided", "delivery.planned", DONE)
OPENED_WITHIN = timedelta(days=3)


def follow_trail(now: datetime) -> int:
    """Act on what happened since the last look; returns how many events did cause something.

    Whoever is stopped before the end does it again, which changes nothing.
    """
    with read_trail(READER, KINDS) as seen:
        prefetch_related_objects(seen, "actor")
        return sum(_follow(event, now) for event in seen)


def _follow(event: Event, now: datetime) -> bool:
    match event.kind:
        case "contract.signed":
            return _ask_for_project(event.subject_id, now)
        case "contract.amended":
            return _fire_known(event, now)
        case "contract.voided":
            return _call_off(event, now)
        case "delivery.planned":
            return _is_opened(event, now)
    return _tick(event, now)


def look_nightly(now: datetime) -> int:
    """Once a day do what the trail did not tell: an event committed late stands behind the bookmark. Returns how many.

    Whoever put the task aside is not asked again.
    """
    today = local_day(now)
    if is_day_done(LOOKED, today):
        return 0
    lately = today - timedelta(days=LOOKED_BACK)
    waiting = Contract.objects.running().filter(signed_on__gte=lately, projects=None)
    asked = sum(_ask_for_project(pk, now) for pk in waiting.values_list("pk", flat=True))
    followed = sum(_follow(event, now) for event in _missed(now).select_related("actor"))
    end_day(LOOKED, today)
    return asked + followed


def _missed(now: datetime) -> "QuerySet[Event]":
    """Return what may have been told too late: of tasks done whose step is open, and of contracts that changed lately."""
    steps = ProjectStep.objects.filter(done_on=None, task__status=TaskStatus.DONE)
    changed = Q(kind__in=("contract.amended", "contract.voided"), at__gte=now - timedelta(days=LOOKED_BACK))
    done = Q(kind=DONE, subject_id__in=steps.values("task"))
    return Event.objects.filter(changed | done).order_by("pk")


def _ask_for_project(contract_id: int | None, now: datetime) -> bool:
    """Give the owner of a contract just signed the task to open its project."""
    contract = Contract.objects.running().filter(pk=contract_id or 0).select_related("customer__owner", "owner").first()  # fmt: skip
    if contract is None or Project.objects.filter(contract=contract).exists():
        return False
    owner = next((one for one in (contract.customer.owner, contract.owner) if one is not None and one.is_active), None)  # fmt: skip
    if owner is None:
        return False  # it stands on the list of contracts without a project
    objective = _objective(contract)
    if Task.objects.filter(customer=contract.customer, objective=objective).exists():
        return False
    new = NewTask(objective, now + OPENED_WITHIN, owner, kind=TaskKind.TODO)
    return plan_for(None, contract.customer, new, now=now) is not None


@transaction.atomic
def _fire_known(event: Event, now: datetime) -> bool:
    """Let milestones an amendment added be due whose fact has happened already."""
    contract = Contract.objects.in_force().filter(pk=event.subject_id or 0).first()
    if contract is None:
        return False
    return (
        sum(fire_fact(event.actor, contract, one, now=now) for one in (Trigger.ACCEPTANCE, *StepTrigger)) > 0
    )


@transaction.atomic
def _call_off(event: Event, now: datetime) -> bool:
    """Call the open projects of a void contract off, and drop the task of opening one."""
    contract = Contract.objects.filter(pk=event.subject_id or 0, state=ContractState.VOID).first()
    if contract is None:
        return False
    customer = lock_row(contract).customer
    rows = list(Project.objects.filter(contract=contract).open().select_for_update(of=("self",)))
    why = _("Contract %(number)s is void: %(why)s") % {"number": contract.number, "why": contract.void_reason}
    for row in rows:
        row.customer, row.contract = customer, contract
        call_off(event.actor, row, why, now=now)
    return _close_asking(contract, TaskStatus.CANCELLED, why, now) or bool(rows)


@transaction.atomic
def _is_opened(event: Event, now: datetime) -> bool:
    """Close the task of opening a contract's project once there is one."""
    project = Project.objects.filter(pk=event.subject_id or 0).select_related("contract").first()
    if project is None:
        return False
    return _close_asking(project.contract, TaskStatus.DONE, _("The project is open."), now)


def _close_asking(contract: Contract, status: TaskStatus, outcome: str, now: datetime) -> bool:
    lock_row(contract)
    rows = Task.objects.open().filter(customer=contract.customer_id, objective=_objective(contract))
    tasks = list(rows.select_for_update(of=("self",)))
    settle(None, tasks, status=status, outcome=outcome, now=now)
    refresh_next_steps([contract.customer_id], now)
    return bool(tasks)


def _objective(contract: Contract) -> str:
    return _("Open the delivery project of contract %(number)s") % {"number": contract.number}


@transaction.atomic
def _tick(event: Event, now: datetime) -> bool:
    """Tick the step whose task somebody finished at the workbench."""
    step = ProjectStep.objects.filter(task=event.subject_id, done_on=None).first()
    if step is None or event.actor is None:
        return False
    return tick_by_task(event.actor, step, on=local_day(event.at), now=now)
