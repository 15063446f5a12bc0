"""Opening tickets: by hand, from a task, from a bad rating, from what a customer sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import leads_of
from genjin.care.actions.steps import (
    able_owner,
    count_from,
    fit_owner,
    involve_owner,
    keep_quiet,
    keep_task,
    let_go,
    lock_ticket,
    note_event,
    run_clock,
    save,
    say,
    settle_task,
    tell_owner,
)
from genjin.care.models import Survey, Ticket
from genjin.care.rules import Priority, TicketKind, TicketState
from genjin.care.rules.words import NoteKind, TicketWay
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.delivery.models import Project
from genjin.followups.actions.files import keep_file
from genjin.followups.actions.tasks import finish_task, require_hand_in
from genjin.followups.models import Task
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind
from genjin.selling.actions.numbers import next_number
from genjin.selling.rules.numbers import Numbered

NOTED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A complaint or request as taken down; without an owner it is whoever writes it down."""

    kind: str
    title: str
    details: str = ""
    priority: str = Priority.NORMAL
    owner: User | None = None
    project: Project | None = None
    way: str = TicketWay.HAND
    sender: str = ""
    sender_reach: str = ""
    file: "File[bytes] | None" = None
    since: datetime | None = None  # when the customer said so; None: now


@transaction.atomic
def open_ticket(actor: User, customer: Customer, new: NewTicket, *, now: datetime) -> Ticket:
    """Take down a complaint or request, with an owner in any department and its limits (S3-17).

    Raises RuleError `title_missing`, `kind_unknown`, `owner_inactive`, `happened_in_future`, `not_yours` (403), `not_found` (404)
    for a delivery of another customer.
    """
    row = lock_one(actor, customer.pk)
    require_hand_in(actor, row, Right.SERVE)
    _check_by_hand(row, new)
    return _open(actor, row, new, now)


@transaction.atomic
def ticket_of_task(actor: User, task: Task, new: NewTicket, *, now: datetime) -> Ticket:
    """Turn a thing to do into a ticket: the task is done with it, the ticket brings its own (S0-24)."""
    seen = Task.objects.visible_to(actor).select_related("customer").get(pk=task.pk)
    row = lock_one(actor, seen.customer_id)
    require_hand_in(actor, row, Right.SERVE)
    _check_by_hand(row, new)
    ticket = _open(actor, row, new, now)
    finish_task(actor, seen, outcome=_("Became ticket %(number)s.") % {"number": ticket.number}, now=now)
    return ticket


def open_bad_rating(survey: Survey, *, actor: User | None, now: datetime) -> Ticket:
    """Open the ticket of a bad rating, to be answered and solved within 24 hours (S3-17); a step of the answer."""
    customer = survey.customer
    owner = able_owner([survey.responsible, customer.owner], customer)
    new = NewTicket(
        TicketKind.BAD_RATING, _("Bad rating: %(rating)d of 5") % {"rating": survey.rating or 0}, survey.comment, Priority.URGENT,
        owner=owner, project=survey.project, way=TicketWay.SURVEY, since=survey.answered_at,
    )  # fmt: skip
    ticket = _open(actor, customer, new, now, survey=survey)
    about = [customer.owner, *leads_of(customer.owner)] if customer.owner else []
    tell(
        [one for one in about if one.pk not in {ticket.owner_id, actor.pk if actor else None}], NoticeKind.BAD_RATING, key=f"ticket:{ticket.pk}:bad", at=now, customer_id=customer.pk,
        subject_id=ticket.pk, rating=survey.rating, number=ticket.number,
    )  # fmt: skip
    return ticket


