"""The cash forecast by month, each month open to its milestones."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.contracts.queries.billing import reads
from genjin.contracts.queries.forecast import Expected, Month, Pace, by_month, expected_of, paces
from genjin.customers.queries.sight import shown_name
from genjin.kit.money import show_cents
from genjin.web.contracts.words import when_words
from genjin.web.payments.lists import tabs_of
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import money


@require_GET
def forecast(request: HttpRequest) -> HttpResponse:
    """Show what will come in, by month; `?month=2026-07` (or `open`) lists its milestones."""
    user, today = user_of(request), timezone.localdate()
    habits = paces(user)
    months = by_month(expected_of(user, habits), today)
    keys = [month.key for month in months]
    asked = request.GET.get("month", "")
    asked = asked if asked in keys else (keys[0] if keys else "")
    most = max((month.total for month in months), default=0)
    chosen = next((month for month in months if month.key == asked), None)
    context = {
        "title": pgettext("menu", "Payments"), "tabs": tabs_of(user, "forecast"), "months": [_month(one, asked, most) for one in months],
        "rows": [_row(user, one) for one in chosen.shown] if chosen else [], "chosen": _label(chosen) if chosen else "",
        "pace": pace_words(habits[0]), "today": today,
        "more": ngettext("%(n)s more", "%(n)s more", chosen.more) % {"n": chosen.more} if chosen and chosen.more else "",
    }  # fmt: skip
    return render(request, "payments/forecast.html", context)


def _label(month: Month) -> str:
    return month.key if month.first else _("No day yet")


def _month(month: Month, asked: str, most: Any) -> dict[str, Any]:
    due, expected = (int(part * 100 / most) if most else 0 for part in (month.due, month.expected))
    return {
        "label": _label(month), "url": f"{reverse('payments:forecast')}?month={month.key}", "active": month.key == asked, "total": money(month.total),
        "full": show_cents(month.total), "due": money(month.due) if month.due else "", "expected": money(month.expected) if month.expected else "",
        "count": len(month.rows), "due_share": due, "expected_share": expected, "rest_share": max(100 - due - expected, 0),
    }  # fmt: skip


def _row(user: User, one: Expected) -> dict[str, Any]:
    milestone, contract = one.milestone, one.milestone.contract
    words = {
        "due": (_("due by a fact"), "green"),
        "expected": (_("expected"), "orange"),
        "open": (_("no day yet"), "muted"),
    }
    text, tone = words[one.confidence]
    return {
        "name": milestone.name, "contract": contract.number, "url": reverse("contracts:contract", args=[contract.pk]), "amount": money(one.amount),
        "full": show_cents(one.amount), "customer": shown_name(user, contract.customer), "when": when_words(milestone), "planned": one.planned,
        "customer_url": f"{reverse('customers:detail', args=[contract.customer_id])}?tab=contracts", "likely": one.likely, "why": reads(user, contract.customer)(milestone.expected_why),
        "confidence": text, "tone": tone, "pace": pace_words(one.pace),
    }  # fmt: skip


def pace_words(pace: Pace) -> str:
    """Return how late money usually comes, or that too little is known."""
    if not pace.is_enough or pace.days is None:
        return _("too few receipts (%(count)d) to tell") % {"count": pace.count}
    if pace.days <= 0:
        return _("usually in time (%(count)d receipts)") % {"count": pace.count}
    words = ngettext(
        "usually %(days)d day late (%(count)d receipts)",
        "usually %(days)d days late (%(count)d receipts)",
        pace.days,
    )
    return words % {"days": pace.days, "count": pace.count}
