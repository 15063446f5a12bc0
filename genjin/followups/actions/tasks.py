"""Planning, finishing, postponing and handing on tasks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may, require
from genjin.accounts.queries import company_zone
from genjin.customers.actions.ownership import lock_one, may_edit
from genjin.customers.actions.people import involve, release_participants
from genjin.customers.models import Contact, Customer, Participant
from genjin.events.actions import record
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.models import FollowUp, Task
from genjin.followups.rules import Method, TaskKind, TaskStatus, check_due
from genjin.followups.rules.promises import PROMISES
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.masking import mask_words
from genjin.kit.text import clean
from genjin.library.actions.entries import set_materials
from genjin.library.models import Entry
from genjin.notices.actions import Telling, tell, tell_many
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class NewTask:
    """A thing to do, as planned."""

    objective: str
    due_at: datetime
    assignee: User | None = None  # None: whoever plans it
    method: str = ""
    materials: str = ""
    kind: str = TaskKind.FOLLOW_UP
    promisor: Contact | None = None  # of a promise: who of the customer's people gave it
    entries: Sequence[Entry] = ()  # of the library, to bring along
    is_confirmed: bool = False  # of a promise: the customer said yes to it
    details: str = ""


def may_hand_in(actor: User, customer: Customer, right: Right) -> bool:
    """Whether the actor holds the right, and the customer is theirs to edit or they take part in it."""
    if not may(actor, right):
        return False
    return (
        may_edit(actor, customer)
        or Participant.objects.filter(user=actor, customer=customer).lending_a_hand().exists()
    )


def require_hand_in(actor: User, customer: Customer, right: Right) -> None:
    """Refuse with 403 unless the customer is the actor's to edit, or the actor takes part in it."""
    require(actor, right)
    if not may_hand_in(actor, customer, right):
        sentence = _("Only the owner, their leads and the people involved may do this.")
        raise RuleError(sentence, "not_yours", status=403)


@transaction.atomic
def add_task(actor: User, customer: Customer, new: NewTask, *, now: datetime) -> Task:
    """Plan a thing to do for oneself or for anybody in any department (S0-19, S0-24)."""
    row = lock_one(actor, customer.pk)
    require_hand_in(actor, row, Right.MANAGE_TASKS)
    task = open_tasks(actor, row, [new], now=now)[0]
    refresh_next_steps([row.pk], now)
    return task


@transaction.atomic
def plan_for(actor: User | None, customer: Customer, new: NewTask, *, now: datetime) -> Task | None:
    """Plan a task that something, not somebody, asks for: a form filled in, an answer that stays out.

    Nobody has to have the right to it, but an assignee must be named. The same thing to do is not planned twice
    while it is open; then returns None.
    """
    row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if Task.objects.open().filter(customer=row, objective=new.objective.strip()[:300]).exists():
        return None
    task = open_tasks(actor, row, [new], now=now)[0]
    refresh_next_steps([row.pk], now)
    return task


def open_tasks(
    actor: User | None,
    customer: Customer,
    planned: Sequence[NewTask],
    *,
    now: datetime,
    origin: FollowUp | None = None,
    is_told: bool = True,
) -> list[Task]:
    """Write planned tasks of one locked customer; the caller refreshes the next step, and tells people itself where not `is_told`."""
    tasks = [build_task(actor, customer, new, now, origin) for new in planned]
    Task.objects.bulk_create(tasks)
    for task, new in zip(tasks, planned, strict=True):
        if new.entries:
            set_materials(
                actor or task.assignee, new.entries, task_id=task.pk, customer_id=customer.pk, at=now
            )
        if task.assignee_id != customer.owner_id:
            involve(customer.pk, [task.assignee], via="task", subject_id=task.pk)
        record(
            actor, "task.added", at=now, customer_id=customer.pk, subject_id=task.pk,
            objective=task.objective, due_at=task.due_at.isoformat(), assignee=task.assignee_id,
        )  # fmt: skip
    if is_told:
        _tell_assignees(actor, tasks, now)
    return tasks


