"""Targets as a grid: people by months of a figure and a year."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.queries import local_day
from genjin.insights.actions.targets import set_targets
from genjin.insights.queries.asking import Question
from genjin.insights.queries.targets import changes_of, subjects_of, targets_now, teams_seen
from genjin.insights.rules.stretches import Grain, unit_of
from genjin.insights.rules.targets import Aim
from genjin.kit.errors import RuleError
from genjin.web.insights.aims import cards
from genjin.web.insights.asked import asked_of
from genjin.web.insights.grid import Grid, cell_name, read_cells, tabs_of, written
from genjin.web.insights.ranking import card, this_month
from genjin.web.insights.tabs import tabs
from genjin.web.shell.pages import leave, user_of
from genjin.web.shell.templatetags.genjin import exact

SHOWN_CHANGES = 20


def grid_of(request: HttpRequest, **more: Any) -> Grid:
    """Return the grid an address asks for."""
    words, today = request.GET, local_day(timezone.now())
    year, team = words.get("year", ""), words.get("team", "")
    user = user_of(request)
    teams = teams_seen(user)
    seen = {pk for pk, _name in teams}
    chosen = int(team) if team.isdecimal() and len(team) < 12 and int(team) in seen else None
    return Grid(
        user, words["metric"] if words.get("metric") in Aim.values else Aim.AMOUNT_SIGNED.value,
        int(year) if year.isdecimal() and 2000 <= int(year) <= 2199 else today.year, "quarter" if words.get("cut") == "quarter" else "month", today, teams, chosen, words.get("page", ""), **more,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest) -> HttpResponse:
    """Show the targets one sees, and set those one may set."""
    grid, problem = grid_of(request), ""
    if request.method == "POST":
        lines, wrong = read_cells(request.POST, grid.metric)
        try:
            if not wrong:
                set_targets(grid.user, lines, now=timezone.now())
                return leave(request, tabs_of(grid)["here"], _("Saved."))
            problem = next(iter(wrong.values()))
        except RuleError as refusal:
            if refusal.status == 403:
                raise
            problem = refusal.message
            wrong = {cell_name(key): problem for key in refusal.details.get("keys", ())}
        grid = grid_of(request, posted=request.POST, wrong=wrong)
    context = {
        "title": _("Targets"), "tabs": tabs(asked_of(request), "targets"), "problem": problem, "teams": grid.teams, "team": grid.team,
        "metric": grid.metric, "cut": grid.cut, "changes": _changes(grid),
    }  # fmt: skip
    status = 422 if problem else 200
    return render(request, "insights/targets.html", context | tabs_of(grid) | grid.context(), status=status)


@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """Show how far somebody, and who they lead, are today; fetched behind the workbench."""
    user, today = user_of(request), local_day(timezone.now())
    found = targets_now(user, today, subjects_of(user, _("The whole company")))
    context = {
        "aims": cards(found, today),
        "targets_url": reverse("insights:targets"),
        "places": card(this_month(Question(user, unit_of(Grain.MONTH, today), today))),
    }
    return render(request, "insights/now.html", context)


def _changes(grid: Grid) -> list[dict[str, Any]]:
    """Return who changed which of the targets one sees, newest first."""
    return [
        {"who": event.actor.name if event.actor else "", "when": exact(event.at), "grain": Grain(event.data["grain"]).label, "first": event.data["first"],
         "name": name or _("The whole company"),
         "origin": _amount(event.data["before"]["amount"]), "target": _amount(event.data["after"]["amount"])}
        for event, name in changes_of(grid.user, grid.metric, SHOWN_CHANGES)
    ]  # fmt: skip


def _amount(text: str | None) -> str:
    return written(Decimal(text)) if text else "—"
