"""The lists of a workbench from contract to care: money to come, contracts that end, ratings, tickets and alarms that wait."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.care.models import ChurnAlert, Renewal, Survey, Ticket
from genjin.contracts.models import Milestone
from genjin.contracts.queries.money import with_open
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.followups.queries import workbench as bench
from genjin.web.shell.templatetags.genjin import due, money

SHOWN = 8
SOON = timedelta(days=7)  # money due within a week is worth a call
DAYS_LEFT = 90
Rows = list[dict[str, Any]]


def deal_lists(user: User, days: bench.Days) -> list[dict[str, Any]]:
    """Return the lists of one person, each only when there is anything in it."""
    lists = (
        (_("Payments to come"), "wallet", "payments:plan", _payments(user, days)),
        (_("Contracts that end"), "file-text", "renewals:list", _renewals(user, days)),
        (_("Ratings to ask for"), "star", "care:surveys", _surveys(user, days)),
        (_("Open tickets"), "ticket", "care:tickets", _tickets(user, days)),
        (_("Churn warnings to answer"), "trending-down", "churn:list", _alarms(user)),
    )
    return [
        {"title": title, "icon": icon, "url": reverse(name), "rows": rows}
        for title, icon, name, rows in lists
        if rows
    ]


def _payments(user: User, days: bench.Days) -> Rows:
    """Return what customers of one's contracts owe by next week, and what one watches for them."""
    today = local_day(days.now)
    mine = Milestone.objects.of_running().filter(settled_on=None, due_on__lte=today + SOON)
    held = mine.filter(contract__owner=user) | mine.filter(contract__finance=user)
    rows = (
        with_open(held.visible_to(user))
        .filter(open__gt=0)
        .select_related("contract__customer__pool")
        .order_by("due_on", "pk")
    )
    return [
        _row(user, one.contract.customer, f"{one.name} {money(one.open)}", str(one.due_on), "red" if one.due_on < today else "orange",
             reverse("contracts:contract", args=[one.contract_id]))
        for one in rows[:SHOWN]
    ]  # fmt: skip


def _renewals(user: User, days: bench.Days) -> Rows:
    today = local_day(days.now)
    rows = Renewal.objects.open().ending_within(DAYS_LEFT, today).filter(owner=user).visible_to(user)
    return [
        _row(user, one.customer, one.contract.number, str(one.ends_on), "red" if (one.ends_on - today).days <= 30 else "orange",
             reverse("renewals:renewal", args=[one.pk]))
        for one in rows.select_related("customer__pool", "contract").order_by("ends_on", "pk")[:SHOWN]
    ]  # fmt: skip


def _surveys(user: User, days: bench.Days) -> Rows:
    rows = Survey.objects.waiting().filter(responsible=user).visible_to(user)
    return [
        _row(user, one.customer, "", due(one.due_at), "red" if one.due_at < days.now else "orange",
             reverse("care:survey", args=[one.pk]))
        for one in rows.select_related("customer__pool").order_by("due_at", "pk")[:SHOWN]
    ]  # fmt: skip


def _tickets(user: User, days: bench.Days) -> Rows:
    rows = Ticket.objects.open().filter(owner=user).visible_to(user)
    return [
        _row(user, one.customer, one.title, due(one.due_at), "red" if one.due_at and one.due_at < days.now else "orange",
             reverse("care:ticket", args=[one.pk]))
        for one in rows.select_related("customer__pool").order_by("due_at", "pk")[:SHOWN]
    ]  # fmt: skip


def _alarms(user: User) -> Rows:
    rows = ChurnAlert.objects.unanswered().filter(responsible=user).visible_to(user)
    return [
        _row(user, one.customer, "", timezone.localtime(one.raised_at).strftime("%m-%d"), "red", reverse("churn:alert", args=[one.pk]))
        for one in rows.select_related("customer__pool").order_by("-score", "pk")[:SHOWN]
    ]  # fmt: skip


def _row(user: User, customer: Customer, what: str, note: str, tone: str, url: str) -> dict[str, Any]:  # noqa: PLR0917
    name = " · ".join(part for part in (shown_name(user, customer), what) if part)
    return {"url": url, "name": name, "note": note, "tone": tone}
