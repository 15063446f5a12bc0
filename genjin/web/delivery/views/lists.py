"""Projects as a list and on a line of time; signed contracts that wait for one."""

from datetime import date
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.contracts.models import Contract
from genjin.customers.actions.ownership import may_edit
from genjin.customers.queries.sight import shown_name
from genjin.delivery.models import Project
from genjin.delivery.queries.projects import projects_asked, view_of, waiting_contracts
from genjin.delivery.rules import ProjectState
from genjin.web.delivery.gantt import picture
from genjin.web.delivery.words import rows_of
from genjin.web.exports.offer import export_url
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import money

MOST_BARS = 60


def tabs_of(user: User, now: str, today: date) -> list[dict[str, Any]]:
    """Return the views with what needs a look counted."""
    rows, url = Project.objects.visible_to(user), reverse("delivery:list")
    words = {
        "open": _("Under way"), "late": pgettext("projects", "Late"), "soon": _("Due within a week"), "delivered": _("To be accepted"),
        "accepted": pgettext("projects", "Accepted"), "stopped": pgettext("projects", "Called off"), "all": _("All"),
    }  # fmt: skip
    counts: dict[str, int | str] = {
        "late": rows.late(today).count(), "delivered": rows.filter(state=ProjectState.DELIVERED).count(),
    }  # fmt: skip
    tabs = [
        {"url": f"{url}?view={key}", "label": word, "active": key == now, "count": counts.get(key) or ""}
        for key, word in words.items()
    ]
    waiting = waiting_contracts(user).count()
    tabs.insert(0, {"url": reverse("delivery:waiting"), "label": _("Contracts without a project"), "active": now == "waiting", "count": waiting or ""})  # fmt: skip
    return [*tabs[1:], tabs[0]]


@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """Show projects by state, the late ones first."""
    user, today = user_of(request), timezone.localdate()
    view = view_of(request.GET)
    shown = paged(request, projects_asked(user, request.GET, today))
    labels = [(_("Project"), False), (_("Customer"), False), (_("State"), False), (_("Progress"), False), (_("In charge"), False),
              (_("Planned end"), False), (_("Expected end"), False), (_("Open risks"), True)]  # fmt: skip
    context = {
        "title": pgettext("menu", "Delivery"), "tabs": tabs_of(user, view, today), "query": request.GET.get("q", ""), "view": view,
        "who": request.GET.get("who", ""), "kept_in_search": [("view", view), ("who", request.GET.get("who", ""))],
        "columns": [{"label": label, "number": is_number} for label, is_number in labels],
        "export_url": export_url(request, "deliveries"), "rows": rows_of(user, shown.rows, today), "timeline_url": f"{reverse('delivery:timeline')}?view={view}",
        "empty": {"icon": "truck-delivery", "title": _("No projects here"),
                  "text": _("A project is opened from a signed contract: team, steps, dates, and the customer's acceptance.")},
    }  # fmt: skip
    return render(request, "delivery/list.html", shown.context() | context)


@require_GET
def timeline(request: HttpRequest) -> HttpResponse:
    """Show projects on a line of time, with progress and the line of today."""
    user, today = user_of(request), timezone.localdate()
    view = view_of(request.GET)
    rows = projects_asked(user, request.GET, today).order_by(F("end").asc(nulls_last=True), "id")
    projects = list(rows[: MOST_BARS + 1])
    context = {
        "title": pgettext("menu", "Delivery"), "tabs": tabs_of(user, view, today), "picture": picture(user, projects[:MOST_BARS], today),
        "is_cut": len(projects) > MOST_BARS, "most": MOST_BARS, "list_url": f"{reverse('delivery:list')}?view={view}",
    }  # fmt: skip
    return render(request, "delivery/timeline.html", context)


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Show signed contracts nobody has opened a project for, the oldest first."""
    user, today = user_of(request), timezone.localdate()
    shown = paged(request, waiting_contracts(user).order_by(F("signed_on").asc(nulls_last=True), "id"))
    labels = [(_("Contract"), False), (_("Customer"), False), (_("Signed"), False), (_("Amount"), True), (_("Owner"), False), (_("Actions"), False)]  # fmt: skip
    context = {
        "title": pgettext("menu", "Delivery"), "tabs": tabs_of(user, "waiting", today),
        "columns": [{"label": label, "number": is_number} for label, is_number in labels],
        "rows": [_waiting(user, row) for row in shown.rows],
        "empty": {"icon": "circle-check", "title": _("Every signed contract has its project"), "text": _("New ones come here by themselves, and their owner gets a task.")},
    }  # fmt: skip
    return render(request, "delivery/waiting.html", shown.context() | context)


def _waiting(user: User, row: Contract) -> dict[str, Any]:
    may_open = user.may(Right.DELIVER) and may_edit(user, row.customer)
    return {
        "number": row.number, "title": row.title, "signed_on": row.signed_on, "amount": money(row.amount),
        "customer": shown_name(user, row.customer), "customer_url": reverse("customers:detail", args=[row.customer_id]),
        "owner": row.customer.owner.name if row.customer.owner else "",
        "url": f"{reverse('delivery:add')}?contract={row.pk}" if may_open else "",
    }  # fmt: skip