def _tell_assignees(actor: User | None, tasks: Sequence[Task], now: datetime) -> None:
    """Tell people of tasks somebody else planned for them, or something did."""
    kind = NoticeKind.TASK_GIVEN if actor else NoticeKind.TASK_ARISEN
    who = actor.name if actor else ""
    tellings = [
        Telling(task.assignee_id, kind, f"task:{task.pk}", task.customer_id, task.pk, {"who": who, "what": mask_words(task.objective)})
        for task in tasks
        if actor is None or task.assignee_id != actor.pk
    ]  # fmt: skip
    tell_many(tellings, at=now)


def build_task(  # noqa: PLR0917
    actor: User | None, customer: Customer, new: NewTask, now: datetime, origin: FollowUp | None = None
) -> Task:
    """Return a planned task, checked but not yet written. Raises RuleError `objective_missing` and others."""
    objective = new.objective.strip()
    if not objective:
        sentence = _("Write what the next step is for.")
        raise wrong_at("objective", sentence, "objective_missing")
    if new.method and new.method not in Method.values:
        raise RuleError(_("Unknown method: %(method)s.") % {"method": new.method}, "method_unknown")
    if new.kind not in TaskKind.values:
        raise RuleError(_("Unknown kind of task: %(kind)s.") % {"kind": new.kind}, "task_kind_unknown")
    check_due(new.due_at, now)
    assignee = new.assignee or actor
    if assignee is None or not assignee.is_active:
        name = assignee.name if assignee else "—"
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": name}
        raise wrong_at("assignee", sentence, "assignee_inactive")
    _check_promise(customer, new)
    return Task(
        customer=customer, kind=new.kind, assignee=assignee, due_at=new.due_at, method=new.method,
        objective=objective[:300], materials=new.materials[:300], origin=origin, created_by=actor, created_at=now,
        promised_for=new.due_at.astimezone(company_zone()).date() if new.kind in PROMISES else None,
        promisor=new.promisor, is_confirmed=new.is_confirmed, details=clean(new.details)[:4000],
    )  # fmt: skip


def _check_promise(customer: Customer, new: NewTask) -> None:
    if new.kind not in PROMISES and (new.promisor is not None or new.is_confirmed):
        raise RuleError(_("Only a promise is given by somebody and confirmed."), "not_a_promise")
    if new.promisor is not None and new.promisor.customer_id != customer.pk:
        raise RuleError(_("This person belongs to another customer."), "contact_of_another", status=404)


@transaction.atomic
def prepare_task(actor: User, task: Task, *, materials: str, entries: Sequence[Entry], now: datetime) -> Task:
    """Say what to bring to a task: in words, and from the library (S0-21)."""
    row = _locked(actor, task)
    Task.objects.filter(pk=row.pk).update(materials=materials.strip()[:300])
    set_materials(actor, entries, task_id=row.pk, customer_id=row.customer_id, at=now)
    row.refresh_from_db()
    return row


def _locked(actor: User, task: Task) -> Task:
    """Lock a task with its customer; refuse when it is closed or not the actor's to move."""
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=task.customer_id)
    row = (
        Task.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("assignee")
        .get(pk=task.pk)
    )
    row.customer = customer
    if row.assignee_id != actor.pk:
        require_hand_in(actor, customer, Right.MANAGE_TASKS)
    else:
        require(actor, Right.MANAGE_TASKS)
    if row.status != TaskStatus.OPEN:
        raise RuleError(_("This task is closed already."), "task_closed", status=409)
    return row


@transaction.atomic
def finish_task(actor: User, task: Task, *, outcome: str, now: datetime) -> Task:
    """Close a task as done, with its outcome on the timeline (S0-24). Raises RuleError `outcome_missing`."""
    row = _locked(actor, task)
    if not outcome.strip():
        sentence = _("Write what came of it.")
        raise wrong_at("outcome", sentence, "outcome_missing")
    return _close(actor, row, TaskStatus.DONE, outcome.strip(), now)


@transaction.atomic
def cancel_task(actor: User, task: Task, *, reason: str, now: datetime) -> Task:
    """Close a task as no longer needed, with a reason. Raises RuleError `reason_missing`."""
    row = _locked(actor, task)
    if not reason.strip():
        sentence = _("Say why the task is no longer needed.")
        raise wrong_at("reason", sentence, "reason_missing")
    return _close(actor, row, TaskStatus.CANCELLED, reason.strip(), now)


