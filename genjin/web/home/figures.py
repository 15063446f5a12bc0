"""What a figure was counted from: its rows, for a person or a team, in a stretch of days."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone, local_day
from genjin.contracts.models import Contract, Receipt
from genjin.customers.models import Customer, StageChange
from genjin.customers.queries.sight import shown_name
from genjin.desk.queries.figures import ALL, MONEY, total
from genjin.followups.models import FollowUp, Task
from genjin.followups.queries.figures import Asked
from genjin.followups.rules import Method, Period, PeriodKind, period_before, period_of
from genjin.selling.models import Opportunity
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import exact, money


def figure_url(key: str, person: int | None, period: Period) -> str:
    """Return the page of the rows behind a figure; `person` None means everybody one leads."""
    words = {"who": person or "", "from": period.first.isoformat(), "to": period.last.isoformat()}
    return f"{reverse('figure', args=[key])}?{urlencode(words)}"


def period_asked(request: HttpRequest) -> Period:
    """Return the days of an address; this week when it names none."""
    today = local_day(timezone.now())
    try:
        first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return period_of(PeriodKind.WEEK, today)
    return Period(first, max(first, min(last, first + timedelta(days=3660))))


def _people(user: User, who: str) -> tuple[list[int], int | None]:
    """Return whose work is asked for; a person out of one's lead is missing, as any unknown one is."""
    led = User.objects.all().led_by(user)
    if who.isdecimal() and len(who) < 12:
        return [led.get(pk=int(who)).pk], int(who)
    return list(led.values_list("pk", flat=True)), None


@require_GET
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """Show the rows a figure was counted from."""
    user, period = user_of(request), period_asked(request)
    figure = ALL.get(key)
    if figure is None:
        raise Http404
    people, person = _people(user, request.GET.get("who", ""))
    asked = Asked(user, people, *period.moments(company_zone()))
    found = figure.rows(asked)
    method = request.GET.get("method", "")
    if figure.shown == "followup" and method in Method.values:
        found = found.filter(method=method)
    related, line = SHOWN[figure.shown]
    shown = paged(request, found.select_related(*related))
    context = {
        "title": figure.label, "rows": [line(user, row) for row in shown.rows], "columns": _columns(figure.shown),
        "tabs": [{"url": figure_url(other.key, person, period), "label": other.label, "active": other.key == key} for other in ALL.values()],
        "total": money(total(key, asked)) if key in MONEY else "", "who": person, "period": period, "method": method, "methods": Method.choices if figure.shown == "followup" else (),
        "people": User.objects.active().led_by(user).order_by("name").values_list("pk", "name")[:300],
        "stretches": _stretches(key, person, period),
        "empty": {"icon": "history", "title": _("Nothing in these days"), "text": _("Choose other days or another person.")},
    }  # fmt: skip
    return render(request, "home/figure.html", shown.context() | context)


def _stretches(key: str, person: int | None, period: Period) -> list[dict[str, Any]]:
    today = local_day(timezone.now())
    week, month = period_of(PeriodKind.WEEK, today), period_of(PeriodKind.MONTH, today)
    named = (
        (_("Today"), Period(today, today)),
        (_("Yesterday"), period_before(PeriodKind.DAY, Period(today, today))),
        (_("This week"), week), (_("Last week"), period_before(PeriodKind.WEEK, week)),
        (_("This month"), month), (_("Last month"), period_before(PeriodKind.MONTH, month)),
    )  # fmt: skip
    return [
        {"label": label, "url": figure_url(key, person, one), "active": one == period} for label, one in named
    ]


def _columns(shown: str) -> list[dict[str, Any]]:
    words = {
        "followup": (_("Customer"), _("When"), pgettext("team", "Who"), _("What was said")),
        "customer": (_("Customer"), _("Last follow-up"), _("Owner"), _("Stage")),
        "change": (_("Customer"), _("When"), pgettext("team", "Who"), _("From – to")),
        "task": (_("Customer"), _("When"), pgettext("team", "Who"), _("Outcome")),
        "opportunity": (_("Customer"), _("When"), pgettext("team", "Who"), _("Amount")),
        "contract": (_("Customer"), _("When"), pgettext("team", "Who"), _("Amount")),
        "receipt": (_("Customer"), _("When"), pgettext("team", "Who"), _("Amount")),
    }
    return [{"label": label} for label in words[shown]]


def _moment(moment: Any) -> str:
    if not isinstance(moment, datetime):
        return str(moment or "")
    return exact(moment)


def _row(
    user: User, customer: Customer, *, when: Any, who: str, tag: str = "", text: str = ""
) -> dict[str, Any]:
    return {
        "url": reverse("customers:detail", args=[customer.pk]), "name": shown_name(user, customer), "grade": customer.grade,
        "when": _moment(when), "who": who, "tag": tag, "text": text,
    }  # fmt: skip


def _followup(user: User, row: FollowUp) -> dict[str, Any]:
    line = _row(
        user,
        row.customer,
        when=row.happened_at,
        who=row.author.name,
        tag=row.get_method_display(),
        text=row.summary,
    )
    return line | {"is_late": row.is_late}


def _customer(user: User, row: Customer) -> dict[str, Any]:
    owner = row.owner.name if row.owner else ""
    return _row(user, row, when=row.last_contact_at, who=owner, text=row.get_stage_display())


def _change(user: User, row: StageChange) -> dict[str, Any]:
    moved = f"{row.get_origin_display()} → {row.get_target_display()}"
    return _row(
        user, row.customer, when=row.at, who=row.by.name if row.by else "", tag=moved, text=row.reason
    )


def _task(user: User, row: Task) -> dict[str, Any]:
    who = row.closed_by.name if row.closed_by else ""
    return _row(user, row.customer, when=row.closed_at, who=who, tag=row.objective, text=row.outcome)


def _tab(customer: Customer, tab: str) -> dict[str, str]:
    return {"url": f"{reverse('customers:detail', args=[customer.pk])}?tab={tab}"}


def _opportunity(user: User, row: Opportunity) -> dict[str, Any]:
    who = row.owner.name if row.owner else ""
    return _row(user, row.customer, when=row.opened_at, who=who, tag=money(row.amount), text=row.name) | _tab(
        row.customer, "deals"
    )


def _contract(user: User, row: Contract) -> dict[str, Any]:
    who = row.owner.name if row.owner else ""
    return _row(user, row.customer, when=row.signed_on, who=who, tag=money(row.amount), text=str(row)) | _tab(
        row.customer, "contracts"
    )


def _receipt(user: User, row: Receipt) -> dict[str, Any]:
    contract = row.contract
    who = contract.owner.name if contract.owner else ""
    return _row(
        user, contract.customer, when=row.received_on, who=who, tag=money(row.amount), text=str(contract)) | _tab(contract.customer, "contracts")  # fmt: skip


SHOWN: Mapping[str, tuple[tuple[str, ...], Callable[[User, Any], dict[str, Any]]]] = {
    "followup": (("customer", "customer__pool", "author"), _followup),
    "customer": (("owner", "pool"), _customer),
    "change": (("customer", "customer__pool", "by"), _change),
    "task": (("customer", "customer__pool", "closed_by"), _task),
    "opportunity": (("customer", "customer__pool", "owner"), _opportunity),
    "contract": (("customer", "customer__pool", "owner"), _contract),
    "receipt": (("contract__customer__pool", "contract__owner"), _receipt),
}
