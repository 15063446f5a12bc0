"""The steps of a project: planned, given to somebody as a task, ticked, and taken back."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone, local_day
from genjin.customers.models import Customer
from genjin.delivery.actions.coupling import expect_step, fire_fact, take_back_fact
from genjin.delivery.actions.standing import hold
from genjin.delivery.models import Project, ProjectStep
from genjin.delivery.rules import OPEN, Deed, StepTrigger
from genjin.delivery.rules.plan import check_happened, check_step, usual_steps
from genjin.delivery.rules.states import after
from genjin.events.actions import record
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, plan_for, settle
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean

KNOCKING_OFF = time(18)  # a step is due when the working day ends


@dataclass(frozen=True, slots=True)
class NewStep:
    """What is to be done, by whom, by when, how much of the whole, and which fact of the contract it stands for."""

    name: str
    owner: User | None = None
    due_on: date | None = None
    weight: int = 10
    trigger: str = ""


def write_usual_steps(actor: User, project: Project, *, now: datetime) -> None:
    """Write the usual steps of a project just opened; a step of that action."""
    steps = ProjectStep.objects.bulk_create(
        [
            ProjectStep(project=project, position=at, name=one.name, due_on=one.due_on, weight=one.weight, trigger=one.trigger)
            for at, one in enumerate(usual_steps(project.starts_on, project.planned_end), 1)
        ]
    )  # fmt: skip
    for step in steps:
        expect_step(actor, step, _("planned in %(project)s") % {"project": project.name}, now=now)


@transaction.atomic
def add_step(actor: User, project: Project, new: NewStep, *, now: datetime) -> ProjectStep:
    """Plan a step; given to somebody with a day it becomes a task of theirs (S3-16).

    Raises RuleError `step_missing`, `step_weight`, `trigger_unknown`, `person_inactive`, `project_state` (409).
    """
    row = hold(actor, project)
    after(row.state, Deed.WORK)
    _check(new)
    last = row.steps.aggregate(last=Max("position"))["last"] or 0
    step = ProjectStep.objects.create(
        project=row, position=last + 1, name=clean(new.name)[:200], owner=new.owner, due_on=new.due_on, weight=new.weight,
        trigger=new.trigger,
    )  # fmt: skip
    _plan_task(actor, step, now)
    expect_step(actor, step, _("planned in %(project)s") % {"project": row.name}, now=now)
    record(
        actor, "delivery.step_planned", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name, note=_words(step)
    )  # fmt: skip
    return step


def _check(new: NewStep) -> None:
    check_step(new.name, new.weight)
    if new.trigger and new.trigger not in StepTrigger.values:
        sentence = _("Choose one of the facts a contract knows.")
        raise wrong_at("trigger", sentence, "trigger_unknown")
    if new.owner is not None and not new.owner.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": new.owner.name}
        raise wrong_at("owner", sentence, "person_inactive")


def _words(step: ProjectStep) -> str:
    parts = (step.name, step.owner.name if step.owner else "", step.due_on.isoformat() if step.due_on else "")
    return " · ".join(part for part in parts if part)


def _plan_task(actor: User, step: ProjectStep, now: datetime) -> None:
    """Give the step to its person as a task; without person or day it stays with the project alone."""
    if step.owner is None or step.due_on is None or step.done_on is not None:
        return
    due = max(datetime.combine(step.due_on, KNOCKING_OFF, company_zone()), now)
    objective = f"{step.project.name}: {step.name}"
    new = NewTask(objective, due, step.owner, kind=TaskKind.TODO)
    step.task = plan_for(actor, step.project.customer, new, now=now)
    step.save(update_fields=["task"])


def _settle_task(  # noqa: PLR0917 (a step of the actions here)
    actor: User, step: ProjectStep, status: TaskStatus, outcome: str, now: datetime
) -> None:
    """Close the task of a step, if it is still open."""
    rows = list(Task.objects.open().filter(pk=step.task_id or 0).select_for_update(of=("self",)))
    settle(actor, rows, status=status, outcome=outcome, now=now)
    refresh_next_steps([step.project.customer_id], now)


@transaction.atomic
def change_step(actor: User, step: ProjectStep, new: NewStep, *, why: str = "", now: datetime) -> ProjectStep:
    """Change a step that is not done; its task is planned anew where person or day changed."""
    row, held = _held(actor, step)
    if held.done_on is not None:
        raise RuleError(_("This step is done; take the tick back first."), "step_done", status=409)
    _check(new)
    is_moved = (held.owner_id, held.due_on, held.name) != (
        new.owner.pk if new.owner else None,
        new.due_on,
        clean(new.name)[:200],
    )
    day_before, trigger_before = held.due_on, held.trigger
    held.name, held.owner, held.due_on = clean(new.name)[:200], new.owner, new.due_on
    held.weight, held.trigger = new.weight, new.trigger
    held.save(update_fields=["name", "owner", "due_on", "weight", "trigger"])
    if trigger_before and trigger_before != held.trigger:
        fire_fact(actor, row.contract, trigger_before, now=now)
    if is_moved:
        _settle_task(actor, held, TaskStatus.CANCELLED, _("Planned anew in the project."), now)
        _plan_task(actor, held, now)
    if held.due_on != day_before:
        reason = clean(why) or _("step moved in %(project)s") % {"project": row.name}
        expect_step(actor, held, reason, now=now)
    record(
        actor, "delivery.step_changed", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name, note=_words(held)
    )  # fmt: skip
    return held


def _held(actor: User, step: ProjectStep) -> tuple[Project, ProjectStep]:
    row = hold(actor, step.project)
    after(row.state, Deed.WORK)
    held = (
        ProjectStep.objects.select_for_update(of=("self",))
        .select_related("owner")
        .get(pk=step.pk, project=row)
    )
    held.project = row
    return row, held


@transaction.atomic
def tick_step(actor: User, step: ProjectStep, *, on: date | None = None, now: datetime) -> ProjectStep:
    """Say that a step is done (today unless said); its task is closed, and payments that wait for its fact become due.

    Raises RuleError `step_done` (409), `happened_in_future`, `happened_too_early`.
    """
    row, held = _held(actor, step)
    if held.done_on is not None:
        raise RuleError(_("This step is done already."), "step_done", status=409)
    day = on or local_day(now)
    check_happened(day, local_day(now), since=row.contract.signed_on, field="on")
    _tick(actor, held, day, now)
    return held


def tick_by_task(actor: User, step: ProjectStep, *, on: date, now: datetime) -> bool:
    """Tick the step whose task `actor` finished, whatever their part in the project; returns whether it was open still."""
    Customer.objects.select_for_update(of=("self",)).get(pk=step.project.customer_id)
    held = (
        ProjectStep.objects.select_for_update(of=("self",))
        .select_related("owner", "project__contract", "project__customer")
        .filter(pk=step.pk, done_on=None, project__state__in=OPEN)
        .first()
    )
    if held is None:
        return False
    _tick(actor, held, on, now)
    return True


def _tick(actor: User, held: ProjectStep, day: date, now: datetime) -> None:
    held.done_on, held.done_by = day, actor
    held.save(update_fields=["done_on", "done_by"])
    _settle_task(actor, held, TaskStatus.DONE, _("Step of the project ticked."), now)
    if held.trigger:
        fire_fact(actor, held.project.contract, held.trigger, now=now)
    record(
        actor, "delivery.step_done", at=now, customer_id=held.project.customer_id, subject_id=held.project_id,
        name=held.project.name, note=held.name,
    )  # fmt: skip


@transaction.atomic
def untick_step(actor: User, step: ProjectStep, *, now: datetime) -> ProjectStep:
    """Take a tick back; the fact it stood for goes with it, and the task is there again."""
    row, held = _held(actor, step)
    if held.done_on is None:
        raise RuleError(_("This step is not done."), "step_open", status=409)
    undone, held.done_on, held.done_by = held.done_on, None, None
    held.save(update_fields=["done_on", "done_by"])
    if held.trigger:
        why = _("step “%(step)s” is not done") % {"step": held.name}
        take_back_fact(actor, row.contract, held.trigger, undone=undone, why=why, now=now)
    _plan_task(actor, held, now)
    record(
        actor, "delivery.step_reopened", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name, note=held.name
    )  # fmt: skip
    return held


@transaction.atomic
def remove_step(actor: User, step: ProjectStep, *, now: datetime) -> None:
    """Take a step out that is not done. Raises RuleError `step_done` (409)."""
    row, held = _held(actor, step)
    if held.done_on is not None:
        raise RuleError(_("A step that is done stays on record."), "step_done", status=409)
    _settle_task(actor, held, TaskStatus.CANCELLED, _("The step was taken out of the project."), now)
    words, trigger = _words(held), held.trigger
    held.delete()
    if trigger:
        fire_fact(actor, row.contract, trigger, now=now)
    record(
        actor,
        "delivery.step_removed",
        at=now,
        customer_id=row.customer_id,
        subject_id=row.pk,
        name=row.name,
        note=words,
    )


@transaction.atomic
def move_step(actor: User, step: ProjectStep, *, up: bool, now: datetime) -> ProjectStep:  # noqa: ARG001 (an order is no event)
    """Swap a step with the one before or after it."""
    row, held = _held(actor, step)
    rows = list(row.steps.select_for_update(of=("self",)))
    at = next(index for index, one in enumerate(rows) if one.pk == held.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        for position, one in enumerate(rows, 1):
            one.position = position
        ProjectStep.objects.bulk_update(rows, ["position"])
    held.refresh_from_db()
    return held
