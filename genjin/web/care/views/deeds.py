"""What is done with a ticket, each a dialog."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right
from genjin.care.actions import deeds
from genjin.care.actions.steps import require_ticket
from genjin.care.actions.tickets import NewTicket, accept_ticket, decline_ticket, open_ticket, ticket_of_task
from genjin.care.models import Ticket
from genjin.care.rules import TicketKind
from genjin.care.rules.tickets import next_state
from genjin.care.rules.words import TicketWay
from genjin.customers.queries.sight import said
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.models import Task
from genjin.web.care.forms import (
    AcceptForm,
    AnswerForm,
    ChangeForm,
    ConfirmForm,
    DeclineForm,
    HandOnTicketForm,
    MergeForm,
    NoteForm,
    ReopenForm,
    SolveForm,
    TicketForm,
)
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, user_of


def theirs(request: HttpRequest, pk: int, deed: str = "") -> Ticket:
    """Return a ticket in sight that is this person's to work on, and in a state for it."""
    user = user_of(request)
    rows = Ticket.objects.visible_to(user).select_related(
        "customer__owner", "customer__pool", "owner", "task"
    )
    row: Ticket = rows.get(pk=pk)
    require_ticket(user, row)
    if deed:
        next_state(row.state, deed)
    return row


def _dialog(
    request: HttpRequest, row: Ticket, form: Form, save: Callable[[dict[str, Any]], Any], **words: Any
) -> HttpResponse:
    return form_page(request, form, save=save, done=reverse("care:ticket", args=[row.pk]), **words)


