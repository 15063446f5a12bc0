"""The parts of a customer's tab that tell of ratings and tickets."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.care.models import ReportLink, Survey, Ticket
from genjin.customers.models import Customer
from genjin.followups.actions.tasks import may_hand_in
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind
from genjin.web.care.words import survey_row, ticket_row
from genjin.web.shell.addresses import public_address
from genjin.web.shell.pages import user_of

SHOWN = 30


def thing_of_task(task: Task) -> dict[str, str] | None:
    """Return what a task is there for, a ticket or an asking, with its page; None for any other task."""
    ticket = Ticket.objects.filter(task=task).first()
    if ticket is not None:
        return {
            "url": reverse("care:ticket", args=[ticket.pk]),
            "icon": "headset",
            "label": _("To the ticket %(number)s") % {"number": ticket.number},
        }
    survey = Survey.objects.filter(task=task).first()
    if survey is not None:
        return {
            "url": reverse("care:survey", args=[survey.pk]),
            "icon": "star",
            "label": _("To the satisfaction visit"),
        }
    return None


def ticket_url_for(user: User, task: Task) -> str:
    """Return where an open task is turned into a ticket, for who may."""
    return (
        reverse("care:ticket_of_task", args=[task.pk])
        if task.kind == TaskKind.TODO and may_hand_in(user, task.customer, Right.SERVE)
        else ""
    )


def tickets_part(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the customer's tickets, the open ones first, and the pages it reports on."""
    user, now = user_of(request), timezone.now()
    rows = list(Ticket.objects.filter(customer=customer).select_related("owner")[:SHOWN])
    for row in rows:
        row.customer = customer
    rows.sort(key=lambda row: (row.closed_at is not None, -row.pk))
    may = may_hand_in(user, customer, Right.SERVE)
    links = ReportLink.objects.standing().filter(customer=customer).select_related("project") if may else []
    return {
        "tickets": [ticket_row(user, row, now) for row in rows], "may_serve": may,
        "report_links": [{"id": link.pk, "url": public_address("public:report", link.key), "project": link.project} for link in links],
    }  # fmt: skip


def surveys_part(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return when the customer was asked and what it said."""
    user, now = user_of(request), timezone.now()
    rows = list(Survey.objects.filter(customer=customer).select_related("responsible", "project")[:SHOWN])
    for row in rows:
        row.customer = customer
    return {"surveys": [survey_row(user, row, now) for row in rows]}
