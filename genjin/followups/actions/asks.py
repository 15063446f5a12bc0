"""Asking colleagues of any department, and the loop until the answer does: asked, asked back, explained, answered, reopened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.people import involve
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.events.actions import record
from genjin.followups.actions.files import keep_file, kept_name
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, add_task, finish_task, require_hand_in
from genjin.followups.models import Attachment, Task
from genjin.followups.queries.asks import least_busy
from genjin.followups.rules import TaskKind, TaskStatus, check_due
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.masking import mask_words
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of whom: a person, or a department, of which the least busy one present is chosen."""

    objective: str
    due_at: datetime
    assignee: User | None = None
    department: str = ""
    details: str = ""
    files: Sequence["File[bytes]"] = ()


@transaction.atomic
def ask_colleague(actor: User, customer: Customer, ask: Ask, *, now: datetime) -> Task:
    """Ask a colleague of any department for something; they see the customer while it is open (S0-24).

    Raises RuleError `nobody_asked`, and what `add_task` and files raise.
    """
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    assignee = ask.assignee or (least_busy(ask.department, today) if ask.department else None)
    if assignee is None:
        sentence = _("Choose a colleague, or a department in which somebody is there today.")
        raise wrong_at("assignee", sentence, "nobody_asked")
    for file in ask.files:
        kept_name(file)
    new = NewTask(ask.objective, ask.due_at, assignee=assignee, kind=TaskKind.TODO, details=ask.details)
    task = add_task(actor, customer, new, now=now)
    _keep(actor, task, ask.files, now)
    return task


@transaction.atomic
def answer_task(
    actor: User, task: Task, *, outcome: str, files: Sequence["File[bytes]"] = (), now: datetime
) -> Task:
    """Close a task with what came of it and files beside; whoever asked is told (S0-24)."""
    for file in files:
        kept_name(file)
    row = finish_task(actor, task, outcome=outcome, now=now)
    _keep(actor, row, files, now)
    return row


def _keep(actor: User, task: Task, files: Sequence["File[bytes]"], now: datetime) -> None:
    """Keep files with a task; last of all, as what lies on the disk does not roll back."""
    for file in files:
        kept = keep_file(actor, task.customer, file, now=now)
        Attachment.objects.filter(pk=kept.pk).update(task=task)


def _locked(actor: User, task: Task) -> Task:
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=task.customer_id)
    rows = Task.objects.visible_to(actor).select_related("assignee", "created_by")
    row = rows.select_for_update(of=("self",)).get(pk=task.pk)
    row.customer = customer
    require(actor, Right.MANAGE_TASKS)
    return row


@transaction.atomic
def ask_back(actor: User, task: Task, *, question: str, now: datetime) -> Task:
    """Say what the assignee has to know first; whoever asked is told, and it stands on their list (S0-24).

    Raises RuleError `question_missing`, `task_closed` (409), `not_yours` (403) unless it is the assignee.
    """
    row = _locked(actor, task)
    if row.assignee_id != actor.pk:
        raise RuleError(_("Only who was asked asks back."), "not_yours", status=403)
    if row.status != TaskStatus.OPEN:
        raise RuleError(_("This task is closed already."), "task_closed", status=409)
    question = _words(question, "question", _("Write what you need to know."), "question_missing")
    Task.objects.filter(pk=row.pk).update(question=question)
    _note(actor, row, "task.asked_back", now, question=question)
    _tell(actor, row, NoticeKind.TASK_ASKS_BACK, [row.created_by_id or row.customer.owner_id], now)
    row.refresh_from_db()
    return row


