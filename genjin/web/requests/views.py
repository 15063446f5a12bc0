"""What people ask for: the lists, one request on a screen, and the answers to it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.actions import add_signer, hand_on
from genjin.approvals.models import Request, Signer
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.desk import actions as desk
from genjin.web.requests import kinds
from genjin.web.requests.forms import AddForm, DeclineForm, GrantForm, HandOnForm
from genjin.web.requests.words import TONES, facts_shown, steps_shown
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, exact


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person's answer, what they asked for, and what was decided."""
    user = user_of(request)
    is_asked = user.may(Right.APPROVE) or Request.objects.asking(user).exists()
    tab = request.GET.get("tab") or ("decide" if is_asked else "mine")
    shown = paged(request, _rows(user, tab).select_related("asked_by", "decided_by"))
    names = _customer_names(user, shown.rows)
    mine = set(
        Request.objects.to_decide(user)
        .filter(pk__in=[row.pk for row in shown.rows])
        .values_list("pk", flat=True)
    )
    words = {
        "decide": _("For me to decide"),
        "mine": _("Asked by me"),
        "closed": pgettext("requests", "Decided"),
    }
    context = {
        "title": pgettext("menu", "Requests"),
        "tabs": [{"url": f"?tab={key}", "label": word, "active": key == tab} for key, word in words.items()],
        "columns": [{"label": label} for label in (_("What is asked"), _("Customer"), _("Reason"), _("Asked by"), _("Status"), _("Actions"))],
        "rows": [_row(row, user, names, row.pk in mine) for row in shown.rows],
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


def _row(row: Request, user: User, names: dict[int, str], may_decide: bool) -> dict[str, Any]:
    kind = kinds.KINDS.get(row.kind)
    return {
        "id": row.pk, "kind": kind.label if kind else row.kind, "icon": kind.icon if kind else "help-circle",
        "subject": row.subject, "reason": row.reason, "who": row.asked_by.name, "when": ago(row.asked_at),
        "exact": exact(row.asked_at), "customer": names.get(row.customer_id or 0, ""),
        "customer_url": reverse("customers:detail", args=[row.customer_id]) if row.customer_id in names else "",
        "url": reverse("requests:detail", args=[row.pk]),
        "status": row.get_status_display(), "tone": TONES[row.status], "answer": row.answer,
        "by": row.decided_by.name if row.decided_by else "", "may_decide": may_decide,
        "may_withdraw": row.status == Request.Status.OPEN and row.asked_by_id == user.pk,
    }  # fmt: skip


def _seen(request: HttpRequest, pk: int) -> tuple[User, Request]:
    user = user_of(request)
    return user, Request.objects.visible_to(user).select_related("asked_by", "decided_by").get(pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request whole: what was handed in, who answers at which step, and the buttons to answer."""
    user, row = _seen(request, pk)
    may_decide = Request.objects.to_decide(user).filter(pk=pk).exists()
    line = _row(row, user, _customer_names(user, [row]), may_decide)
    context = {
        "title": row.subject, "row": line, "facts": facts_shown(row), "steps": steps_shown(row), "digest": row.digest,
        "asked": exact(row.asked_at), "decided": exact(row.decided_at), "thing_url": kinds.url_of(row, user),
        "may_pass_on": Signer.objects.asked().filter(step__request=row, user=user).exists(),
    }  # fmt: skip
    return render(request, "requests/detail.html", context)


def _with_reason(form: Form, row: Request) -> Form:
    """Let who decides read why it is asked for."""
    words = {"name": row.asked_by.name, "reason": row.reason}
    form.fields["answer"].help_text = _("%(name)s wrote: %(reason)s") % words
    return form


@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree; what was asked for is done at once when nobody else has to agree."""
    user, row = _seen(request, pk)
    return form_page(
        request, _with_reason(GrantForm(request.POST or None), row), title=_("Grant: %(what)s") % {"what": row.subject},
        save=lambda data: desk.grant(user, row, answer=data["answer"], now=timezone.now()),
        submit_label=_("Grant"), message=lambda: _granted_words(pk), done=reverse("requests:list"),
    )  # fmt: skip


def _granted_words(pk: int) -> str:
    is_open = Request.objects.open().filter(pk=pk).exists()
    return _("You agreed; others have to, too.") if is_open else _("Granted.")


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Return it, and say why."""
    user, row = _seen(request, pk)
    return form_page(
        request, _with_reason(DeclineForm(request.POST or None), row), title=_("Return: %(what)s") % {"what": row.subject},
        save=lambda data: desk.decline(user, row, answer=data["answer"], now=timezone.now()),
        submit_label=_("Return it"), message=pgettext("request", "Returned."), done=reverse("requests:list"),
    )  # fmt: skip


def _choosing(form: forms.Form, user: User, row: Request) -> forms.Form:
    """Offer everybody but who asked and oneself."""
    people = User.objects.active().exclude(pk__in=[row.asked_by_id, user.pk])
    form.fields["person"].queryset = people  # type: ignore[attr-defined]
    return form


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one more, before one's own word or after it."""
    user, row = _seen(request, pk)
    return form_page(
        request, _choosing(AddForm(request.POST or None), user, row), title=_("Ask one more"),
        save=lambda data: add_signer(user, row, data["person"], before=data["when"] == "before", note=data["note"], now=timezone.now()),
        submit_label=_("Ask one more"), message=_("Asked; they were told."), done=reverse("requests:detail", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody else answer in one's place."""
    user, row = _seen(request, pk)
    return form_page(
        request, _choosing(HandOnForm(request.POST or None), user, row), title=_("Hand on"),
        save=lambda data: hand_on(user, row, data["person"], note=data["note"], now=timezone.now()),
        submit_label=_("Hand on"), message=_("Handed on; they were told."), done=reverse("requests:detail", args=[pk]),
    )  # fmt: skip


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    user = user_of(request)
    desk.withdraw(user, Request.objects.visible_to(user).get(pk=pk), now=timezone.now())
    return leave(request, reverse("requests:list"), _("Taken back."))
