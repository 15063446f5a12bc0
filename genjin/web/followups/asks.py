"""Asking a colleague, the page of a task, and the loop until the answer does."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Customer
from genjin.customers.queries.find import contacts_of
from genjin.customers.queries.sight import said, sees_person, show_contact, shown_name
from genjin.events.models import Event
from genjin.followups.actions import asks
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.models import Task
from genjin.followups.queries.asks import course_of
from genjin.followups.queries.workbench import Days
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.web.care.parts import thing_of_task, ticket_url_for
from genjin.web.customers.moments import KINDS
from genjin.web.customers.views.detail import customer_of
from genjin.web.followups.forms import AskForm, ExplainForm, QuestionForm, ReopenForm
from genjin.web.shell.pages import back, form_page, user_of
from genjin.web.shell.templatetags.genjin import due, due_class

SAID = ("question", "answer", "reason", "outcome")


def _tomorrow_evening() -> datetime:
    return Days.of(timezone.now()).tomorrow + timedelta(hours=18)


def _task_of(request: HttpRequest, pk: int) -> Task:
    rows = Task.objects.visible_to(user_of(request))
    return rows.select_related("customer", "customer__owner", "customer__pool", "assignee", "created_by").get(pk=pk)  # fmt: skip


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a colleague or a department for something about a customer."""
    customer, user = customer_of(request, pk), user_of(request)
    require_hand_in(user, customer, Right.MANAGE_TASKS)
    form = AskForm(request.POST or None, request.FILES or None, initial={"due_at": _tomorrow_evening()})

    def save(data: dict[str, Any]) -> None:
        file = data.pop("file")
        asks.ask_colleague(user, customer, asks.Ask(**data, files=[file] if file else []), now=timezone.now())

    return form_page(
        request, form, title=_("Ask a colleague"), submit_label=pgettext("deed", "Ask"), message=_("Asked; the answer comes back here."),
        save=save, done=reverse("customers:detail", args=[pk]),
    )  # fmt: skip


@require_GET
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a task: what is asked, just enough of the customer, how it went, and what one may do now."""
    row, user = _task_of(request, pk), user_of(request)
    customer, unmasked = row.customer, sees_person(user, row.customer)
    is_open = row.status == TaskStatus.OPEN
    context = {
        "task": row, "is_open": is_open, "is_ask": row.kind == TaskKind.TODO,
        "objective": said(user, row.customer, row.objective), "details": said(user, row.customer, row.details),
        "question": said(user, row.customer, row.question), "outcome": said(user, row.customer, row.outcome),
        "materials": said(user, row.customer, row.materials),
        "due": due(row.due_at) if is_open else "", "tone": {"is-overdue": "is-red", "is-today": "is-orange"}.get(due_class(row.due_at), "") if is_open else "",
        "files": row.attachments.select_related("uploaded_by"), "course": [_step(user, row, event) for event in course_of(row)],
        "deeds": _deeds(user, row), "thing": (thing := thing_of_task(row)), "ticket_url": "" if thing or not is_open else ticket_url_for(user, row), "customer_name": shown_name(user, customer),
        "sees_customer": Customer.objects.visible_to(user).filter(pk=customer.pk).exists(),
        "people": [show_contact(person, unmasked=unmasked) for person in contacts_of(customer)[:2]],
    }  # fmt: skip
    if not context["sees_customer"]:  # the task is over, and with it the sight
        context |= {"people": [], "files": []}
    return render(request, "followups/task.html", context)


def _step(user: User, row: Task, event: Event) -> dict[str, Any]:
    title, icon, tone = KINDS.get(event.kind, (event.kind, "info-circle", "grey"))
    words = " · ".join(str(event.data[key]) for key in SAID if event.data.get(key))
    return {"title": title, "icon": icon, "tone": tone, "who": event.actor.name if event.actor else "", "at": event.at, "text": said(user, row.customer, words)}  # fmt: skip


def _deeds(user: User, row: Task) -> list[dict[str, Any]]:
    """Return what this person may do with a task now, the first of it most likely."""
    if not user.may(Right.MANAGE_TASKS):
        return []
    is_mine, is_asker = (
        row.assignee_id == user.pk,
        row.created_by_id == user.pk and row.assignee_id != user.pk,
    )
    is_open, is_ask = row.status == TaskStatus.OPEN, row.kind == TaskKind.TODO
    words = (
        (is_open and row.question and is_asker, "explain", _("Explain"), "message-circle"),
        (is_open and is_mine, "done", _("Answer") if is_ask else _("Mark as done"), "circle-check"),
        (is_open and is_mine and is_ask and not row.question, "ask_back", _("I need more information"), "help"),
        (is_open and is_mine, "postpone", _("Postpone"), "clock"),
        (is_open and is_mine, "hand_on", _("Hand on"), "user-share"),
        (is_open and (is_mine or is_asker), "cancel", _("No longer needed"), "ban"),
        (not is_open and is_ask and is_asker, "reopen", _("The answer does not do"), "arrow-back-up"),
    )  # fmt: skip
    return [
        {"url": reverse(f"followups:{name}", args=[row.pk]), "label": label, "icon": icon}
        for is_offered, name, label, icon in words if is_offered
    ]  # fmt: skip


def _move(request: HttpRequest, row: Task, form: forms.Form, deed: Any, **words: str) -> HttpResponse:
    return form_page(
        request, form, title=said(user_of(request), row.customer, row.objective), done=back(request, reverse("followups:task", args=[row.pk])),
        save=lambda data: deed(user_of(request), row, **data, now=timezone.now()), **words,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def ask_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what one has to know first."""
    return _move(
        request, _task_of(request, pk), QuestionForm(request.POST or None), asks.ask_back,
        submit_label=_("Ask back"), message=_("Asked back; who asked is told."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the assignee what they need to know."""
    return _move(
        request, _task_of(request, pk), ExplainForm(request.POST or None), asks.explain_task,
        submit_label=_("Explain"), message=_("Explained."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open it again when the answer does not do."""
    form = ReopenForm(request.POST or None, initial={"due_at": _tomorrow_evening()})
    return _move(
        request, _task_of(request, pk), form, asks.reopen_task, submit_label=_("Open again"), message=_("Opened again; the colleague is told."),
    )  # fmt: skip
