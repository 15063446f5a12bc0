"""Steps of the deeds on tickets: locking, clocks, the owner's task, what is said about it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may, require
from genjin.accounts.queries import company_zone, leads_of, work_calendar
from genjin.care.models import Ticket, TicketNote
from genjin.care.queries.tickets import pace_of
from genjin.care.rules.tickets import Limits, bad_rating_limits, confirm_by, limits, next_state
from genjin.care.rules.words import TROUBLES, NoteKind, TicketKind, TicketState
from genjin.contracts.actions.collection import hold_collection, release_collection
from genjin.customers.actions.ownership import may_edit
from genjin.customers.actions.people import involve, release_participants
from genjin.customers.models import Customer
from genjin.customers.queries.responsible import responsible_for
from genjin.events.actions import record
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.subject_clocks import (
    SubjectClock,
    end_subject_clocks,
    meet_subject_clock,
    set_subject_clock,
)
from genjin.followups.actions.tasks import NewTask, open_tasks, settle
from genjin.followups.models import Attachment, Task
from genjin.followups.rules import DeadlineKind, TaskKind, TaskStatus
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.masking import mask_words
from genjin.kit.text import clean
from genjin.notices.actions import tell

VIA = "ticket"
LONGEST = 4000


def may_write(actor: User, ticket: Ticket) -> bool:
    """Whether a ticket is theirs to work on: its owner's, in any department, the customer's owner's and their leads'."""
    if ticket.owner_id == actor.pk:
        return may(actor, Right.MANAGE_TASKS)
    return may(actor, Right.SERVE) and may_edit(actor, ticket.customer)


def require_ticket(actor: User, ticket: Ticket) -> None:
    """Refuse with 403 unless the ticket is the actor's to work on."""
    require(actor, Right.MANAGE_TASKS if ticket.owner_id == actor.pk else Right.SERVE)
    if not may_write(actor, ticket):
        sentence = _("Only who looks after the ticket, the customer's owner and their leads may do this.")
        raise RuleError(sentence, "not_yours", status=403)


def lock_ticket(actor: User | None, ticket: Ticket, deed: str) -> Ticket:
    """Lock a ticket with its customer, and refuse a deed its state does not allow; `actor` None is the customer.

    Raises RuleError `not_yours` (403), `ticket_state` (409).
    """
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=ticket.customer_id)
    rows = Ticket.objects.all() if actor is None else Ticket.objects.visible_to(actor)
    row = rows.select_for_update(of=("self",)).select_related("owner", "task__assignee").get(pk=ticket.pk)
    row.customer = customer
    if actor is not None:
        require_ticket(actor, row)
    if deed:
        next_state(row.state, deed)
    return row


def fit_owner(owner: User) -> User:
    """Return who is to look after a ticket. Raises RuleError `owner_inactive` for somebody who cannot."""
    if not owner.is_active or not may(owner, Right.MANAGE_TASKS):
        sentence = _("%(name)s cannot look after a ticket; choose somebody else.") % {"name": owner.name}
        raise wrong_at("owner", sentence, "owner_inactive")
    return owner


def able_owner(wanted: Iterable[User | None], customer: Customer) -> User | None:
    """Return the first of `wanted` who can look after a ticket, else who leads them, else who looks after the customer."""
    people = [one for one in wanted if one is not None]
    for one in (*people, *(lead for person in people for lead in leads_of(person))):
        if one.is_active and may(one, Right.MANAGE_TASKS):
            return one
    return responsible_for(customer)


def count_from(row: Ticket, since: datetime) -> None:
    """Let the limits of a ticket count from a moment on, by its kind and priority; the caller saves."""
    row.counts_from = since
    found, row.in_working_hours = _limits(row, since)
    row.answer_due_at, row.due_at = found.answer_at, found.solve_at


def _limits(row: Ticket, since: datetime) -> tuple[Limits, bool]:
    if row.kind == TicketKind.BAD_RATING:
        return bad_rating_limits(since), False
    pace = pace_of(row.kind, row.priority)
    return limits(pace, since, work_calendar(), company_zone()), pace.in_working_hours


def clock_kind(row: Ticket) -> str:
    """Return which clock watches a ticket."""
    return DeadlineKind.BAD_RATING if row.kind == TicketKind.BAD_RATING else DeadlineKind.TICKET


def run_clock(row: Ticket) -> None:
    """Let the clock of an open ticket run to its next limit; a bad rating has one for answer and solution (S3-17)."""
    due = row.answer_due_at if row.state == TicketState.OPEN else row.due_at
    set_subject_clock(
        SubjectClock(clock_kind(row), row.customer_id, row.pk, row.owner_id, row.counts_from, due)
    )


def stop_clock(row: Ticket, now: datetime) -> None:
    """Stop the clock of a ticket by the fact just written."""
    meet_subject_clock(clock_kind(row), row.pk, at=now, now=now)


