"""Asking customers how satisfied they are: the list, one asking, what one may do with it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.care.actions.surveys import (
    NewSurvey,
    answer_survey,
    call_off_survey,
    open_survey,
    revoke_survey_link,
    send_survey,
)
from genjin.care.models import Survey
from genjin.care.models.surveys import SurveyQuerySet
from genjin.care.queries.surveys import narrowed
from genjin.customers.models import Customer
from genjin.customers.queries.find import contacts_of
from genjin.customers.queries.sight import sees_person, show_contact, shown_name
from genjin.followups.actions.tasks import may_hand_in, require_hand_in
from genjin.kit.errors import not_found
from genjin.web.campaigns.qr import qr_answer
from genjin.web.care.forms import AskedForm, CallOffForm, SurveyForm
from genjin.web.care.tabs import care_tabs
from genjin.web.care.words import survey_row
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.addresses import public_address
from genjin.web.shell.pages import form_page, leave, user_of
from genjin.web.shell.paging import paged

RELATED = ("customer__owner", "customer__pool", "responsible", "project")


def _views(rows: SurveyQuerySet, user: User, now: datetime) -> dict[str, tuple[Any, SurveyQuerySet]]:
    waiting = rows.waiting().order_by("due_at", "id")
    return {
        "mine": (_("Mine to ask"), waiting.filter(responsible=user)),
        "waiting": (pgettext("surveys", "To be asked"), waiting),
        "late": (_("Overdue"), waiting.filter(due_at__lt=now)),
        "answered": (pgettext("surveys", "Answered"), rows.answered().order_by("-answered_at", "-id")),
        "bad": (_("Not satisfied"), rows.answered().filter(rating__lte=2).order_by("-answered_at", "-id")),
        "all": (_("All"), rows),
    }


@require_GET
def survey_list(request: HttpRequest) -> HttpResponse:
    """Show whom to ask and what was answered; figures lead here with their own conditions."""
    user, now, asked = user_of(request), timezone.now(), request.GET
    views = _views(narrowed(Survey.objects.visible_to(user), asked), user, now)
    first = "mine" if views["mine"][1].exists() else "waiting"
    view = str(asked.get("view") if asked.get("view") in views else first)
    shown = paged(request, views[view][1].select_related(*RELATED))
    labels = (
        _("Customer"),
        pgettext("survey", "About"),
        pgettext("survey", "Who asks"),
        _("Due"),
        _("Rating"),
        pgettext("survey", "In their words"),
    )
    kept = {key: value for key, value in asked.items() if key not in {"view", "page"}}
    further = f"&{urlencode(kept)}" if kept else ""
    context = {
        "title": pgettext("care", "Satisfaction"), "tabs": care_tabs("care:surveys"), "columns": [{"label": label} for label in labels],
        "chips": [{"url": f"?view={key}{further}", "label": label, "active": key == view, "count": found.count() if key in {"mine", "late"} else None}
                  for key, (label, found) in views.items()],
        "is_narrowed": bool(kept), "clear_url": f"?view={view}", "rows": [survey_row(user, row, now) for row in shown.rows],
        "empty": {"icon": "star", "title": _("Nobody to ask here"),
                  "text": _("A week after a delivery was accepted its customer has been asked; others are asked from the customer's page.")},
    }  # fmt: skip
    return render(request, "care/surveys.html", shown.context() | context)


def survey_of(request: HttpRequest, pk: int) -> Survey:
    """Return a survey in sight."""
    row: Survey = (
        Survey.objects.visible_to(user_of(request))
        .select_related(*RELATED, "answered_by", "contact")
        .get(pk=pk)
    )
    return row


@require_GET
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one asking: its answer, its link, the ticket that came of it."""
    user, row, now = user_of(request), survey_of(request, pk), timezone.now()
    is_waiting = row.answered_at is None and row.called_off_at is None
    has_link = (
        is_waiting and bool(row.link_key) and row.link_expires_at is not None and row.link_expires_at > now
    )
    contact = show_contact(row.contact, unmasked=sees_person(user, row.customer)).name if row.contact else ""
    context = {
        "title": str(row), "survey": row, "row": survey_row(user, row, now), "may": may_hand_in(user, row.customer, Right.SERVE), "is_waiting": is_waiting,
        "customer_name": shown_name(user, row.customer), "contact": contact, "tabs": care_tabs("care:surveys"), "has_link": has_link,
        "link_url": public_address("public:survey", row.link_key) if has_link else "", "tickets": row.tickets.all(),
    }  # fmt: skip
    return render(request, "care/survey.html", context)


def _done(row: Survey) -> str:
    return reverse("care:survey", args=[row.pk])


def _people(user: User, customer: Customer) -> list[tuple[int, str]]:
    unmasked = sees_person(user, customer)
    shown = [(person.pk, show_contact(person, unmasked=unmasked)) for person in contacts_of(customer)]
    return [(pk, " · ".join(part for part in (one.name, one.job_title) if part) or "—") for pk, one in shown]


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask on the phone and take the answers down."""
    user, row = user_of(request), survey_of(request, pk)
    require_hand_in(user, row.customer, Right.SERVE)
    form = AskedForm(request.POST or None, people=_people(user, row.customer))
    return form_page(
        request, form, title=_("Ask: %(name)s") % {"name": shown_name(user, row.customer)}, message=_("Thank you, it is on record."),
        submit_label=_("Save"), template="care/asked.html", what=str(row),
        save=lambda data: answer_survey(user, row, form.as_answer(), contact=data["contact"], now=timezone.now()), done=_done(row),
    )  # fmt: skip


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the link of the questionnaire."""
    row = survey_of(request, pk)
    send_survey(user_of(request), row, now=timezone.now())
    return leave(request, _done(row), _("Made. Send the link to the customer; it can be answered once."))


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End the link."""
    row = survey_of(request, pk)
    revoke_survey_link(user_of(request), row, now=timezone.now())
    return leave(request, _done(row), _("The link is over."))


@require_GET
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the link as a QR code."""
    row = survey_of(request, pk)
    require_hand_in(user_of(request), row.customer, Right.SERVE)
    if not Survey.objects.open_to(row.link_key, timezone.now()).exists():
        raise not_found()
    return qr_answer(public_address("public:survey", row.link_key), "svg", f"survey-{pk}")


@require_http_methods(["GET", "POST"])
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask no longer."""
    user, row = user_of(request), survey_of(request, pk)
    require_hand_in(user, row.customer, Right.SERVE)
    return form_page(
        request, CallOffForm(request.POST or None), title=_("Call off"), submit_label=_("Call off"), message=pgettext("survey", "Called off."),
        save=lambda data: call_off_survey(user, row, **data, now=timezone.now()), done=_done(row),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a customer by hand."""
    user, customer = user_of(request), customer_of(request, pk)
    require_hand_in(user, customer, Right.SERVE)
    made: list[Survey] = []

    def save(data: dict[str, Any]) -> None:
        new = NewSurvey(data["responsible"], data.get("project"))
        made.append(open_survey(user, customer, new, now=timezone.now()))

    return form_page(
        request, SurveyForm(request.POST or None, customer=customer, initial={"responsible": user}), title=_("Ask for a rating"),
        submit_label=_("Plan it"), message=_("Planned within a week."), save=save, done=lambda: _done(made[0]),
    )  # fmt: skip
