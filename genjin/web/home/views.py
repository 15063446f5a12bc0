"""The workbench: today's list of a rep, and a lead's team."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.rules import CustomerType
from genjin.events.queries import is_silent, last_beat
from genjin.fields.queries import templates_to_revise
from genjin.followups.queries import workbench as bench
from genjin.web.home.attention import plans_waiting, requests_waiting
from genjin.web.home.own import groups, own
from genjin.web.home.team import team
from genjin.web.reviews.views import waiting
from genjin.web.shell.pages import user_of


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """Show what is due, who is new, who waits without a next step, and the week's figures."""
    user, days = user_of(request), bench.Days.of(timezone.now())
    context = own(user, days) | _worker(user, days)
    context["attention"] = [*waiting(user), *context["attention"]]
    if not (user.may(Right.SEE_TEAM) or user.may(Right.SEE_ALL)):
        return render(request, "home/workbench.html", context)
    context |= team(user, days)
    context["attention"] = [*requests_waiting(user), *plans_waiting(user), *context["attention"]]
    return render(request, "home/team.html", context)


def _worker(user: User, days: bench.Days) -> dict[str, Any]:
    """Tell an administrator when background work stands still, and which templates are due for revision (S1-18)."""
    if not user.may(Right.MANAGE_SETTINGS):
        return {}
    beat = last_beat()
    kinds = dict(CustomerType.choices)
    due = [kinds.get(kind, kind) for kind, _day in templates_to_revise(days.now)]
    return {"is_worker_silent": is_silent(beat, days.now), "worker_silent_since": beat, "templates_due": due}


@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """Lead on to the list of tasks; for a fragment request, today's list alone."""
    if request.headers.get("HX-Request") != "true":
        return redirect("followups:tasks")
    user, days = user_of(request), bench.Days.of(timezone.now())
    return render(
        request,
        "home/workbench.html#todo",
        {"todo": groups(user, bench.tasks_by_day(user, days)), "todo_url": reverse("followups:tasks")},
    )
