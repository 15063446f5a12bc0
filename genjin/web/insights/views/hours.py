"""When contacts happen, and when they are answered: by weekday and hour."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.insights.queries.asking import Cell, ask
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.metrics import Metric
from genjin.insights.rules.stretches import Stretch
from genjin.web.insights import shown
from genjin.web.insights.asked import Asked, asked_of, choices_of
from genjin.web.insights.tabs import tabs

MEASURES = ("contacts", "response_rate", "effective_contacts", "records_in_time")
FIRST_HOUR, LAST_HOUR = 8, 19  # always shown; earlier and later ones where there is something
BEST = 8


@require_GET
def hours(request: HttpRequest) -> HttpResponse:
    """Show a figure of contacts as a map of the week, each square with the address of its records."""
    asked = asked_of(request, Stretch.QUARTER)
    key = request.GET.get("measure", "")
    metric = METRICS[key if key in MEASURES else MEASURES[0]]
    answer = ask(metric, asked.question, "hour")
    told = sorted((cell for cell in answer.cells if not cell.too_few), key=lambda cell: -(cell.value or 0))
    context = {
        "title": _("Hours of the week"), "tabs": tabs(asked, "hours"), "metric": metric, "metric_url": asked.address("insights:metric", metric.key, by="hour"),
        "sheet_url": asked.address("insights:sheet", metric.key, by="hour"), "chart": _drawn(asked, metric, list(answer.cells)) if answer.cells else "", "rows": [shown.row(metric, asked, "hour", cell) for cell in told[:BEST]],
        "measures": [{"label": METRICS[one].name, "active": one == metric.key, "url": asked.address("insights:hours", measure=one)} for one in MEASURES],
        "hidden": [("measure", metric.key)], "total": shown.shown(metric, answer.total.value), "note": shown.note(metric, answer.total),
        "few": sum(cell.too_few for cell in answer.cells),
    }  # fmt: skip
    return render(request, "insights/hours.html", context | choices_of(request, asked))


def _drawn(asked: Asked, metric: Metric, cells: list[Cell]) -> str:
    places = {cell.key: divmod(int(cell.key), 24) for cell in cells}
    first = min(FIRST_HOUR, *(hour for _day, hour in places.values()))
    last = max(LAST_HOUR, *(hour for _day, hour in places.values()))

    def square(cell: Cell) -> dict[str, Any]:
        day, hour = places[cell.key]
        return {
            "x": hour - first, "y": day, "value": None if cell.too_few else float(cell.value or 0), "note": shown.note(metric, cell),
            "url": asked.address("insights:records", metric.key, by="hour", key=cell.key, **({"of": "whole"} if cell.too_few else {})),
        }  # fmt: skip

    return json.dumps({
        "kind": "heat", "unit": str(metric.unit), "labels": [f"{hour}:00" for hour in range(first, last + 1)],
        "rows": [str(WEEKDAYS_ABBR[day]) for day in range(7)], "cells": [square(cell) for cell in cells],
    }, ensure_ascii=False)  # fmt: skip
