"""What a figure was counted from: its rows, for a person or a team, in a stretch of days."""

from datetime import date, timedelta
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
from genjin.desk.queries.figures import ALL, MONEY, total
from genjin.followups.queries.figures import Asked
from genjin.followups.rules import Method, Period, PeriodKind, period_before, period_of
from genjin.insights.queries.lines import KINDS, line_of
from genjin.web.insights.shown import line
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import money


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
    shown = paged(request, found.select_related(*KINDS[figure.shown].related))
    context = {
        "title": figure.label, "rows": [line(line_of(user, figure.shown, row)) for row in shown.rows],
        "columns": [{"label": label} for label in (_("Customer"), _("When"), pgettext("team", "Who"), _("What"), _("Amount"))],
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
