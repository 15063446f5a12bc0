"""Buying again: proposals with their plans, the customer's word, referrals."""

from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.care.actions.repurchase import (
    Confirmed,
    Plan,
    add_repurchase,
    confirm_repurchase,
    dismiss_repurchase,
    plan_repurchase,
)
from genjin.care.models import Repurchase, UsageFigure
from genjin.care.queries.usage import proposals, referral_counts
from genjin.care.rules.usage import State
from genjin.customers.actions.records import change_customer
from genjin.customers.queries.family import by_full_name
from genjin.customers.queries.sight import shown_name, worded
from genjin.followups.actions.tasks import may_hand_in, require_hand_in
from genjin.web.care.rows import REPURCHASE_WORDS, proposal_row
from genjin.web.care.tabs import care_tabs
from genjin.web.care.usage_forms import BuyAgainForm, ConfirmForm, DismissForm, ProposeForm, ReferralForm
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.pages import form_page, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import money


def chips(user: User, active: str) -> list[dict[str, Any]]:
    """Return the views of this part: proposals by state, figures, referrals, rules."""
    url = reverse("usage:list")
    words: list[tuple[str, str, Any]] = [
        ("open", url, _("Open proposals")), ("confirmed", f"{url}?state=confirmed", _("Confirmed")),
        ("dismissed", f"{url}?state=dismissed", pgettext("repurchase", "Not now")),
        ("figures", reverse("usage:figures"), _("Figures of use")), ("referrals", reverse("usage:referrals"), _("Referrals")),
    ]  # fmt: skip
    if user.may(Right.MANAGE_SETTINGS):
        words.append(("rules", reverse("usage:rules"), _("Rules that recommend")))
    return [{"url": link, "label": label, "active": key == active} for key, link, label in words]


@require_GET
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Show the proposals to buy again by state."""
    user = user_of(request)
    state = request.GET.get("state", "open")
    shown = paged(request, proposals(user, state))
    context = {
        "title": pgettext("menu", "Care"), "tabs": care_tabs("usage:list"), "chips": chips(user, state), "tiles": _tiles(user),
        "columns": [{"label": label, "number": number} for label, number in (
            (_("Customer"), False), (_("What speaks for it"), False), (_("Product"), False), (_("Intent"), False), (_("Budget"), True),
            (_("Next step"), False), (_("State"), False), (_("Who looks after it"), False))],
        "rows": [proposal_row(one, user) for one in shown.rows],
        "empty": {"icon": "bulb", "title": _("No proposals here"),
                  "text": _("Rules look at the figures of use and propose here what a customer could need next; a review adds its own.")},
    }  # fmt: skip
    return render(request, "care/usage.html", shown.context() | context)


def _tiles(user: User) -> list[dict[str, Any]]:
    url, today = reverse("usage:list"), local_day(timezone.now())
    rows = Repurchase.objects.visible_to(user)
    planned = rows.filter(state=State.PLANNED)
    late = rows.late(today).count()
    budget = planned.aggregate(sum=Sum("budget"))["sum"]
    year = UsageFigure.objects.visible_to(user).filter(ends_on__gt=today - timedelta(days=120))
    return [
        {"label": _("Without a plan"), "value": rows.filter(state=State.PROPOSED).count(), "tone": "orange", "url": url, "icon": "bulb"},
        {"label": _("With a plan"), "value": planned.count(), "url": url, "icon": "calendar-plus", "note": _("%(count)d late") % {"count": late} if late else ""},
        {"label": _("Budget planned"), "value": money(budget) if budget else "—", "url": url, "icon": "cash"},
        {"label": _("Confirmed"), "value": rows.filter(state=State.CONFIRMED).count(), "tone": "green", "url": f"{url}?state=confirmed", "icon": "thumb-up"},
        {"label": _("Customers with figures"), "value": year.values("customer").distinct().count(), "url": reverse("usage:figures"), "icon": "chart-bar", "note": _("of the last four months")},
    ]  # fmt: skip


def seen(request: HttpRequest, pk: int) -> Repurchase:
    """Return a proposal in sight."""
    rows = Repurchase.objects.visible_to(user_of(request))
    return rows.select_related("customer__owner", "owner", "product", "opportunity").get(pk=pk)


@require_GET
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one proposal: what speaks for it, the plan, what the customer said."""
    user, one = user_of(request), seen(request, pk)
    figures = UsageFigure.objects.filter(customer=one.customer_id)[:8]
    context = {
        "title": shown_name(user, one.customer), "one": worded(user, one.customer, one, *REPURCHASE_WORDS), "row": proposal_row(one, user), "figures": figures,
        "may_write": one.closed_at is None and may_hand_in(user, one.customer, Right.SERVE),
    }  # fmt: skip
    return render(request, "care/proposal.html", context)


