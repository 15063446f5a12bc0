"""What each opens first, and the figures of a group, on one page: tiles with what they are compared with, and charts."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.rules import JOURNEY, Stage
from genjin.insights.queries.asking import ask, compared_with, without_gaps
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.catalogue.quality import metric_of
from genjin.insights.queries.targets import Subject, key_of, subjects_of, targets_now, targets_of, teams_seen
from genjin.insights.rules.stretches import trend_grain
from genjin.web.insights import shown
from genjin.web.insights.aims import cards
from genjin.web.insights.asked import Asked, against, asked_of, choices_of
from genjin.web.insights.boards import board_asked, boards_for
from genjin.web.insights.ranking import card
from genjin.web.insights.tabs import tabs
from genjin.web.shell.pages import user_of

MOST_BARS = 12
# The missing rates among the tiles; each is there only while a template asks some customer for its field.
FIELDS = tuple(metric_of(key) for key in ("contact.name", "contact.phone", "industry", "size", "region", "source", "need", "budget", "authority", "decision_process", "purchase"))  # fmt: skip
HEAD = {
    "leads": ("leads", "lead_conversion", "lead_qualification", "leads_invalid", "response_hours", "response_in_time"),
    "funnel": ("entries", "won", "lost", "days_to_win", "grade_a_conversion", "grade_b_rise"),
    "work": ("contacts", "customers_contacted", "response_rate", "records_in_time", "plans_in_time", "limits_kept", "limits_broken", "workload", "tasks_overdue", "objections", "objections_accepted", "completeness"),
    "quality": ("completeness", *FIELDS, "returned", "recycled"),
    "deals": ("opportunities", "opportunity_amount", "deals_won", "win_rate", "revenue_won", "deal_cycle", "pipeline_amount", "forecast_weighted", "forecast_commit", "forecast_best"),
    "money": ("contracts_signed", "amount_signed", "cash", "collection_rate", "receivable"),
    "after": ("satisfaction", "nps", "bad_ratings", "tickets", "tickets_in_time", "solving_hours", "renewal_rate", "alarms", "alarm_precision", "alarm_recall"),
}  # fmt: skip
# Which charts a group shows: metric, how it is cut ("trend": by time), and how it is drawn.
CHARTS = {
    "leads": (("leads", "trend", "bar"), ("lead_conversion", "source", "ranking"), ("leads", "source", "ranking"), ("response_in_time", "person", "ranking")),
    "funnel": (("customers", "stage", "funnel"), ("stage_conversion", "entered", "bar"), ("days_in_stage", "entered", "bar"), ("lost", "lost_reason", "ranking")),
    "work": (("contacts", "trend", "line"), ("response_rate", "method", "ranking"), ("limits_broken", "rule", "ranking"), ("objections", "category", "ranking")),
    "quality": (("completeness", "person", "ranking"), ("missing_contact_phone", "person", "ranking"), ("missing_budget", "person", "ranking"), ("recycled", "person", "ranking")),
    "deals": (("revenue_won", "trend", "bar"), ("win_rate", "person", "ranking"), ("revenue_won", "product", "ranking"), ("pipeline_amount", "forecast", "ranking")),
    "money": (("cash", "trend", "bar"), ("receivable", "age", "bar"), ("amount_signed", "person", "ranking"), ("cash", "source", "ranking")),
    "after": (("satisfaction", "trend", "line"), ("tickets", "kind", "ranking"), ("alarms", "answer", "ranking"), ("renewal_rate", "person", "ranking")),
}  # fmt: skip
_ORDER = {str(stage): place for place, stage in enumerate((*JOURNEY, Stage.LOST))}


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show what one's role opens first: the own week, the team, or the company."""
    user = user_of(request)
    board = board_asked(user, request.GET.get("board", ""))
    asked = asked_of(request, board.stretch)
    boards = [
        {"label": one.label, "active": one is board, "url": asked.address("insights:overview", board=one.key)} for one in boards_for(user)
    ]  # fmt: skip
    if board.is_own:
        asked = asked.of_people(user.pk)
    context = {
        "boards": boards if len(boards) > 1 else [],
        "hidden": [("board", board.key)],
        "board": board.label,
        "is_own": board.is_own,
        "aims": _aims(asked),
        "targets_url": reverse("insights:targets"),
        "places": card(asked),
    }
    return _page(request, asked, "overview", Shown(board.tiles, board.charts, context))