@transaction.atomic
def explain_task(
    actor: User, task: Task, *, answer: str, due_at: datetime | None = None, now: datetime
) -> Task:
    """Give the assignee what they need to know, with another day where it takes longer; they are told.

    Raises RuleError `answer_missing`, `nothing_asked` (409), `due_in_past`, `not_yours` (403).
    """
    row = _locked(actor, task)
    _require_asker(actor, row)
    if row.status != TaskStatus.OPEN or not row.question:
        raise RuleError(_("Nothing is asked back here."), "nothing_asked", status=409)
    answer = _words(answer, "answer", _("Write what they need to know."), "answer_missing")
    if due_at is not None:
        check_due(due_at, now)
    details = "\n\n".join(part for part in (row.details, f"{row.question}\n{answer}") if part)
    Task.objects.filter(pk=row.pk).update(question="", details=details[:8000], due_at=due_at or row.due_at)
    refresh_next_steps([row.customer_id], now)
    _note(actor, row, "task.explained", now, answer=answer)
    _tell(actor, row, NoticeKind.TASK_EXPLAINED, [row.assignee_id], now)
    row.refresh_from_db()
    return row


@transaction.atomic
def reopen_task(actor: User, task: Task, *, reason: str, due_at: datetime, now: datetime) -> Task:
    """Open a to-do again whose answer does not do; the former answer stays on record, the assignee sees the customer anew.

    Raises RuleError `reason_missing`, `due_in_past`, `not_closed` (409), `not_an_ask` (409), `assignee_inactive`,
    `customer_lost` (409), `not_yours` (403).
    """
    row = _locked(actor, task)
    _require_asker(actor, row)
    _check_reopens(row)
    reason = _words(reason, "reason", _("Say what is still missing."), "reason_missing")
    check_due(due_at, now)
    details = "\n\n".join(part for part in (row.details, row.outcome, reason) if part)
    Task.objects.filter(pk=row.pk).update(
        status=TaskStatus.OPEN,
        outcome="",
        closed_at=None,
        closed_by=None,
        due_at=due_at,
        details=details[:8000],
    )
    if row.assignee_id != row.customer.owner_id:
        involve(row.customer_id, [row.assignee], via="task", subject_id=row.pk)
    refresh_next_steps([row.customer_id], now)
    _note(actor, row, "task.reopened", now, reason=reason, outcome=row.outcome)
    _tell(actor, row, NoticeKind.TASK_REOPENED, [row.assignee_id], now)
    row.refresh_from_db()
    return row


def _check_reopens(row: Task) -> None:
    is_ask = row.kind == TaskKind.TODO
    if not is_ask:
        raise RuleError(_("Only what was asked of somebody is opened again."), "not_an_ask", status=409)
    if row.status == TaskStatus.OPEN:
        raise RuleError(_("This task is still open."), "not_closed", status=409)
    if row.customer.stage == Stage.LOST:
        raise RuleError(_("The customer is lost; bring it back first."), "customer_lost", status=409)
    if not row.assignee.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": row.assignee.name}
        raise wrong_at("assignee", sentence, "assignee_inactive")


def _require_asker(actor: User, row: Task) -> None:
    """Whoever asked may go on, and who may plan on this customer; not the one who was asked."""
    if row.created_by_id != actor.pk:
        require_hand_in(actor, row.customer, Right.MANAGE_TASKS)
    if row.assignee_id == actor.pk and row.created_by_id != actor.pk:
        raise RuleError(_("Only who asked decides whether the answer does."), "not_yours", status=403)


def _words(text: str, field: str, sentence: str, code: str) -> str:
    text = clean(text)[:2000]
    if not text:
        raise wrong_at(field, sentence, code)
    return text


def _note(actor: User, row: Task, kind: str, now: datetime, **words: str) -> None:
    record(
        actor, kind, at=now, customer_id=row.customer_id, subject_id=row.pk, objective=row.objective, **words
    )


def _tell(  # noqa: PLR0917
    actor: User, row: Task, kind: NoticeKind, people: Sequence[int | None], now: datetime
) -> None:
    tell(
        [pk for pk in people if pk and pk != actor.pk], kind, key=f"task:{row.pk}:{kind}:{now.isoformat()}", at=now,
        customer_id=row.customer_id, subject_id=row.pk, who=actor.name, what=mask_words(row.objective),
    )  # fmt: skip