def _new(data: dict[str, Any], **more: Any) -> NewTicket:
    names = ("kind", "title", "details", "priority", "owner", "project", "sender", "file")
    return NewTicket(**{name: data[name] for name in names if name in data}, **more)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down a complaint or request of a customer."""
    user, customer = user_of(request), customer_of(request, pk)
    require_hand_in(user, customer, Right.SERVE)
    made: list[Ticket] = []
    form = TicketForm(
        request.POST or None,
        request.FILES or None,
        customer=customer,
        initial={"owner": user, "kind": TicketKind.COMPLAINT},
    )
    return form_page(
        request, form, title=pgettext("ticket", "New ticket"), submit_label=_("Take down"), message=_("Taken down; who looks after it is told."),
        save=lambda data: made.append(open_ticket(user, customer, _new(data), now=timezone.now())),
        done=lambda: reverse("care:ticket", args=[made[0].pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def of_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a thing to do into a ticket."""
    user = user_of(request)
    task = Task.objects.visible_to(user).select_related("customer__owner", "customer__pool").get(pk=pk)
    customer = customer_of(request, task.customer_id)
    require_hand_in(user, customer, Right.SERVE)
    initial = {
        "title": said(user, customer, task.objective)[:200], "details": said(user, customer, task.details), "owner": task.assignee,
        "kind": TicketKind.REQUEST,
    }  # fmt: skip
    made: list[Ticket] = []
    return form_page(
        request, TicketForm(request.POST or None, request.FILES or None, customer=customer, initial=initial),
        title=_("Turn into a ticket"), submit_label=_("Take down"), message=_("The task is done; the ticket brings its own."),
        save=lambda data: made.append(ticket_of_task(user, task, _new(data, way=TicketWay.TASK), now=timezone.now())),
        done=lambda: reverse("care:ticket", args=[made[0].pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept what a customer reported."""
    user, row = user_of(request), theirs(request, pk, "accept")
    initial = {
        "title": row.title,
        "details": row.details,
        "kind": row.kind,
        "priority": row.priority,
        "owner": user,
    }
    return _dialog(
        request, row, AcceptForm(request.POST or None, customer=row.customer, initial=initial),
        lambda data: accept_ticket(user, row, _new(data), now=timezone.now()), title=_("Accept %(number)s") % {"number": row.number},
        submit_label=_("Accept"), message=_("Accepted; its limits count since the customer sent it."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not accept what a customer reported."""
    user, row = user_of(request), theirs(request, pk, "decline")
    return _dialog(
        request, row, DeclineForm(request.POST or None), lambda data: decline_ticket(user, row, **data, now=timezone.now()),
        title=_("Do not accept %(number)s") % {"number": row.number}, submit_label=_("Do not accept"), message=_("Not accepted."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Put on record what the customer was told."""
    user, row = user_of(request), theirs(request, pk, "answer")
    return _dialog(
        request, row, AnswerForm(request.POST or None, request.FILES or None),
        lambda data: deeds.answer_ticket(user, row, **data, now=timezone.now()), title=_("Answer %(number)s") % {"number": row.number},
        submit_label=_("Answered"), message=_("On record."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def solve(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how it was solved."""
    user, row = user_of(request), theirs(request, pk, "solve")
    form = SolveForm(request.POST or None, request.FILES or None)
    if row.answered_at is not None:
        del form.fields["answer"]
    return _dialog(
        request, row, form, lambda data: deeds.solve_ticket(user, row, **data, now=timezone.now()),
        title=_("Solve %(number)s") % {"number": row.number}, submit_label=_("Solved"), message=_("Solved; now the customer is asked to confirm."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down that the customer says it is solved."""
    user, row = user_of(request), theirs(request, pk, "confirm")
    form = ConfirmForm(request.POST or None, initial={"name": said(user, row.customer, row.sender)})
    return _dialog(
        request, row, form, lambda data: deeds.confirm_ticket(user, row, **data, now=timezone.now()),
        title=_("Confirmed by the customer: %(number)s") % {"number": row.number}, submit_label=_("Confirmed"), message=_("Closed."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open it again; its limits count anew."""
    user, row = user_of(request), theirs(request, pk, "reopen")
    return _dialog(
        request, row, ReopenForm(request.POST or None), lambda data: deeds.reopen_ticket(user, row, **data, now=timezone.now()),
        title=_("Open %(number)s again") % {"number": row.number}, submit_label=_("Open again"), message=_("Open again; its limits count anew."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge it into another one of the same customer."""
    user, row = user_of(request), theirs(request, pk, "merge")
    kept: list[Ticket] = []
    return form_page(
        request, MergeForm(request.POST or None, ticket=row), title=_("Merge %(number)s") % {"number": row.number}, submit_label=_("Merge"),
        message=_("Merged; its notes moved along."), done=lambda: reverse("care:ticket", args=[kept[0].pk]),
        save=lambda data: kept.append(deeds.merge_ticket(user, row, data["into"], now=timezone.now())),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it to a colleague in any department."""
    user, row = user_of(request), theirs(request, pk, "hand_on")
    return form_page(
        request, HandOnTicketForm(request.POST or None), title=_("Hand on %(number)s") % {"number": row.number}, submit_label=_("Hand on"),
        message=_("Handed on."), save=lambda data: deeds.hand_on_ticket(user, row, data["owner"], note=data["note"], now=timezone.now()),
        done=lambda: _still_seen(request, row),
    )  # fmt: skip


def _still_seen(request: HttpRequest, row: Ticket) -> str:
    """Lead back to the ticket, or to the list where handing it on ended one's sight."""
    if Ticket.objects.visible_to(user_of(request)).filter(pk=row.pk).exists():
        return reverse("care:ticket", args=[row.pk])
    return reverse("care:tickets")


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title, details, kind or priority."""
    user, row = user_of(request), theirs(request, pk, "change")
    initial = {name: getattr(row, name) for name in ("title", "details", "kind", "priority", "version")}
    form = ChangeForm(request.POST or None, initial=initial)
    if row.kind == TicketKind.BAD_RATING:
        del form.fields["kind"]

    def save(data: dict[str, Any]) -> None:
        deeds.change_ticket(user, row, data, version=data.pop("version"), now=timezone.now())

    return _dialog(
        request, row, form, save, title=_("Change %(number)s") % {"number": row.number}, message=_("Saved.")
    )


@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a note: among ourselves, to the customer, from the customer."""
    user, row = user_of(request), theirs(request, pk)
    return _dialog(
        request, row, NoteForm(request.POST or None, request.FILES or None),
        lambda data: deeds.note_ticket(user, row, **data, now=timezone.now()), title=_("Note on %(number)s") % {"number": row.number},
        submit_label=_("Add"), message=_("Noted."),
    )  # fmt: skip