@require_http_methods(["GET", "POST"])
def propose_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose another purchase by hand."""
    user, customer = user_of(request), customer_of(request, pk)
    require(user, Right.SERVE)
    made: list[Repurchase] = []

    def save(data: dict[str, Any]) -> None:
        made.append(
            add_repurchase(user, customer, why=data["why"], product=data["product"], now=timezone.now())
        )

    return form_page(
        request, ProposeForm(request.POST or None), save=save, title=_("Could buy again"), message=_("Proposed."),
        done=lambda: reverse("usage:proposal", args=[made[0].pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the plan to let the customer buy again."""
    user, one = user_of(request), seen(request, pk)
    require_hand_in(user, one.customer, Right.SERVE)
    names = ("plan", "intent", "budget", "budget_when", "next_step", "next_on", "version")
    form = BuyAgainForm(request.POST or None, initial={name: getattr(one, name) for name in names})

    def save(data: dict[str, Any]) -> None:
        version = data.pop("version")
        plan_repurchase(user, one, Plan(**data), version=version, now=timezone.now())

    return form_page(
        request, form, save=save, title=_("Plan to buy again"), message=_("Planned."), done=reverse("usage:proposal", args=[pk])
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the customer's word on record and open the opportunity."""
    user, one = user_of(request), seen(request, pk)
    require(user, Right.SERVE)
    form = ConfirmForm(request.POST or None, initial={"amount": one.budget, "version": one.version})

    def save(data: dict[str, Any]) -> None:
        version = data.pop("version")
        confirm_repurchase(user, one, Confirmed(**data), version=version, now=timezone.now())

    return form_page(
        request, form, save=save, title=_("The customer confirms"), submit_label=_("Open the opportunity"),
        message=_("The opportunity is open."), done=reverse("usage:proposal", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a proposal aside."""
    user, one = user_of(request), seen(request, pk)
    require(user, Right.SERVE)
    return form_page(
        request, DismissForm(request.POST or None, initial={"version": one.version}), title=_("Put it aside"),
        save=lambda data: dismiss_repurchase(
            user, one, why=data["why"], version=data["version"], now=timezone.now()
        ),
        message=_("Put aside."), done=reverse("usage:list"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whom a customer referred."""
    user, customer = user_of(request), customer_of(request, pk)
    require(user, Right.CHANGE_CUSTOMER)
    form = ReferralForm(request.POST or None)

    def save(data: dict[str, Any]) -> None:
        other = by_full_name(user, data["referred"], "referred")
        change_customer(user, other, {"referrer": customer}, version=other.version, now=timezone.now())

    return form_page(
        request, form, save=save, title=_("Referred somebody"), message=_("Noted."),
        done=reverse("customers:detail", args=[pk]) + "?tab=care",
    )  # fmt: skip


@require_GET
def referral_list(request: HttpRequest) -> HttpResponse:
    """Show which customers referred others, and how many of those bought."""
    user = user_of(request)
    shown = paged(request, referral_counts(user).select_related("owner"))
    labels = (_("Customer"), _("Referred"), _("Bought"), _("Owner"))
    context = {
        "title": pgettext("menu", "Care"), "tabs": care_tabs("usage:list"), "chips": chips(user, "referrals"),
        "columns": [{"label": label, "number": 0 < place < 3} for place, label in enumerate(labels)],
        "page_rows": [
            {"url": reverse("customers:detail", args=[row.pk]) + "?tab=care", "cells": [
                {"text": shown_name(user, row)}, {"text": row.count, "label": labels[1], "number": True},
                {"text": row.bought, "label": labels[2], "number": True}, {"text": row.owner.name if row.owner else "", "label": labels[3]}]}
            for row in shown.rows
        ],
        "empty": {"icon": "users", "title": _("Nobody referred somebody yet"),
                  "text": _("On the customer's page, under care, you say whom it referred.")},
    }  # fmt: skip
    return render(request, "care/referrals.html", shown.context() | context)
