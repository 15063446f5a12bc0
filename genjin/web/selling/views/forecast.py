"""The weighted forecast: months by category, each figure opening its rows."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.queries import local_day
from genjin.kit.money import show_cents
from genjin.selling.queries.pipeline import COUNTED, FORECASTS, Total, chances, forecast, rows_of, with_weight
from genjin.selling.rules import Forecast
from genjin.selling.rules.forecast import LATE, UNDATED
from genjin.selling.rules.words import OPEN_STAGES
from genjin.web.selling.views.browse import tabs_of
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import money


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show months by forecast category, and whose evidence is still owed."""
    user, today = user_of(request), local_day(timezone.now())
    mine = request.GET.get("tab") == "mine"
    asked = {"tab": "mine" if mine else "open"}
    rows = with_weight(rows_of(user, asked, today), chances())
    sums = forecast(rows, today)
    lines = [_line(key, sums[key], asked) for key in sums]
    whole = {name: _add(sums[key].get(name, Total()) for key in sums) for name in FORECASTS}
    context = {
        "title": _("Forecast"), "tabs": tabs_of(user, request.GET, here="forecast"), "mine": mine,
        "heads": [Forecast(name).label for name in FORECASTS], "lines": lines, "whole": _line("", whole, asked),
        "left_out": rows.filter(forecast=Forecast.OMITTED).count(), "left_out_url": _url(asked, forecast=Forecast.OMITTED),
        "debts": _debts(rows),
    }  # fmt: skip
    return render(request, "selling/forecast.html", context)


def _line(
    month: str, sums: dict[str, Total] | dict[Forecast, Total], asked: dict[str, str]
) -> dict[str, Any]:
    found = {name: sums.get(name, Total()) for name in FORECASTS}
    total = _add(found.values())
    labels = {LATE: _("date past"), UNDATED: _("no date yet"), "": _("All months")}
    narrow = {"month": month} if month else {}
    return {
        "label": labels.get(month, month), "tone": {LATE: "red", UNDATED: "orange"}.get(month, ""),
        "cells": [_cell(found[name], _url(asked, forecast=name, **narrow)) for name in FORECASTS],
        "total": _cell(total, _url(asked, forecast=COUNTED, **narrow)),
    }  # fmt: skip


def _cell(total: Total, url: str) -> dict[str, Any]:
    return {
        "count": total.count, "amount": money(total.amount) if total.amount else "", "weighted": money(total.weighted) if total.weighted else "", "exact": show_cents(total.amount),
        "exact_weighted": show_cents(total.weighted), "url": url if total.count else "",
    }  # fmt: skip


def _add(totals: Any) -> Total:
    count, amount, weighted = 0, Decimal(0), Decimal(0)
    for one in totals:
        count, amount, weighted = count + one.count, amount + one.amount, weighted + one.weighted
    return Total(count, amount, weighted)


def _url(asked: dict[str, str], **more: str) -> str:
    return (
        f"{reverse('selling:list')}?{urlencode(asked | {name: str(value) for name, value in more.items()})}"
    )


def _debts(rows: Any) -> list[dict[str, Any]]:
    """Return the opportunities counted on whose customer owes evidence for its stage."""
    owing = rows.filter(
        stage__in=OPEN_STAGES, forecast__in=FORECASTS, customer__gate_debt_until__isnull=False
    )
    shown = owing.select_related("customer", "owner").order_by("customer__gate_debt_until")[:20]
    return [
        {
            "name": row.name, "url": reverse("selling:detail", args=[row.pk]), "amount": money(row.amount), "owner": row.owner.name if row.owner else "",
            "until": timezone.localtime(row.customer.gate_debt_until).strftime("%Y-%m-%d"),
            "is_late": row.customer.gate_debt_until <= timezone.now(),
        }
        for row in shown
    ]  # fmt: skip
