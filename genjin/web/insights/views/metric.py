"""One figure: what it is, how it moved, cut as one likes; and the very rows behind it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.insights.queries.asking import (
    GRAINS,
    Cell,
    Question,
    ask,
    compared_with,
    records,
    splits_of,
    without_gaps,
)
from genjin.insights.queries.catalogue import GROUPS, METRICS
from genjin.insights.queries.lines import KINDS, line_of
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.rules.stretches import trend_grain
from genjin.web.insights import shown
from genjin.web.insights.asked import KEPT, Asked, asked_of, choices_of
from genjin.web.shell.paging import paged

MOST_BARS = 15


def known(key: str) -> Metric:
    """Return a metric of the catalogue; any other name is not found."""
    if key not in METRICS:
        raise Http404
    return METRICS[key]


def by_of(request: HttpRequest, metric: Metric) -> str:
    """Return the split an address asks for, else the usual one."""
    by = request.GET.get("by", "")
    return by if by in splits_of(metric) else metric.by


@require_GET
def metric(request: HttpRequest, key: str) -> HttpResponse:
    """Show a figure with its formula, its trend, and a table by any of its splits."""
    found, asked = known(key), asked_of(request)
    by = by_of(request, found)
    answer = ask(found, asked.question, by)
    cells = list(answer.cells)
    most = max((Decimal(cell.value or 0) for cell in cells), default=Decimal(0))
    context = {
        "title": found.name, "metric": found, "group": GROUPS[found.group], "group_url": asked.address("insights:group", found.group),
        "now": shown.tile(found, asked, answer.total, compared_with(found, asked.before())), "year": _compared(found, asked, answer.total),
        "by": by, "ways": list(splits_of(found).items()), "rows": [shown.row(found, asked, by, cell, most=most) for cell in cells], "by_label": splits_of(found)[by],
        "chart": _drawn(found, asked, by, cells), "trend": _trend(found, asked, by), "records_url": asked.address("insights:records", key), "sheet_url": asked.address("insights:sheet", key, by=by),
        "trend_sheet_url": asked.address("insights:sheet", key, by=trend_grain(asked.period).value),
        "whole_url": asked.address("insights:records", key, of="whole") if found.how is How.SHARE and not found.amount_of else "",
    }  # fmt: skip
    return render(request, "insights/metric.html", context | choices_of(request, asked) | {"by": by})


def _compared(found: Metric, asked: Asked, now: Cell) -> dict[str, Any]:
    then = compared_with(found, asked.year_before())
    return shown.change(found, now, then) | {"value": shown.shown(found, then.value)}


def _drawn(found: Metric, asked: Asked, by: str, cells: list[Cell]) -> str:
    if by in GRAINS:
        return shown.chart(
            found, asked, by, cells, kind="bar" if found.how in {How.COUNT, How.SUM} else "line"
        )
    told = sorted(
        (cell for cell in cells if not cell.too_few and cell.value is not None),
        key=lambda cell: -(cell.value or 0),
    )
    return shown.chart(found, asked, by, told[:MOST_BARS], kind="ranking") if told else ""


def _trend(found: Metric, asked: Asked, by: str) -> str:
    """Return the figure over time, where its rows have a day and it is not cut by time already."""
    if by in GRAINS or not found.fact.at:
        return ""
    grain = trend_grain(asked.period).value
    cells = without_gaps(found, asked.question, grain, list(ask(found, asked.question, grain).cells))
    kind = "bar" if found.how in {How.COUNT, How.SUM} else "line"
    return shown.chart(found, asked, grain, cells, kind=kind) if len(cells) > 1 else ""


@require_GET
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """List the very rows a figure was counted from, all or those of a cell."""
    found, asked = known(key), asked_of(request)
    cell, by = request.GET.get("key"), request.GET.get("by", "")
    question = asked.question
    if cell is not None and by in splits_of(found):
        question = replace(question, where={by: cell})
    crumb = asked.address("insights:metric", key, **({"by": by} if by else {}))
    cells = ask(found, question, by).cells if question.where else ()
    label = next((one.label for one in cells), "")
    return listed(request, found, question, {"crumb_url": crumb, "cell": label})


def listed(request: HttpRequest, found: Metric, question: Question, named: dict[str, str]) -> HttpResponse:
    """Render the very rows a figure was counted from, with their figure; `named`: cell and crumb_url."""
    total = ask(found, question).total
    kind = KINDS[found.fact.shown]
    of = "whole" if request.GET.get("of") == "whole" else "part"
    found_rows: Any = records(found, question, of=of).select_related(*kind.related).order_by("-pk")
    shown_rows = paged(request, found_rows)
    context = {
        "title": found.name, "metric": found, "of": of, "value": shown.shown(found, total.value), "note": shown.note(found, total),
        "rows": [shown.line(line_of(question.user, found.fact.shown, one)) for one in shown_rows.rows],
        "columns": [{"label": label} for label in (_("Customer"), _("When"), _("Who"), _("What"), _("Amount"))],
        "hidden": [(name, word) for name, word in request.GET.items() if name not in {"by", "page", *KEPT}],
        "empty": {"icon": "history", "title": _("Nothing in these days"), "text": _("Choose other days or another person.")},
    }  # fmt: skip
    shown_choices = choices_of(request, asked_of(request))
    return render(request, "insights/records.html", shown_rows.context() | context | shown_choices | named)
