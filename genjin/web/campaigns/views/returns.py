"""Return on collected cash, by source and by campaign; every figure opens its rows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.customers.models import Campaign, Choice, Customer
from genjin.customers.queries.campaigns import sees_costs
from genjin.customers.queries.sight import shown_name
from genjin.desk.queries import returns as brought
from genjin.web.campaigns.views.campaigns import tabs_of
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, money


@require_GET
def returns(request: HttpRequest) -> HttpResponse:
    """Show what each source, or campaign (`?by=`), brought and cost."""
    user, by = user_of(request), request.GET.get("by", "")
    by = by if by in brought.BY else "source"
    rows = brought.returns(user, by)
    words = {"source": _("By source"), "campaign": _("By campaign")}
    context = {
        "title": _("Campaigns"), "tabs": tabs_of(user, "returns"), "rows": [_row(user, by, row) for row in rows],
        "sum": _row(user, by, brought.total(rows)) if rows else None, "shows_cost": sees_costs(user), "shows_return": user.scope.sees_all,
        "chips": [{"url": f"?by={key}", "label": word, "active": key == by} for key, word in words.items()], "by_label": _("Source") if by == "source" else _("Campaign"),
    }  # fmt: skip
    return render(request, "campaigns/returns.html", context)


def _row(user: User, by: str, one: brought.Brought) -> dict[str, Any]:
    def link(what: str) -> str:
        return reverse("campaigns:returns_rows", args=[by, one.key, what])

    percent = one.percent if user.scope.sees_all else None
    return {
        "label": one.label or _("not known"), "leads": one.leads, "won": one.won, "signed": money(one.signed) if one.signed else "",
        "collected": money(one.collected) if one.collected else "", "renewals": one.renewals, "renewed": money(one.renewed) if one.renewed else "",
        "cost": money(one.cost), "percent": f"{percent:+d}%" if percent is not None else "", "tone": "is-red" if percent is not None and percent < 0 else "is-green",
        "leads_url": link("leads"), "won_url": link("won"), "signed_url": link("signed"), "collected_url": link("collected"), "renewals_url": link("renewals"),
    }  # fmt: skip


@require_GET
def rows(request: HttpRequest, by: str, key: int, what: str) -> HttpResponse:
    """Show the very rows a figure is the count or the sum of."""
    user = user_of(request)
    if by not in brought.BY or what not in WHAT:
        raise Customer.DoesNotExist
    names: Any = Choice.objects.filter(kind=Choice.Kind.SOURCE) if by == "source" else Campaign.objects.all()
    label = names.get(pk=key).name if key else _("not known")
    word, show = WHAT[what]
    found, columns, line = show(brought.customers_of(user, by, key))
    shown = paged(request, found)
    context = {
        "title": f"{label}: {word()}", "columns": [{"label": one, "number": one == _("Amount")} for one in columns],
        "rows": [_labelled(line(user, row), columns) for row in shown.rows], "back_url": f"{reverse('campaigns:returns')}?by={by}",
        "empty": {"icon": "target", "title": _("Nothing found"), "text": ""},
    }  # fmt: skip
    return render(request, "campaigns/returns_rows.html", shown.context() | context)


def _labelled(row: dict[str, Any], columns: list[str]) -> dict[str, Any]:
    """Return a row whose cells know their columns, for cards on a phone."""
    cells = [
        {"text": text, "label": label, "is_number": label == _("Amount")}
        for text, label in zip(row["cells"], columns, strict=True)
    ]
    return row | {"cells": cells}


def _link(customer: Customer, tab: str = "journey") -> str:
    return f"{reverse('customers:detail', args=[customer.pk])}?tab={tab}"


def _customers(rows: Any) -> tuple[Any, list[str], Any]:
    def line(user: User, row: Customer) -> dict[str, Any]:
        return {
            "url": _link(row),
            "cells": [
                shown_name(user, row),
                row.get_stage_display(),
                row.owner.name if row.owner else "",
                ago(row.created_at),
            ],
        }

    return (
        rows.select_related("owner").order_by("-pk"),
        [_("Customer"), _("Stage"), _("Owner"), _("Created")],
        line,
    )


def _won(rows: Any) -> tuple[Any, list[str], Any]:
    return _customers(brought.won_of(rows))


def _contracts(rows: Any) -> tuple[Any, list[str], Any]:
    def line(user: User, row: Any) -> dict[str, Any]:
        return {
            "url": reverse("journey:lineage", args=["contract", row.pk]),
            "cells": [
                f"{row.number} {row.title}",
                shown_name(user, row.customer),
                row.signed_on or "",
                money(row.amount),
            ],
        }

    found = brought.contracts_of(rows).select_related("customer__owner").order_by("-signed_on", "-pk")
    return found, [_("Contract"), _("Customer"), _("Signed"), _("Amount")], line


def _receipts(rows: Any) -> tuple[Any, list[str], Any]:
    def line(user: User, row: Any) -> dict[str, Any]:
        return {
            "url": reverse("journey:lineage", args=["receipt", row.pk]),
            "cells": [
                row.received_on,
                shown_name(user, row.contract.customer),
                row.contract.number,
                money(row.amount),
            ],
        }

    found = (
        brought.receipts_of(rows).select_related("contract__customer__owner").order_by("-received_on", "-pk")
    )
    return found, [_("Received on"), _("Customer"), _("Contract"), _("Amount")], line


def _renewals(rows: Any) -> tuple[Any, list[str], Any]:
    def line(user: User, row: Any) -> dict[str, Any]:
        return {
            "url": reverse("journey:lineage", args=["renewal", row.pk]),
            "cells": [
                row.contract.number,
                shown_name(user, row.customer),
                row.get_outcome_display(),
                money(row.amount),
            ],
        }

    found = brought.renewals_of(rows).select_related("customer__owner", "contract").order_by("-pk")
    return found, [_("Contract"), _("Customer"), _("Outcome"), _("Amount")], line


WHAT: dict[str, tuple[Any, Any]] = {
    "leads": (lambda: _("Leads"), _customers), "won": (lambda: _("Won"), _won), "signed": (lambda: _("Signed amount"), _contracts),
    "collected": (lambda: _("Collected"), _receipts), "renewals": (lambda: _("Renewed"), _renewals),
}  # fmt: skip