def _open(
    actor: User | None, customer: Customer, new: NewTicket, now: datetime, *, survey: Survey | None = None
) -> Ticket:
    title = _checked(new, now)
    wanted = new.owner or actor
    owner = able_owner([], customer) if wanted is None else fit_owner(wanted)
    if owner is None:
        sentence = _("Choose who looks after it.")
        raise wrong_at("owner", sentence, "owner_missing")
    ticket = Ticket(
        number=next_number(Numbered.TICKET, now=now), customer=customer, project=new.project, survey=survey, kind=new.kind,
        priority=new.priority, title=title, details=clean(new.details)[:4000], way=new.way, sender=clean(new.sender)[:60],
        sender_reach=clean(new.sender_reach)[:120], owner=owner, opened_at=new.since or now, opened_by=actor,
    )  # fmt: skip
    count_from(ticket, ticket.opened_at)
    ticket.save()
    if new.file is not None and actor is not None:
        say(actor, ticket, NoteKind.INTERNAL, "", now, keep_file(actor, customer, new.file, now=now))
    _start(actor, ticket, now)
    note_event(actor, ticket, "opened", now, ticket.details, target=owner.pk)
    return ticket


def _check_by_hand(customer: Customer, new: NewTicket) -> None:
    """Refuse a bad rating nobody gave, and a delivery of another customer."""
    if new.kind == TicketKind.BAD_RATING:
        raise wrong_at("kind", _("Choose a kind and a priority."), "kind_unknown")
    if new.project is not None and new.project.customer_id != customer.pk:
        raise not_found()


def _checked(new: NewTicket, now: datetime) -> str:
    title = clean(new.title)[:200]
    if not title:
        sentence = _("Write in a line what it is about.")
        raise wrong_at("title", sentence, "title_missing")
    if new.kind not in TicketKind.values or new.priority not in Priority.values:
        raise RuleError(_("Choose a kind and a priority."), "kind_unknown")
    if new.since is not None and new.since > now + NOTED:
        sentence = _("It was reported now or earlier.")
        raise wrong_at("since", sentence, "happened_in_future")
    return title


def _start(actor: User | None, ticket: Ticket, now: datetime) -> None:
    """Let somebody look after a ticket: sight, task, clock, and quiet where money is collected."""
    involve_owner(ticket)
    keep_task(actor, ticket, now)
    run_clock(ticket)
    keep_quiet(ticket, now)
    if actor is None:
        tell_owner(actor, ticket, NoticeKind.TICKET_ARISEN, now)
    else:
        tell_owner(actor, ticket, NoticeKind.TICKET_GIVEN, now, who=actor.name)


@transaction.atomic
def accept_ticket(actor: User, ticket: Ticket, new: NewTicket, *, now: datetime) -> Ticket:
    """Accept what came by the customer's own page: with kind, priority and owner; it counts since it was sent.

    Raises RuleError `ticket_state` (409), `owner_inactive`, `title_missing`, `not_yours` (403).
    """
    row = lock_ticket(actor, ticket, "accept")
    _check_by_hand(row.customer, new)
    row.title, row.details = _checked(new, now), clean(new.details)[:4000] or row.details
    row.kind, row.priority, row.owner = new.kind, new.priority, fit_owner(new.owner or actor)
    row.state = TicketState.OPEN
    count_from(row, row.opened_at)
    save(
        row,
        "title",
        "details",
        "kind",
        "priority",
        "owner",
        "state",
        "counts_from",
        "answer_due_at",
        "due_at",
        "in_working_hours",
    )
    _start(actor, row, now)
    note_event(actor, row, "opened", now, row.details, target=row.owner_id)
    return row


@transaction.atomic
def decline_ticket(actor: User, ticket: Ticket, *, reason: str, now: datetime) -> Ticket:
    """Do not accept what came by the customer's own page, with a reason. Raises RuleError `reason_missing`, `ticket_state` (409)."""
    row = lock_ticket(actor, ticket, "decline")
    why = clean(reason)
    if not why:
        sentence = _("Say why it is not accepted.")
        raise wrong_at("reason", sentence, "reason_missing")
    row.state = TicketState.DECLINED
    save(row, "state")
    say(actor, row, NoteKind.INTERNAL, why, now)
    settle_task(actor, row, why, now)
    let_go(row)
    note_event(actor, row, "declined", now, why)
    return row