def _aims(asked: Asked) -> list[dict[str, Any]]:
    """Return the cards of targets of the person or team asked for, else of oneself and whom one leads.

    Where the days asked for have none but today lies in them, those of this month, quarter or year.
    """
    user, today = asked.question.user, asked.question.today
    if asked.who:
        people = User.objects.led_by(user).filter(pk=asked.who).values_list("pk", "name")
        subjects = [Subject(key_of(pk, None), name) for pk, name in people]
    elif asked.team:
        subjects = [Subject(key_of(None, pk), name) for pk, name in teams_seen(user) if pk == asked.team]
    else:
        subjects = subjects_of(user, _("The whole company"))
    found = targets_of(replace(asked.question, people=None), subjects)
    if not found and asked.period.first <= today <= asked.period.last:
        found = targets_now(user, today, subjects)
    return cards(found, today)


@require_GET
def group(request: HttpRequest, group: str) -> HttpResponse:
    """Show the tiles and charts of a group of figures."""
    return _page(request, asked_of(request), group, Shown(HEAD[group], CHARTS[group], {}))


@dataclass(frozen=True, slots=True)
class Shown:
    """Which tiles and charts, and what else the page says."""

    tiles: tuple[str, ...]
    charts: tuple[tuple[str, str, str], ...]
    context: dict[str, Any]


def _page(request: HttpRequest, asked: Asked, here: str, what: Shown) -> HttpResponse:
    charts = (_chart(asked, *spec) for spec in what.charts)
    context = {
        "title": pgettext("menu", "Figures"), "tabs": tabs(asked, here), "tiles": [tile for key in what.tiles if (tile := _tile(asked, key))],
        "chances_url": reverse("insights:chances") if user_of(request).may(Right.SEE_ALL) else "",
        "charts": [one for one in charts if one], "against": against(request, asked),
    }  # fmt: skip
    return render(request, "insights/overview.html", choices_of(request, asked) | context | what.context)


def _tile(asked: Asked, key: str) -> dict[str, Any] | None:
    metric = METRICS[key]
    now = ask(metric, asked.question).total
    if key in FIELDS and not now.whole:
        return None
    return shown.tile(metric, asked, now, compared_with(metric, asked.then()))


def _chart(asked: Asked, key: str, cut: str, kind: str) -> dict[str, Any] | None:
    metric = METRICS[key]
    by = trend_grain(asked.period).value if cut == "trend" else cut
    cells = [cell for cell in ask(metric, asked.question, by).cells if cell.value is not None]
    if cut == "trend":
        cells = without_gaps(metric, asked.question, by, cells)
    if by in {"stage", "entered"}:
        cells = sorted((cell for cell in cells if cell.key in _ORDER), key=lambda cell: _ORDER[cell.key])
        cells = [cell for cell in cells if kind != "funnel" or cell.key != Stage.LOST]
    elif kind == "ranking":
        cells = [cell for cell in cells if cell.value]
        cells = sorted((cell for cell in cells if not cell.too_few), key=lambda cell: -(cell.value or 0))[
            :MOST_BARS
        ]
    if not cells:
        return None
    return {
        "id": f"chart-{key}-{cut}", "title": metric.name, "help": metric.formula, "url": asked.address("insights:metric", key, by=by), "sheet_url": asked.address("insights:sheet", key, by=by),
        "spec": shown.chart(metric, asked, by, cells, kind=kind),
        "rows": [shown.row(metric, asked, by, cell) for cell in cells],
    }  # fmt: skip
