"""Care at a glance: what waits, and how satisfied customers are."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.queries import local_day
from genjin.care.models import Survey, Ticket
from genjin.care.queries.surveys import mood_of, narrowed
from genjin.web.care.tabs import care_tabs
from genjin.web.care.views.figures import rows_url
from genjin.web.care.words import survey_row, ticket_row
from genjin.web.shell.pages import user_of

SHOWN = 8


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show what waits in care: tickets by their limits, whom to ask, the mood of the last quarter."""
    user, now = user_of(request), timezone.now()
    tickets, surveys = Ticket.objects.visible_to(user), Survey.objects.visible_to(user)
    today = local_day(now)
    span = {"from": (today - timedelta(days=90)).isoformat(), "to": today.isoformat()}
    whole, late = mood_of(narrowed(surveys, span)), tickets.late(now).count()
    waiting = surveys.waiting()
    overdue = waiting.filter(due_at__lt=now).count()
    list_url, asked_url = reverse("care:tickets"), reverse("care:surveys")
    few = _("too few answers") if whole.is_few else _("last 90 days")
    tiles = [
        {"label": _("Open tickets"), "value": tickets.open().count(), "icon": "headset", "url": f"{list_url}?view=open"},
        {"label": _("Past their limit"), "value": late, "icon": "clock", "url": f"{list_url}?view=late", "tone": "red" if late else "green"},
        {"label": pgettext("ticket", "To be accepted"), "value": tickets.drafts().count(), "icon": "inbox", "url": f"{list_url}?view=drafts"},
        {"label": _("Customers to ask"), "value": waiting.count(), "icon": "phone", "url": f"{asked_url}?view=waiting",
         "note": _("%(count)d overdue") % {"count": overdue} if overdue else ""},
        {"label": _("Satisfaction"), "value": f"{whole.average:.2f}" if whole.average is not None else "—", "unit": _("of 5"), "icon": "star",
         "url": rows_url(span), "note": few},
        {"label": "NPS", "value": whole.nps if whole.nps is not None else "—", "icon": "chart-bar", "url": reverse("care:figures"), "note": few},
    ]  # fmt: skip
    related = ("customer__owner", "customer__pool")
    context = {
        "title": pgettext("menu", "Care"), "tabs": care_tabs("care:overview"), "tiles": tiles,
        "tickets": [ticket_row(user, row, now) for row in tickets.open().select_related(*related, "owner").order_by("due_at")[:SHOWN]],
        "surveys": [survey_row(user, row, now) for row in waiting.select_related(*related, "responsible", "project").order_by("due_at")[:SHOWN]],
        "answers": [survey_row(user, row, now) for row in surveys.answered().select_related(*related, "responsible", "project").order_by("-answered_at")[:SHOWN]],
    }  # fmt: skip
    return render(request, "care/overview.html", context)
