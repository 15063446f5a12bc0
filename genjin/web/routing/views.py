"""Who waits for an owner, who goes back to the pool soon, and what the rules did."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.ownership import lock_customers, require_edit
from genjin.customers.queries.sight import shown_name
from genjin.routing.actions.assignment import assign_chosen
from genjin.routing.actions.extension import ask_for_extension
from genjin.routing.actions.runs import undo_run
from genjin.routing.models import RuleHit, RuleRun, Unassigned
from genjin.routing.queries.recycling import leaving
from genjin.routing.rules.recycling import days_left
from genjin.web.customers.views.deeds import chosen_ids
from genjin.web.customers.views.detail import customer_of
from genjin.web.routing.forms import ExtensionForm, LockForm
from genjin.web.shell.pages import confirm_page, form_page, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, exact


def tabs(user: User, active: str) -> list[dict[str, Any]]:
    """Return the tabs of this part of the menu that the person may open."""
    words = (
        ("unassigned", _("Unassigned"), Right.ASSIGN),
        ("leaving", _("Back to the pool soon"), None),
        ("proposals", _("For somebody else"), Right.APPROVE),
        ("handovers", _("Handovers"), None),
        ("rules", pgettext("routing", "Rules"), Right.MANAGE_SETTINGS),
        ("runs", pgettext("routing", "Runs"), Right.MANAGE_SETTINGS),
    )
    return [
        {"url": reverse(f"routing:{name}"), "label": label, "active": name == active}
        for name, label, right in words
        if right is None or user.may(right)
    ]


@require_GET
def unassigned(request: HttpRequest) -> HttpResponse:
    """Show the customers the rules could give to nobody, and why."""
    user = user_of(request)
    require(user, Right.ASSIGN)
    shown = paged(request, Unassigned.objects.visible_to(user).select_related("customer__pool"))
    deeds = [
        {"url": reverse("routing:give"), "label": _("By the rules"), "icon": "arrows-split"},
        {"url": reverse("customers:bulk_assign"), "label": _("Assign"), "icon": "user-share", "dialog": True},
    ]
    context = {
        "title": pgettext("menu", "Assignment"), "tabs": tabs(user, "unassigned"), "picks": True, "deeds": deeds,
        "columns": [{"label": label} for label in (_("Customer"), _("Grade"), pgettext("routing", "Why it waits"), _("Pool"), _("Waiting since"))],
        "rows": [_waiting(one, user) for one in shown.rows],
        "empty": {"icon": "circle-check", "title": _("Every customer found an owner"),
                  "text": _("Customers that rules could give to nobody wait here, with the reason.")},
    }  # fmt: skip
    return render(request, "routing/unassigned.html", shown.context() | context)


def _waiting(one: Unassigned, user: User) -> dict[str, Any]:
    customer = one.customer
    return {
        "id": customer.pk, "url": reverse("customers:detail", args=[customer.pk]), "name": shown_name(user, customer),
        "grade": customer.grade, "reason": one.get_reason_display(), "pool": customer.pool.name if customer.pool else "",
        "since": ago(one.since), "exact": exact(one.since),
    }  # fmt: skip


@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Let the rules give the chosen customers to somebody."""
    user = user_of(request)
    found = assign_chosen(user, chosen_ids(user, request.POST), now=timezone.now())
    words = ngettext("%(count)d customer was given away", "%(count)d customers were given away", found.given)
    sentence = words % {"count": found.given}
    if found.waiting:
        sentence += _("; %(count)d go on waiting.") % {"count": found.waiting}
    return leave(request, reverse("routing:unassigned"), sentence)


