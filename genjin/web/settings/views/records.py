"""Looking back: the recycle bin and the log."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.records import restore_customer
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.events.models import Event
from genjin.events.queries import LOG_THEMES, log, taken_out
from genjin.web.settings.words import event_details, event_words, is_about_a_person, people_in, theme_words
from genjin.web.shell.pages import confirm_page, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago

LOG_ROWS = 50


@require_GET
def recycle_bin(request: HttpRequest) -> HttpResponse:
    """Show deleted customers this person may take back, latest first."""
    user = user_of(request)
    require(user, Right.DELETE_CUSTOMER)
    query = request.GET.get("q", "").strip()[:60]
    rows = Customer.objects.in_bin_of(user).select_related("owner").order_by("-deleted_at", "-pk")
    if query:
        rows = rows.filter(name__icontains=query)
    shown = paged(request, rows)
    headings = (_("Customer"), _("Owner"), _("Deleted"))
    context = shown.context() | {
        "title": _("Recycle bin"), "query": query, "columns": [{"label": label} for label in headings], "row_actions": True,
        "rows": [_bin_row(user, row) for row in shown.rows],
        "empty": {"icon": "trash", "title": _("The recycle bin is empty")},
    }  # fmt: skip
    return render(request, "settings/bin.html", context)


def _bin_row(user: User, row: Customer) -> dict[str, Any]:
    return {
        "name": shown_name(user, row), "code": row.code, "owner": row.owner.name if row.owner else "",
        "deleted": ago(row.deleted_at), "exact": row.deleted_at, "restore_url": reverse("settings:restore", args=[row.pk]),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a customer out of the recycle bin."""
    user = user_of(request)
    require(user, Right.DELETE_CUSTOMER)
    row = Customer.objects.in_bin_of(user).get(pk=pk)
    return confirm_page(
        request, deed=lambda: restore_customer(user, pk, now=timezone.now()), title=pgettext("recycle bin", "Take back"), submit_label=pgettext("recycle bin", "Take back"),
        question=pgettext("recycle bin", "Take %(name)s back?") % {"name": shown_name(user, row)}, message=pgettext("recycle bin", "Taken back."), done=reverse("settings:bin"),
        consequence=_("It returns to its owner with its records, tasks and files."),
    )  # fmt: skip


@require_GET
def event_log(request: HttpRequest) -> HttpResponse:
    """Show sign-ins, exports, reveals, changes of rights and settings, newest first."""
    require(user_of(request), Right.SEE_LOG)
    theme = request.GET.get("tab", "")
    theme = theme if theme in LOG_THEMES else ""
    who, before = _number(request, "who"), _number(request, "before")
    found = list(log(theme, actor_id=who, before=before)[: LOG_ROWS + 1])
    shown, older = found[:LOG_ROWS], ""
    if len(found) > LOG_ROWS:
        address = request.GET.copy()
        address["before"] = str(shown[-1].pk)
        older = f"?{address.urlencode()}"
    labels = {"": _("All")} | theme_words()
    context = {
        "title": _("Log"), "rows": _log_rows(shown), "older_url": older, "theme": theme, "who": who or "",
        "tabs": [{"url": f"?tab={key}", "label": label, "active": key == theme} for key, label in labels.items()],
        "taken": _taken_out(who) if theme == "data" and before is None else [],
        "people": User.objects.visible_to(user_of(request)).order_by("name").values_list("pk", "name"),
    }  # fmt: skip
    return render(request, "settings/log.html", context)


def _taken_out(who: int | None) -> list[dict[str, Any]]:
    found = taken_out(timezone.now(), actor_id=who)
    names = dict(User.objects.filter(pk__in={line.actor_id for line in found}).values_list("pk", "name"))
    return [{"who": names.get(line.actor_id, ""), "line": line} for line in found]


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _log_rows(events: list[Event]) -> list[dict[str, Any]]:
    names = dict(User.objects.filter(pk__in=people_in(events)).values_list("pk", "name"))
    return [
        {
            "at": event.at, "who": event.actor.name if event.actor else "", "what": event_words(event.kind),
            "whom": names.get(event.subject_id or 0, "") if is_about_a_person(event) else "",
            "customer": f"KH{event.customer_id:06d}" if event.customer_id else "",
            "customer_url": reverse("customers:detail", args=[event.customer_id]) if event.customer_id else "",
            "details": event_details(event.data, names),
        }
        for event in events
    ]  # fmt: skip
