"""What people ask for, and the one click that answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.approvals.actions import withdraw
from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.desk import actions as desk
from genjin.web.requests import kinds
from genjin.web.requests.forms import DeclineForm, GrantForm
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago

TONES = {"open": "orange", "granted": "green", "declined": "red", "withdrawn": "muted", "voided": "red"}


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person's answer, what they asked for, and what was decided."""
    user = user_of(request)
    tab = request.GET.get("tab") or ("decide" if user.may(Right.APPROVE) else "mine")
    shown = paged(request, _rows(user, tab).select_related("asked_by", "decided_by"))
    names = _customer_names(user, shown.rows)
    words = {
        "decide": _("For me to decide"),
        "mine": _("Asked by me"),
        "closed": pgettext("requests", "Decided"),
    }
    context = {
        "title": pgettext("menu", "Requests"),
        "tabs": [{"url": f"?tab={key}", "label": word, "active": key == tab} for key, word in words.items()
                 if key != "decide" or user.may(Right.APPROVE)],
        "columns": [{"label": label} for label in (_("What is asked"), _("Customer"), _("Reason"), _("Asked by"), _("Status"), _("Actions"))],
        "rows": [_row(row, user, names) for row in shown.rows],
        "empty": {"icon": "inbox", "title": _("Nothing waits here"),
                  "text": _("Exports, extensions and other exceptions that need somebody's word appear here.")},
    }  # fmt: skip
    return render(request, "requests/list.html", shown.context() | context)


def _rows(user: User, tab: str) -> Any:
    rows = Request.objects.visible_to(user)
    if tab == "decide":
        return rows.to_decide(user).order_by("id")
    if tab == "closed":
        return rows.exclude(status=Request.Status.OPEN)
    return rows.filter(asked_by=user)


def _customer_names(user: User, rows: Any) -> dict[int, str]:
    ids = [row.customer_id for row in rows if row.customer_id]
    found = Customer.objects.visible_to(user).filter(pk__in=ids).select_related("owner")
    return {customer.pk: shown_name(user, customer) for customer in found}


def _row(row: Request, user: User, names: dict[int, str]) -> dict[str, Any]:
    kind = kinds.KINDS.get(row.kind)
    is_open = row.status == Request.Status.OPEN
    return {
        "id": row.pk, "kind": kind.label if kind else row.kind, "icon": kind.icon if kind else "help-circle",
        "subject": row.subject, "reason": row.reason, "who": row.asked_by.name, "when": ago(row.asked_at),
        "exact": timezone.localtime(row.asked_at).strftime("%Y-%m-%d %H:%M"),
        "customer": names.get(row.customer_id or 0, ""),
        "customer_url": reverse("customers:detail", args=[row.customer_id]) if row.customer_id in names else "",
        "url": kind.url(row) if kind and row.asked_by_id == user.pk else "",
        "status": row.get_status_display(), "tone": TONES[row.status], "answer": row.answer,
        "by": row.decided_by.name if row.decided_by else "",
        "may_decide": is_open and row.asked_by_id != user.pk and user.may(Right.APPROVE),
        "may_withdraw": is_open and row.asked_by_id == user.pk,
    }  # fmt: skip


def _seen(request: HttpRequest, pk: int) -> tuple[User, Request]:
    user = user_of(request)
    require(user, Right.APPROVE)
    return user, Request.objects.visible_to(user).select_related("asked_by").get(pk=pk)


def _with_reason(form: Form, row: Request) -> Form:
    """Let who decides read why it is asked for."""
    words = {"name": row.asked_by.name, "reason": row.reason}
    form.fields["answer"].help_text = _("%(name)s wrote: %(reason)s") % words
    return form


@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes; what was asked for is done at once."""
    user, row = _seen(request, pk)
    return form_page(
        request, _with_reason(GrantForm(request.POST or None), row), title=_("Grant: %(what)s") % {"what": row.subject},
        save=lambda data: desk.grant(user, row, answer=data["answer"], now=timezone.now()),
        submit_label=_("Grant"), message=_("Granted."), done=reverse("requests:list"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    user, row = _seen(request, pk)
    return form_page(
        request, _with_reason(DeclineForm(request.POST or None), row), title=_("Decline: %(what)s") % {"what": row.subject},
        save=lambda data: desk.decline(user, row, answer=data["answer"], now=timezone.now()),
        submit_label=_("Decline"), message=_("Declined."), done=reverse("requests:list"),
    )  # fmt: skip


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    user = user_of(request)
    withdraw(user, Request.objects.visible_to(user).get(pk=pk), now=timezone.now())
    return leave(request, reverse("requests:list"), _("Taken back."))
