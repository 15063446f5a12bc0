"""The figures of a group on one page: tiles with what they are compared with, and its charts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right
from genjin.customers.rules import JOURNEY, Stage
from genjin.insights.queries.asking import ask
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.rules.stretches import trend_grain
from genjin.web.insights import shown
from genjin.web.insights.asked import Asked, asked_of, choices_of
from genjin.web.insights.tabs import tabs
from genjin.web.shell.pages import user_of

MOST_BARS = 12
HEAD = {
    "overview": ("leads", "won", "contacts", "response_rate", "opportunity_amount", "amount_signed", "cash", "receivable", "limits_kept", "win_rate"),
    "leads": ("leads", "lead_conversion", "lead_qualification", "leads_invalid", "response_hours", "response_in_time"),
    "funnel": ("entries", "won", "lost", "days_to_win", "grade_a_conversion", "grade_b_rise"),
    "work": ("contacts", "customers_contacted", "response_rate", "records_in_time", "plans_in_time", "limits_kept", "limits_broken", "workload", "tasks_overdue", "objections", "objections_accepted", "completeness"),
    "deals": ("opportunities", "opportunity_amount", "deals_won", "win_rate", "revenue_won", "deal_cycle", "pipeline_amount", "forecast_weighted", "forecast_commit", "forecast_best"),
    "money": ("contracts_signed", "amount_signed", "cash", "collection_rate", "receivable"),
    "after": ("satisfaction", "nps", "bad_ratings", "tickets", "tickets_in_time", "solving_hours", "renewal_rate", "alarms", "alarm_precision", "alarm_recall"),
}  # fmt: skip
# Which charts a group shows: metric, how it is cut ("trend": by time), and how it is drawn.
CHARTS = {
    "overview": (("customers", "stage", "funnel"), ("cash", "trend", "bar"), ("amount_signed", "person", "ranking"), ("contacts", "trend", "line")),
    "leads": (("leads", "trend", "bar"), ("lead_conversion", "source", "ranking"), ("leads", "source", "ranking"), ("response_in_time", "person", "ranking")),
    "funnel": (("customers", "stage", "funnel"), ("stage_conversion", "entered", "bar"), ("days_in_stage", "entered", "bar"), ("lost", "lost_reason", "ranking")),
    "work": (("contacts", "trend", "line"), ("response_rate", "method", "ranking"), ("limits_broken", "rule", "ranking"), ("objections", "category", "ranking")),
    "deals": (("revenue_won", "trend", "bar"), ("win_rate", "person", "ranking"), ("revenue_won", "product", "ranking"), ("pipeline_amount", "forecast", "ranking")),
    "money": (("cash", "trend", "bar"), ("receivable", "age", "bar"), ("amount_signed", "person", "ranking"), ("cash", "source", "ranking")),
    "after": (("satisfaction", "trend", "line"), ("tickets", "kind", "ranking"), ("alarms", "answer", "ranking"), ("renewal_rate", "person", "ranking")),
}  # fmt: skip
_ORDER = {str(stage): place for place, stage in enumerate((*JOURNEY, Stage.LOST))}


@require_GET
def overview(request: HttpRequest, group: str = "overview") -> HttpResponse:
    """Show the tiles and charts of a group of figures."""
    asked = asked_of(request)
    context = {
        "title": pgettext("menu", "Figures"), "tabs": tabs(asked, group),
        "tiles": [_tile(asked, key) for key in HEAD[group]],
        "chances_url": reverse("insights:chances") if user_of(request).may(Right.SEE_ALL) else "",
        "charts": [one for one in (_chart(asked, *spec) for spec in CHARTS[group]) if one],
    }  # fmt: skip
    return render(request, "insights/overview.html", context | choices_of(request, asked))


def _tile(asked: Asked, key: str) -> dict[str, Any]:
    metric = METRICS[key]
    return shown.tile(metric, asked, ask(metric, asked.question).total, ask(metric, asked.before()).total)


def _chart(asked: Asked, key: str, cut: str, kind: str) -> dict[str, Any] | None:
    metric = METRICS[key]
    by = trend_grain(asked.period).value if cut == "trend" else cut
    cells = [cell for cell in ask(metric, asked.question, by).cells if cell.value is not None]
    if by in {"stage", "entered"}:
        cells = sorted((cell for cell in cells if cell.key in _ORDER), key=lambda cell: _ORDER[cell.key])
        cells = [cell for cell in cells if kind != "funnel" or cell.key != Stage.LOST]
    elif kind == "ranking":
        cells = sorted((cell for cell in cells if not cell.too_few), key=lambda cell: -(cell.value or 0))[
            :MOST_BARS
        ]
    if not cells:
        return None
    return {
        "id": f"chart-{key}-{cut}", "title": metric.name, "help": metric.formula, "url": asked.address("insights:metric", key, by=by),
        "spec": shown.chart(metric, asked, by, cells, kind=kind),
        "rows": [shown.row(metric, asked, by, cell) for cell in cells],
    }  # fmt: skip
