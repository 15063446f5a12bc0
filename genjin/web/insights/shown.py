"""Figures as people read them."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.insights.queries.asking import Cell
from genjin.insights.queries.lines import Line
from genjin.insights.queries.metrics import Metric
from genjin.insights.rules.figures import FEW, Unit
from genjin.insights.rules.moves import move_of
from genjin.web.insights.asked import Asked
from genjin.web.shell.templatetags.genjin import cents, money

NOTHING = "—"
_HUNDRED = Decimal(100)


def shown(metric: Metric, value: Decimal | int | None) -> str:
    """Return a value with its unit; a dash for none."""
    if value is None:
        return NOTHING
    match metric.unit:
        case Unit.YUAN:
            return money(Decimal(value)) if value else "0"
        case Unit.SHARE:
            return f"{Decimal(value) * _HUNDRED:.1f}%"
        case Unit.DAYS:
            return _("%(count)s days") % {"count": _plain(value)}
        case Unit.HOURS:
            return _("%(count)s h") % {"count": _plain(value)}
    return _plain(value)


def exact(metric: Metric, value: Decimal | int | None) -> str:
    """Return a sum to the cent, for whoever points at it; "" of all other figures."""
    return f"¥{cents(Decimal(value))}" if metric.unit == Unit.YUAN and value is not None else ""


def _plain(value: Decimal | int) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def change(metric: Metric, now: Cell, then: Cell) -> dict[str, str]:
    """Return how a figure moved, with the icon of its way."""
    moved = move_of(metric.unit, now.value, then.value, is_bad=metric.is_bad)
    return {
        "text": moved.text,
        "tone": moved.tone,
        "icon": f"trending-{moved.way}" if moved.way else "",
    }


def note(metric: Metric, cell: Cell) -> str:
    """Return of what a figure speaks: part of whole, or that there is too little to say anything."""
    if cell.too_few:
        return _("Too few: fewer than %(few)s") % {"few": FEW}
    if metric.amount_of:
        return _("%(part)s of %(whole)s") % {"part": money(cell.amount), "whole": money(cell.amount_of)}
    if metric.unit == Unit.SHARE:
        return _("%(part)s of %(whole)s") % {"part": _plain(cell.part), "whole": _plain(cell.whole)}
    if metric.amount or metric.number:
        return ngettext("%(count)s record", "%(count)s records", cell.part) % {"count": _plain(cell.part)}
    return ""


def tile(metric: Metric, asked: Asked, now: Cell, then: Cell) -> dict[str, Any]:
    """Return a figure as a tile that opens its page."""
    return {
        "key": metric.key, "label": metric.name, "value": shown(metric, now.value), "exact": exact(metric, now.value), "note": note(metric, now), "few": now.too_few, "help": metric.formula,
        "change": change(metric, now, then), "url": asked.address("insights:metric", metric.key),
    }  # fmt: skip


def row(metric: Metric, asked: Asked, by: str, cell: Cell, *, most: Decimal | int = 0) -> dict[str, Any]:
    """Return a cell as a line of a table, with the address of its records."""
    part = int(Decimal(cell.value or 0) * _HUNDRED / Decimal(most)) if most else 0
    return {
        "label": cell.label, "value": shown(metric, cell.value), "exact": exact(metric, cell.value), "note": note(metric, cell), "few": cell.too_few, "share": max(0, min(part, 100)),
        "url": asked.address("insights:records", metric.key, by=by, key=cell.key),
    }  # fmt: skip


def chart(metric: Metric, asked: Asked, by: str, cells: list[Cell], *, kind: str) -> str:
    """Return what the script draws: each mark opens its records."""
    drawn = [cell for cell in cells if cell.value is not None]
    return json.dumps({
        "kind": kind, "unit": str(metric.unit), "labels": [cell.label for cell in drawn],
        "series": [{
            "name": str(metric.name), "values": [float(cell.value or 0) for cell in drawn],
            "urls": [asked.address("insights:records", metric.key, by=by, key=cell.key) for cell in drawn],
        }],
    }, ensure_ascii=False)  # fmt: skip


def line(told: Line) -> dict[str, Any]:
    """Return a row behind a figure as a line of a list; it opens the part of the customer's page that tells more."""
    moment = told.when
    when = (
        f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else str(moment or "")
    )
    address = reverse("customers:detail", args=[told.customer_id])
    return {
        "url": f"{address}?tab={told.tab}" if told.tab else address, "name": told.customer, "grade": told.grade, "when": when, "who": told.who,
        "what": told.what, "text": told.text, "amount": money(told.amount), "is_late": told.is_late,
    }  # fmt: skip
