"""One's own days away: those granted, those asked for, and asking for more."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import Absence
from genjin.approvals.models import Request
from genjin.routing.actions.absence import KIND, ask_for_absence
from genjin.web.shell.forms import DateInput, Form
from genjin.web.shell.pages import form_page, user_of

TONES = {"open": "orange", "granted": "green", "declined": "red", "withdrawn": "muted"}


class AbsenceForm(Form):
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput())
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput())
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=80,
        help_text=gettext_lazy("Such as a holiday or a business trip; your lead reads it."),
    )


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show the days one is away, and what was asked for."""
    user = user_of(request)
    asked = Request.objects.filter(asked_by=user, kind=KIND).select_related("decided_by")[:50]
    days = Absence.objects.filter(person=user)[:50]
    waiting = [row for row in asked if row.status != Request.Status.GRANTED]
    context: dict[str, Any] = {
        "title": _("My absences"),
        "days": [{"first": row.starts_on, "last": row.ends_on, "note": row.note} for row in days],
        "asked": [
            {"id": row.pk, "what": row.subject, "reason": row.reason, "status": row.get_status_display(), "tone": TONES[row.status],
             "answer": row.answer, "may_withdraw": row.status == Request.Status.OPEN}
            for row in waiting
        ],
    }  # fmt: skip
    return render(request, "routing/absences.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask to be away."""
    user = user_of(request)
    return form_page(
        request, AbsenceForm(request.POST or None), title=_("Ask to be away"), submit_label=pgettext("absence", "Ask"),
        save=lambda data: ask_for_absence(user, data["starts_on"], data["ends_on"], reason=data["reason"], now=timezone.now()),
        message=_("Asked; your lead decides."), done=reverse("routing:my_absences"),
    )  # fmt: skip