@require_GET
def leaving_soon(request: HttpRequest) -> HttpResponse:
    """Show which customers of one's own, and of the people one leads, go back to a pool within a week."""
    user, now = user_of(request), timezone.now()
    shown = paged(request, leaving(user, now))
    context = {
        "title": pgettext("menu", "Assignment"), "tabs": tabs(user, "leaving"),
        "columns": [{"label": label} for label in (_("Customer"), _("Grade"), _("Days left"), _("Owner"), _("Last follow-up"), _("Actions"))],
        "rows": [_leaving_row(clock, user, now) for clock in shown.rows],
        "empty": {"icon": "circle-check", "title": _("Nobody leaves within a week"),
                  "text": _("Customers without effective contact appear here 7 days before they go back to the pool.")},
    }  # fmt: skip
    return render(request, "routing/leaving.html", shown.context() | context)


def _leaving_row(clock: Any, user: User, now: Any) -> dict[str, Any]:
    customer, left = clock.customer, days_left(clock.due_at, now)
    return {
        "url": reverse("customers:detail", args=[customer.pk]), "name": shown_name(user, customer), "grade": customer.grade,
        "left": left, "tone": "is-red" if left <= 3 else "is-orange", "owner": clock.responsible.name,
        "exact": exact(clock.due_at), "last": ago(customer.last_contact_at),
        "extension_url": reverse("routing:extension", args=[customer.pk]),
        "lock_url": reverse("routing:lock", args=[customer.pk]) if user.may(Right.ASSIGN) else "",
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to keep a customer longer."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.RELEASE)
    return form_page(
        request, ExtensionForm(request.POST or None), title=_("Keep it 15 days longer"), submit_label=_("Ask"),
        save=lambda data: ask_for_extension(user, customer, reason=data["reason"], now=timezone.now()),
        message=_("Asked; your lead decides."), done=reverse("customers:detail", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a customer from being recycled, or let the rules have it again."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.ASSIGN)
    locked = not customer.is_locked
    form = LockForm(request.POST or None)
    if not locked:
        del form.fields["reason"]
    return form_page(
        request, form, title=_("Keep from recycling") if locked else _("Let the rules recycle it again"),
        save=lambda data: lock_customers(user, [pk], locked=locked, reason=data.get("reason", ""), now=timezone.now()),
        submit_label=_("Keep") if locked else _("Release the lock"), message=_("Done."), done=reverse("customers:detail", args=[pk]),
    )  # fmt: skip


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """Show what the rules did, run by run."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    shown = paged(request, RuleRun.objects.select_related("by", "undone_by"))
    context = {
        "title": pgettext("menu", "Assignment"), "tabs": tabs(user, "runs"),
        "columns": [{"label": label} for label in (_("When"), _("What"), _("By"))] + [
            {"label": label, "number": True} for label in (_("Customers"), _("Left for the next run"))] + [{"label": _("State")}],
        "empty": {"icon": "history", "title": _("No run yet"), "text": _("Every night the rules write down here what they did.")},
    }  # fmt: skip
    return render(request, "routing/runs.html", shown.context() | context)


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom a run touched, and why."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    one = RuleRun.objects.select_related("by", "undone_by").get(pk=pk)
    hits = (
        RuleHit.objects.visible_to(user)
        .filter(run=one)
        .select_related("customer__owner", "customer__pool", "owner")
    )
    page = Paginator(hits, 50).get_page(request.GET.get("page"))
    rows = [
        {"url": reverse("customers:detail", args=[hit.customer_id]), "name": shown_name(user, hit.customer), "rule": hit.rule,
         "why": hit.why, "owner": hit.owner.name if hit.owner else "", "is_undone": hit.is_undone}
        for hit in page
    ]  # fmt: skip
    context = {"title": one.get_kind_display(), "run": one, "rows": rows, "page": page}
    return render(request, "routing/run.html", context)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a run back."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    one = RuleRun.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: undo_run(user, one, now=timezone.now()), title=_("Take back this run"), level="danger",
        question=_("Take back what the rules did to %(count)d customers?") % {"count": one.count},
        consequence=_("Owners, pools, tasks and clocks are as before; whoever was claimed or changed since stays as it is."),
        submit_label=_("Take back"), message=_("Taken back."), done=reverse("routing:run", args=[pk]),
    )  # fmt: skip