def _close(actor: User, row: Task, status: TaskStatus, outcome: str, now: datetime) -> Task:  # noqa: PLR0917
    settle(actor, [row], status=status, outcome=outcome, now=now)
    refresh_next_steps([row.customer_id], now)
    if row.kind == TaskKind.TODO and row.created_by_id not in {None, actor.pk}:
        tell(
            [row.created_by_id or 0], NoticeKind.TASK_ANSWERED, key=f"task:{row.pk}:answered:{now.isoformat()}", at=now,
            customer_id=row.customer_id, subject_id=row.pk, who=actor.name, what=mask_words(row.objective),
        )  # fmt: skip
    row.refresh_from_db()
    return row


def settle(
    actor: User | None, tasks: Iterable[Task], *, status: TaskStatus, outcome: str, now: datetime
) -> None:
    """Close locked open tasks with one outcome; the caller refreshes the next steps."""
    tasks = list(tasks)
    ids = [task.pk for task in tasks]
    Task.objects.filter(pk__in=ids).update(
        status=status, outcome=outcome, question="", closed_at=now, closed_by=actor
    )
    release_participants(via="task", subject_ids=ids)
    for task in tasks:
        record(
            actor, f"task.{status}", at=now, customer_id=task.customer_id, subject_id=task.pk,
            objective=task.objective, outcome=outcome,
        )  # fmt: skip


@transaction.atomic
def postpone_task(actor: User, task: Task, *, due_at: datetime, reason: str, now: datetime) -> Task:
    """Move a task to another day, with a reason. Raises RuleError `reason_missing`, `due_in_past`."""
    row = _locked(actor, task)
    check_due(due_at, now)
    if not reason.strip():
        sentence = _("Say why it has to wait.")
        raise wrong_at("reason", sentence, "reason_missing")
    before = row.due_at
    Task.objects.filter(pk=row.pk).update(due_at=due_at, postponed=F("postponed") + 1)
    refresh_next_steps([row.customer_id], now)
    record(
        actor, "task.postponed", at=now, customer_id=row.customer_id, subject_id=row.pk, objective=row.objective,
        origin=before.isoformat(), target=due_at.isoformat(), reason=reason.strip(),
    )  # fmt: skip
    row.refresh_from_db()
    return row


@transaction.atomic
def hand_on_task(actor: User, task: Task, assignee: User, *, now: datetime) -> Task:
    """Give a task to a colleague in any department, who sees the customer while it is open (S0-24)."""
    row = _locked(actor, task)
    if not assignee.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": assignee.name}
        raise wrong_at("assignee", sentence, "assignee_inactive")
    Task.objects.filter(pk=row.pk).update(assignee=assignee)
    release_participants(via="task", subject_ids=[row.pk])
    if assignee.pk != row.customer.owner_id:
        involve(row.customer_id, [assignee], via="task", subject_id=row.pk)
    record(
        actor, "task.handed_on", at=now, customer_id=row.customer_id, subject_id=row.pk, objective=row.objective,
        origin=row.assignee_id, target=assignee.pk,
    )  # fmt: skip
    tell(
        {assignee.pk} - {actor.pk}, NoticeKind.TASK_GIVEN, key=f"task:{row.pk}:{now.isoformat()}", at=now,
        customer_id=row.customer_id, subject_id=row.pk, who=actor.name, what=mask_words(row.objective),
    )  # fmt: skip
    row.refresh_from_db()
    return row


def move_tasks(actor: User | None, tasks: Iterable[Task], assignee: User, *, now: datetime) -> None:
    """Give open tasks of somebody who leaves to a colleague, who sees the customers while they are open; asks no rights."""
    tasks = list(tasks)
    owners = dict(Customer.objects.filter(tasks__in=tasks).values_list("pk", "owner_id"))
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(assignee=assignee)
    release_participants(via="task", subject_ids=[task.pk for task in tasks])
    for task in tasks:
        if owners[task.customer_id] != assignee.pk:
            involve(task.customer_id, [assignee], via="task", subject_id=task.pk)
        record(
            actor, "task.handed_on", at=now, customer_id=task.customer_id, subject_id=task.pk, objective=task.objective,
            origin=task.assignee_id, target=assignee.pk,
        )  # fmt: skip
