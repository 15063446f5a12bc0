"""A lead's part of the workbench: a line for each person, today's contacts, the funnel."""

from typing import Any

from django.db.models import Avg, Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Stage
from genjin.followups.queries import workbench as bench
from genjin.followups.queries.lists import rows_of
from genjin.followups.rules import Period, PeriodKind, period_of
from genjin.web.home.own import list_url
from genjin.web.insights.asked import records_url
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import ago


def team(user: User, days: bench.Days) -> dict[str, Any]:
    """Return the lines of one's people and today's contacts; every figure with the page of its rows."""
    today = local_day(days.now)
    day, week = Period(today, today), period_of(PeriodKind.WEEK, today)
    return {
        "team": [_line(line, day, week) for line in bench.team_lines(user, days)],
        "team_url": reverse("team"),
        "stream_url": records_url("contacts", day),
        "stream": [
            {"url": reverse("customers:detail", args=[row.customer_id]), "name": shown_name(user, row.customer), "who": row.author.name,
             "method": row.get_method_display(), "text": row.summary, "when": ago(row.happened_at), "is_late": row.is_late}
            for row in bench.team_stream(user, days)
        ],
    }  # fmt: skip


def _line(line: bench.PersonLine, day: Period, week: Period) -> dict[str, Any]:
    pk = line.person.pk
    tasks = f"{reverse('followups:tasks')}?tab=team&who={pk}"
    return {
        "name": line.person.name, "url": list_url(owner_id=pk),
        "overdue": line.overdue, "overdue_url": f"{tasks}&due=overdue", "today": line.today, "today_url": f"{tasks}&due=today",
        "idle": line.without_next_step, "idle_url": list_url("idle", owner_id=pk),
        "contacts_today": line.contacts_today, "contacts_today_url": records_url("contacts", day, pk),
        "contacts_week": line.contacts_this_week, "contacts_week_url": records_url("contacts", week, pk),
    }  # fmt: skip


@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """Show the funnel of one's people and how complete their records are; fetched behind the workbench."""
    user = user_of(request)
    rows = rows_of(user, QueryDict("tab=team")).order_by()
    by_stage = dict(rows.values_list("stage").annotate(count=Count("pk")))
    top = max(by_stage.values(), default=0)
    shares = {stage: round(100 * count / top) for stage, count in by_stage.items()}
    funnel = [
        {"stage": stage.value, "label": stage.label, "count": by_stage.get(stage.value, 0), "url": list_url("team", stage=stage.value),
         "share": shares.get(stage.value, 0), "rest": 100 - shares.get(stage.value, 0)}
        for stage in Stage
    ]  # fmt: skip
    kept = rows.values_list("owner__name", "owner_id").annotate(
        average=Avg("completeness"), count=Count("pk")
    )
    people = [
        {"name": name, "url": list_url("team", owner_id=pk), "percent": round(average), "count": count}
        for name, pk, average, count in kept.order_by("average")[:20]
    ]
    return render(request, "home/funnel.html", {"funnel": funnel, "completeness": people})
