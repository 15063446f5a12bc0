"""Money as lists: what is to come, what came in, how late what is missing is, and invoices."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.contracts.actions.access import may_write
from genjin.contracts.models import CollectionHold, Contract, Invoice, Receipt
from genjin.contracts.queries.billing import reads
from genjin.contracts.queries.lists import (
    asked_text,
    invoices_asked,
    milestones_asked,
    plan_view,
    receipts_asked,
)
from genjin.contracts.queries.money import overdue_milestones
from genjin.contracts.queries.plan import by_age, cut, of_age, planned
from genjin.contracts.rules import InvoiceState
from genjin.contracts.rules.milestones import Age
from genjin.customers.queries.sight import shown_name
from genjin.web.contracts.views.page import invoice_row, receipt_row
from genjin.web.contracts.words import milestone_row
from genjin.web.exports.offer import export_url
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import money

NOTHING = Decimal(0)


def tabs_of(user: User, now: str) -> list[dict[str, Any]]:
    """Return the tabs of money."""
    late = overdue_milestones(timezone.localdate()).filter(
        contract__in=Contract.objects.visible_to(user).order_by()
    )
    asked = Invoice.objects.visible_to(user).filter(state=InvoiceState.REQUESTED)
    words: list[tuple[str, Any, int | str]] = [
        ("plan", _("Payment plan"), ""), ("receipts", _("Receipts"), ""), ("ageing", _("Overdue"), late.count() or ""),
        ("forecast", _("Cash forecast"), ""), ("invoices", _("Invoices"), asked.count() or ""),
    ]  # fmt: skip
    return [
        {"url": reverse(f"payments:{key}"), "label": word, "active": key == now, "count": count}
        for key, word, count in words
    ]


def _columns(*labels: tuple[Any, bool]) -> list[dict[str, Any]]:
    return [{"label": label, "number": number} for label, number in labels]


def plan_rows(user: User, rows: list[Any], today: date) -> list[dict[str, Any]]:
    """Return milestones with their contract and customer; those whose collecting is held say so."""
    held = set(
        CollectionHold.objects.open()
        .filter(customer__in={one.contract.customer_id for one in rows})
        .values_list("customer", flat=True)
    )
    return [
        milestone_row(user, one, one.paid, today) | {
            "contract": one.contract.number, "url": reverse("contracts:contract", args=[one.contract_id]), "title": reads(user, one.contract.customer)(one.contract.title),
            "customer": shown_name(user, one.contract.customer), "owner": one.contract.owner.name if one.contract.owner else "",
            "customer_url": f"{reverse('customers:detail', args=[one.contract.customer_id])}?tab=contracts", "is_held": one.contract.customer_id in held,
            "receipt_url": reverse("payments:receipt", args=[one.contract_id]) if may_write(user, one.contract, Right.RECORD_MONEY) else "",
        }
        for one in rows
    ]  # fmt: skip


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """Show what is still to come, the soonest first; `?when=` due soon, waiting, paid or all."""
    user, today = user_of(request), timezone.localdate()
    words = {
        "": _("Still to come"), "soon": _("Due within 30 days"), "waiting": pgettext("milestones", "Waiting for a fact"), "paid": _("Paid"), "all": _("All"),
    }  # fmt: skip
    when = plan_view(request.GET)
    shown = paged(request, milestones_asked(user, request.GET, today))
    url = reverse("payments:plan")
    context = {
        "title": pgettext("menu", "Payments"), "tabs": tabs_of(user, "plan"), "query": request.GET.get("q", ""), "kept_in_search": [("when", when)],
        "cuts": [{"url": f"{url}?when={key}" if key else url, "label": word, "active": key == when} for key, word in words.items()],
        "export_url": export_url(request, "milestones"),
        "tiles": _tiles(user, today),
        "columns": _columns((_("Milestone"), False), (_("Customer"), False), (_("Due after"), False), (_("Due"), False), (_("Amount"), True),
                            (_("Still to come"), True), (_("State"), False), (_("Owner"), False), (_("Actions"), False)),
        "rows": plan_rows(user, shown.rows, today),
        "empty": {"icon": "calendar-dollar", "title": _("Nothing to come here"), "text": _("Milestones of signed contracts stand here, the soonest first.")},
    }  # fmt: skip
    return render(request, "payments/plan.html", shown.context() | context)


def _tiles(user: User, today: date) -> list[dict[str, Any]]:
    """Return what came in this month, what is due this month, what is overdue, and all that is to come."""
    seen = Contract.objects.visible_to(user).order_by()
    first = today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    came = (
        Receipt.objects.filter(contract__in=seen, received_on__gte=first, received_on__lt=after).aggregate(
            sum=Sum("amount")
        )["sum"]
        or NOTHING
    )
    open_ones = cut(planned(user), "open", today).order_by()
    sums = open_ones.aggregate(
        all=Sum("open"), month=Sum("open", filter=Q(due_on__gte=today, due_on__lt=after)), late=Sum("open", filter=Q(due_on__lt=today)),
    )  # fmt: skip
    late = sums["late"] or NOTHING
    return [
        {"label": _("Received this month"), "value": money(came), "icon": "cash", "url": reverse("payments:receipts"), "tone": "green" if came > 0 else ""},
        {"label": _("Due by the end of the month"), "value": money(sums["month"] or NOTHING), "icon": "calendar-due", "url": f"{reverse('payments:plan')}?when=soon"},
        {"label": _("Overdue"), "value": money(late), "icon": "alert-circle", "url": reverse("payments:ageing"), "tone": "red" if late else ""},
        {"label": _("Still to come in all"), "value": money(sums["all"] or NOTHING), "icon": "hourglass", "url": reverse("payments:forecast")},
    ]  # fmt: skip


@require_GET
def receipts(request: HttpRequest) -> HttpResponse:
    """Show money that came in, the newest first, reversals among them."""
    user = user_of(request)
    shown = paged(request, receipts_asked(user, request.GET).shown())
    context = {
        "title": pgettext("menu", "Payments"), "tabs": tabs_of(user, "receipts"), "query": request.GET.get("q", ""),
        "export_url": export_url(request, "receipts"),
        "columns": _columns((_("Received on"), False), (_("Customer"), False), (_("Contract"), False), (_("Amount"), True), (pgettext("receipt", "For"), False),
                            (_("How it came in"), False), (_("Payer"), False), (_("Recorded by"), False), (_("Actions"), False)),
        "rows": [
            receipt_row(user, one, may=may_write(user, one.contract, Right.RECORD_MONEY)) | {
                "contract": one.contract.number, "url": reverse("contracts:contract", args=[one.contract_id]),
                "customer": shown_name(user, one.contract.customer), "customer_url": f"{reverse('customers:detail', args=[one.contract.customer_id])}?tab=contracts",
            }
            for one in shown.rows
        ],
        "empty": {"icon": "cash", "title": _("No money here yet"), "text": _("Receipts are recorded on the page of a signed contract, or from the payment plan.")},
    }  # fmt: skip
    return render(request, "payments/receipts.html", shown.context() | context)


@require_GET
def ageing(request: HttpRequest) -> HttpResponse:
    """Show what is overdue in bands of age; `?age=` opens one."""
    user, today = user_of(request), timezone.localdate()
    every = planned(user, asked_text(request.GET))
    found, bands = cut(every, "overdue", today), by_age(every, today)
    age = request.GET.get("age", "")
    wanted = [one for one in Age if one == age and one != Age.CURRENT]
    if wanted:
        found = found.filter(of_age(wanted[0], today))
    shown = paged(request, found.order_by("due_on", "id"))
    total, url = sum((amount for amount, _count in bands.values()), NOTHING), reverse("payments:ageing")
    tones = {Age.D30: "orange", Age.D60: "orange", Age.D90: "red", Age.OVER: "red"}
    context = {
        "title": pgettext("menu", "Payments"), "tabs": tabs_of(user, "ageing"), "query": request.GET.get("q", ""), "kept_in_search": [("age", age)],
        "bands": [
            {
                "label": one.label, "value": money(bands[one][0]), "note": _("%(count)d milestones") % {"count": bands[one][1]}, "url": url if age == one else f"{url}?age={one}",
                "tone": tone if bands[one][0] else "", "active": age == one, "share": int(bands[one][0] * 100 / total) if total else 0,
            }
            for one, tone in tones.items()
        ],
        "total": money(total),
        "columns": _columns((_("Milestone"), False), (_("Customer"), False), (_("Due"), False), (_("Overdue"), False), (_("Still to come"), True),
                            (_("Tactics"), False), (_("Owner"), False), (_("Actions"), False)),
        "rows": plan_rows(user, shown.rows, today),
        "empty": {"icon": "mood-smile", "title": _("Nothing is overdue"), "text": _("What is past its day and not paid stands here.")},
    }  # fmt: skip
    return render(request, "payments/ageing.html", shown.context() | context)


@require_GET
def invoices(request: HttpRequest) -> HttpResponse:
    """Show invoices, those asked for first."""
    user, state = user_of(request), request.GET.get("state", "")
    shown = paged(request, invoices_asked(user, request.GET).shown())
    url = reverse("payments:invoices")
    context = {
        "title": pgettext("menu", "Payments"), "tabs": tabs_of(user, "invoices"), "query": request.GET.get("q", ""), "kept_in_search": [("state", state)],
        "export_url": export_url(request, "invoices"),
        "cuts": [{"url": f"{url}?state={key}" if key else url, "label": word, "active": key == state} for key, word in [("", _("All")), *InvoiceState.choices]],
        "columns": _columns((_("Invoice"), False), (_("Customer"), False), (_("Contract"), False), (_("Amount with tax"), True), (_("Tax"), True),
                            (_("State"), False), (_("Issued on"), False), (_("Asked by"), False), (_("Actions"), False)),
        "rows": [
            invoice_row(user, one) | {
                "contract": one.contract.number, "url": reverse("contracts:contract", args=[one.contract_id]),
                "customer": shown_name(user, one.contract.customer), "customer_url": f"{reverse('customers:detail', args=[one.contract.customer_id])}?tab=contracts",
            }
            for one in shown.rows
        ],
        "empty": {"icon": "receipt", "title": _("No invoices here"), "text": _("Invoices are asked for on the page of a signed contract.")},
    }  # fmt: skip
    return render(request, "payments/invoices.html", shown.context() | context)
