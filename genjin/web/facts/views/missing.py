"""Which fields are missing how often, by customer type, person and version; each figure opens its customers."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right, require
from genjin.customers.queries.collected import field_labels
from genjin.customers.queries.missing import GROUPED_BY, Rates, missing_rates, names_of_groups
from genjin.customers.rules import CustomerType
from genjin.fields.queries import current_template, own_fields
from genjin.web.facts.frame import tabs
from genjin.web.shell.pages import user_of

MOST_GROUPS = 12


@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """Show the missing rates of one customer type, over what this lead or manager sees (S1-17)."""
    user = user_of(request)
    if not user.may(Right.SEE_ALL):
        require(user, Right.SEE_TEAM)
    kind = request.GET.get("type", "")
    kind = kind if kind in CustomerType.values else CustomerType.NEW.value
    by = request.GET.get("by", "")
    by = by if by in GROUPED_BY else ""
    template = current_template(kind)
    context: dict[str, Any] = {
        "title": _("Missing information"), "tabs": tabs(user, "missing"), "kinds": CustomerType.choices, "kind": kind, "by": by,
        "template": template, "bys": [("", _("all together")), ("rep", _("by person")), ("version", _("by version"))],
    }  # fmt: skip
    if template is not None:
        groups = missing_rates(user, kind, template.outline, by)
        names = names_of_groups(by, groups[:MOST_GROUPS])
        labels = field_labels(own_fields())
        context |= {
            "groups": [_head(group, names, kind, by) for group in groups[:MOST_GROUPS]], "left": len(groups[MOST_GROUPS:]),
            "rows": [
                {"label": labels.get(item.key, item.key), "is_required": item.is_required,
                 "cells": [_cell(group, item.key, kind, by) for group in groups[:MOST_GROUPS]]}
                for item in template.outline.items if item.weight or item.is_required
            ],
        }  # fmt: skip
    return render(request, "facts/missing.html", context)


def _head(group: Rates, names: dict[int | None, str], kind: str, by: str) -> dict[str, Any]:
    nobody = {"rep": _("nobody (pool)"), "version": _("before templates"), "": _("All")}[by]
    name = names.get(group.key, nobody)
    label = _("version %(version)s") % {"version": name} if by == "version" and group.key else name
    return {"label": label, "total": group.total, "complete": round(group.complete), "url": _link(group, kind, by)}  # fmt: skip


def _cell(group: Rates, key: str, kind: str, by: str) -> dict[str, Any]:
    count = group.missing[key]
    percent = round(100 * count / group.total) if group.total else 0
    tone = "is-red" if percent >= 50 else "is-orange" if percent >= 20 else ""
    return {"count": count, "percent": percent, "tone": tone, "url": _link(group, kind, by, key) if count else ""}  # fmt: skip


def _link(group: Rates, kind: str, by: str, key: str = "") -> str:
    """Return the address of the list that shows exactly the counted customers."""
    asked = [("customer_type", "eq", kind)] + ([("missing", "eq", key)] if key else [])
    if column := GROUPED_BY[by]:
        asked.append((column, "eq", str(group.key)) if group.key is not None else (column, "empty", ""))
    query = [("tab", "all"), ("match", "all")]
    for name, op, value in asked:
        query += [("f", name), ("op", op), ("v", value), ("v2", "")]
    return f"{reverse('customers:list')}?{urlencode(query)}"