def end_clocks(row: Ticket, now: datetime) -> None:
    """End the clocks of a ticket that is no longer looked after."""
    for kind in (DeadlineKind.TICKET, DeadlineKind.BAD_RATING):
        end_subject_clocks(kind, [row.pk], now)


def keep_task(actor: User | None, row: Ticket, now: datetime) -> None:
    """Keep one open task of who looks after the ticket, due with its next limit; of a solved one, to hear the customer."""
    due, assignee = _task_due(row), row.owner or responsible_for(row.customer)
    if assignee is None:
        return
    words = (
        _("Ask whether it is solved: %(number)s %(title)s")
        if row.state == TicketState.SOLVED
        else _("Ticket %(number)s: %(title)s")
    )
    objective = (words % {"number": row.number, "title": row.title})[:300]
    task = Task.objects.open().select_for_update(of=("self",)).filter(pk=row.task_id or 0).first()
    if task is not None and task.assignee_id == assignee.pk:
        Task.objects.filter(pk=task.pk).update(objective=objective, due_at=due)
    else:
        if task is not None:
            settle(actor, [task], status=TaskStatus.CANCELLED, outcome=_("Handed on"), now=now)
        new = NewTask(
            objective=objective,
            due_at=max(due, now),
            assignee=assignee,
            kind=TaskKind.TODO,
            details=row.details,
        )
        task = open_tasks(actor, row.customer, [new], now=now, is_told=False)[0]
        task.due_at = due  # a limit that is past stays past
        task.save(update_fields=["due_at"])
        Ticket.objects.filter(pk=row.pk).update(task=task)
        row.task = task
    refresh_next_steps([row.customer_id], now)


def _task_due(row: Ticket) -> datetime:
    if row.state == TicketState.SOLVED and row.solved_at is not None:
        return confirm_by(row.solved_at, work_calendar(), company_zone())
    return row.due_at if row.state == TicketState.ANSWERED else row.answer_due_at


def settle_task(actor: User | None, row: Ticket, outcome: str, now: datetime) -> None:
    """Settle the owner's task with a ticket that is over."""
    tasks = list(Task.objects.open().select_for_update(of=("self",)).filter(pk=row.task_id or 0))
    settle(actor, tasks, status=TaskStatus.DONE, outcome=outcome, now=now)
    refresh_next_steps([row.customer_id], now)


def involve_owner(row: Ticket) -> None:
    """Let who looks after a ticket see its customer, and nobody who did so before."""
    release_participants(via=VIA, subject_ids=[row.pk])
    if row.owner is not None and row.owner_id != row.customer.owner_id:
        involve(row.customer_id, [row.owner], via=VIA, subject_id=row.pk)


def let_go(row: Ticket) -> None:
    """End the sight that came from a ticket now over."""
    release_participants(via=VIA, subject_ids=[row.pk])


def keep_quiet(row: Ticket, now: datetime) -> None:
    """Let the collecting of money follow a complaint or bad rating just opened or solved."""
    if row.kind in TROUBLES:
        refresh_quiet(row.customer_id, now)


def refresh_quiet(customer_id: int, now: datetime) -> None:
    """Hold collecting while a complaint or bad rating of the customer is open; release it when none is (idea 12)."""
    worst = Ticket.objects.troubles().filter(customer=customer_id).order_by("opened_at", "pk").first()
    if worst is None:
        release_collection(customer_id, now=now)
    else:
        hold_collection(customer_id, f"{worst.get_kind_display()}: {worst}"[:200], now=now)


def say(  # noqa: PLR0917
    author: User | None, row: Ticket, kind: NoteKind, text: str, now: datetime, file: Attachment | None = None
) -> TicketNote:
    """Write down what was said about a ticket. Raises RuleError `text_missing`."""
    words = clean(text)[:LONGEST]
    if not words and file is None:
        sentence = _("Write what was said.")
        raise wrong_at("text", sentence, "text_missing")
    return TicketNote.objects.create(ticket=row, at=now, author=author, kind=kind, text=words, file=file)


def note_event(  # noqa: PLR0917
    actor: User | None, row: Ticket, kind: str, now: datetime, note: str = "", **data: object
) -> None:
    """Put on the trail what was done with a ticket."""
    record(
        actor, f"ticket.{kind}", at=now, customer_id=row.customer_id, subject_id=row.pk, name=str(row), note=clean(note)[:LONGEST],
        ticket=row.kind, **data,
    )  # fmt: skip


def tell_owner(actor: User | None, row: Ticket, kind: str, now: datetime, **words: object) -> None:
    """Tell who looks after a ticket, unless they did it themselves."""
    people = {row.owner_id} - {None, actor.pk if actor else None}
    tell(
        [pk for pk in people if pk is not None], kind, key=f"ticket:{row.pk}:{kind}:{now.isoformat()}", at=now,
        customer_id=row.customer_id, subject_id=row.pk, number=row.number, what=mask_words(row.title), **words,
    )  # fmt: skip


def save(row: Ticket, *names: str) -> None:
    """Write the changed fields of a locked ticket."""
    row.version += 1
    row.save(update_fields=[*names, "version"])
