"""The weekly look at stages: what nobody changed or confirmed since Monday, and one click that says "still so"."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.followups.actions.stages import confirm_stages
from genjin.followups.queries.gates import to_refresh, unrefreshed
from genjin.web.customers.views.deeds import chosen_ids
from genjin.web.customers.views.detail import customer_of
from genjin.web.gates.forms import StillSoForm
from genjin.web.gates.words import debt_tag
from genjin.web.shell.pages import attempt, back, is_fragment, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, days_since, due, due_class


@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Show 本周待更新状态: one's own customers, or those of the people one leads."""
    user, now = user_of(request), timezone.now()
    tab = "team" if request.GET.get("tab") == "team" and user.may(Right.SEE_TEAM) else "mine"
    rows = to_refresh(user, now)
    if tab == "team":
        rows = unrefreshed(Customer.objects.visible_to(user).exclude(owner=user), now)
    shown = paged(request, rows.select_related("owner").order_by("stage_entered_at", "id"))
    words = {"mine": _("Mine"), "team": _("Team")} if user.may(Right.SEE_TEAM) else {}
    context = {
        "title": _("Stages to look at this week"), "picks": True,
        "tabs": [{"url": f"?tab={key}", "label": word, "active": key == tab} for key, word in words.items()],
        "columns": [{"label": label} for label in (_("Customer"), _("Stage"), _("In this stage"), _("Last follow-up"), _("Next follow-up"), _("Owner"), _("Actions"))],
        "rows": [_row(row, user) for row in shown.rows], "deeds": _deeds(user),
        "empty": {"icon": "circle-check", "title": _("Every stage was looked at this week"), "text": _("The list begins anew on Monday.")},
    }  # fmt: skip
    return render(request, "gates/status.html", shown.context() | context)


def _deeds(user: User) -> list[dict[str, Any]]:
    if not user.may(Right.MOVE_STAGE):
        return []
    still = {
        "url": reverse("gates:still_so_all"),
        "label": _("Still so"),
        "icon": "circle-check",
        "level": "primary",
    }
    move = {"url": reverse("customers:bulk_stage"), "label": _("Move stage"), "icon": "flag", "dialog": True}
    return [still, move]


def _row(row: Customer, user: User) -> dict[str, Any]:
    url = reverse("customers:detail", args=[row.pk])
    tone = {"is-overdue": "is-red", "is-today": "is-orange"}.get(due_class(row.next_action_at), "")
    return {
        "id": row.pk, "url": url, "drawer": f"{url}drawer/", "name": shown_name(user, row), "grade": row.grade, "stage": row.stage,
        "stage_label": row.get_stage_display(), "days": days_since(row.stage_entered_at), "last": ago(row.last_contact_at), "debt": debt_tag(row),
        "next": due(row.next_action_at) if row.next_action_at else _("no next step"), "tone": tone if row.next_action_at else "is-red",
        "owner": row.owner.name if row.owner else "", "still_url": reverse("gates:still_so", args=[row.pk]),
        "move_url": reverse("customers:stage", args=[row.pk]),
    }  # fmt: skip


@require_POST
def still_so_all(request: HttpRequest) -> HttpResponse:
    """Say that the chosen customers are still in their stage."""
    ids = chosen_ids(user_of(request), request.POST)
    count = confirm_stages(user_of(request), ids, now=timezone.now())
    said = ngettext("%(count)d stage confirmed.", "%(count)d stages confirmed.", count) % {"count": count}
    return leave(request, back(request, reverse("gates:status")), said)


@require_http_methods(["GET", "POST"])
def still_so(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a customer is still in its stage, by one click or with a word and evidence."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.MOVE_STAGE)
    form = StillSoForm(request.POST or None, request.FILES or None)

    def deed() -> None:
        evidence = form.as_new() if form.has_words else None
        confirm_stages(user, [pk], note=form.cleaned_data["note"], evidence=evidence, now=timezone.now())

    if form.is_valid() and attempt(form, deed):
        return leave(request, back(request, reverse("gates:status")), _("Confirmed."))
    context = {
        "form": form,
        "title": _("Still so: %(stage)s") % {"stage": customer.get_stage_display()},
        "cancel_url": back(request, "/"),
    }
    template = "gates/still.html#dialog" if is_fragment(request) else "gates/still.html"
    return render(request, template, context, status=422 if form.is_bound else 200)
