"""Customers by the week or month they came, how far they got in those that followed, and who they are."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from genjin.insights.queries.cohorts import FORMULA, Spot, cohorts_of
from genjin.insights.rules.cohorts import GRAINS, MOST_AFTER, Cohort, Reached, Step
from genjin.insights.rules.stretches import Grain, Stretch
from genjin.web.insights.asked import Asked, asked_of, choices_of
from genjin.web.insights.tabs import tabs
from genjin.web.insights.views.metric import listed

SHADES = 10


def way_of(request: HttpRequest) -> tuple[Step, Grain]:
    """Return the step and the stretch an address asks for."""
    step, grain = request.GET.get("step"), request.GET.get("grain")
    return Step(step) if step in Step.values else Step.WON, Grain(grain) if grain in GRAINS else Grain.MONTH


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Show the cohorts of the days asked for, each cell with the address of its customers."""
    asked, (step, grain) = asked_of(request, Stretch.YEAR), way_of(request)
    found = cohorts_of(asked.question, step, grain)
    told = [cell for row in (*found.rows, found.all) for cell in (*row.cells, row.ever) if not cell.too_few]
    most = max((cell.share or 0 for cell in told), default=0)
    columns = max((len(row.cells) for row in found.rows), default=0)

    def line(row: Cohort) -> dict[str, Any]:
        cells = [_cell(asked, found.step, found.grain, row, cell, most) for cell in row.cells]
        return {
            "label": label_of(grain, row.first), "size": row.size, "few": row.too_few, "cells": cells, "empty": range(columns - len(cells)),
            "ever": _cell(asked, step, grain, row, row.ever, most), "url": _address(asked, step, grain, row, None, of="whole"),
        }  # fmt: skip

    context = {
        "title": _("Cohorts"), "tabs": tabs(asked, "cohorts"), "help": FORMULA, "heads": [head_of(grain, after) for after in range(columns)],
        "rows": [line(row) for row in reversed(found.rows)], "all": line(found.all) if found.rows else None,
        "steps": [{"label": one.label, "active": one is step, "url": asked.address("insights:cohorts", step=one.value, grain=grain.value)} for one in Step],
        "grains": [{"label": one.label, "active": one is grain, "url": asked.address("insights:cohorts", step=step.value, grain=one.value)} for one in GRAINS],
        "hidden": [("step", step.value), ("grain", grain.value)], "grain": grain.label, "sheet_url": asked.address("insights:cohorts_sheet", step=step.value, grain=grain.value),
    }  # fmt: skip
    return render(request, "insights/cohorts.html", context | choices_of(request, asked))


def label_of(grain: Grain, first: date | None) -> str:
    """Return what a cohort is called."""
    if first is None:
        return _("All")
    return f"{first:%Y-%m}" if grain is Grain.MONTH else f"{first:%Y-%m-%d}"


def head_of(grain: Grain, after: int) -> str:
    """Return what a column is called."""
    if not after:
        return _("same week") if grain is Grain.WEEK else _("same month")
    if grain is Grain.WEEK:
        return ngettext("+%(count)s week", "+%(count)s weeks", after) % {"count": after}
    return ngettext("+%(count)s month", "+%(count)s months", after) % {"count": after}


def _address(asked: Asked, step: Step, grain: Grain, row: Cohort, after: int | None, **more: str) -> str:  # noqa: PLR0917 (the five parts of an address)
    words = {"step": step.value, "grain": grain.value, **more}
    if row.first:
        words["came"] = row.first.isoformat()
    if after is not None:
        words["after"] = str(after)
    return asked.address("insights:cohort_records", **words)


def _cell(asked: Asked, step: Step, grain: Grain, row: Cohort, cell: Reached, most: Any) -> dict[str, Any]:  # noqa: PLR0917
    shade = int((cell.share or 0) / most * (SHADES - 1)) if most and not cell.too_few else 0
    return {
        "value": f"{(cell.share or 0) * 100:.0f}%", "count": cell.count, "shade": shade, "running": cell.is_running,
        "url": _address(asked, step, grain, row, cell.after),
    }  # fmt: skip


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """List the very customers of a cell."""
    asked, (step, grain) = asked_of(request, Stretch.YEAR), way_of(request)
    try:
        came = date.fromisoformat(request.GET["came"]) if "came" in request.GET else None
        after = int(request.GET["after"]) if "after" in request.GET else None
    except ValueError as problem:
        raise Http404 from problem
    if after is not None and not 0 <= after <= MOST_AFTER:
        raise Http404
    spot = Spot(step, grain, came, after)
    question = spot.narrow(asked.question)
    words = [label_of(grain, came) if came else "", head_of(grain, after) if after is not None else ""]
    named = {
        "crumb_url": asked.address("insights:cohorts", step=step.value, grain=grain.value),
        "cell": " · ".join(word for word in words if word),
    }
    return listed(request, spot.metric(), question, named)
