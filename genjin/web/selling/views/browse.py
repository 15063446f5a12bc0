"""The list of opportunities, its columns and views, the board and the forecast."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import SavedView, User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.queries.sight import said
from genjin.selling.models import Opportunity, Product
from genjin.selling.queries.pipeline import (
    COUNTED,
    ORDERS,
    TABS,
    by_stage,
    chances,
    in_order,
    needing_a_date,
    rows_of,
    with_weight,
)
from genjin.selling.rules import Forecast, OpportunityKind, OpportunityStage
from genjin.selling.rules.words import OPEN_STAGES
from genjin.web.exports.offer import export_url
from genjin.web.selling import words
from genjin.web.shell.own_views import columns_page, drop_view_page, keep_view_page, kept_columns
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import money

PAGE = "opportunities"
BOARD_CARDS = 30
KEPT = ("tab", "sort", "stage", "kind", "forecast", "owner", "product", "month")


def tabs_of(user: User, query: QueryDict, *, here: str = "list") -> list[dict[str, Any]]:
    """Return the tabs of all pages of opportunities."""
    tab = query.get("tab", "open") if here == "list" and not query.get("view") else ""
    labels = {
        "open": pgettext("opportunities", "Open"), "mine": _("Mine"), "attention": _("Date missing or past"),
        "won": pgettext("opportunity", "Won"), "lost": pgettext("opportunity", "Lost"), "all": _("All"),
    }  # fmt: skip
    url = reverse("selling:list")
    waiting = needing_a_date(Opportunity.objects.visible_to(user), local_day(timezone.now())).count()
    shown = [{"url": f"{url}?tab={key}", "label": labels[key], "active": tab == key,
              "count": waiting if key == "attention" and waiting else None} for key in TABS]  # fmt: skip
    shown.append({"url": reverse("selling:forecast"), "label": _("Forecast"), "active": here == "forecast"})
    views = SavedView.objects.visible_to(user).filter(page=PAGE)
    return shown + [
        {"url": f"{url}?{view.query}&view={view.pk}", "label": view.name, "active": query.get("view") == str(view.pk)} for view in views
    ]  # fmt: skip


def columns_of(user: User) -> list[words.Column]:
    """Return the columns this person chose."""
    return words.chosen(kept_columns(user, PAGE))


@require_GET
def opportunity_list(request: HttpRequest) -> HttpResponse:
    """Show opportunities: tabs, search, sieves, sums by stage, chosen columns."""
    user, query, today = user_of(request), request.GET, local_day(timezone.now())
    columns = columns_of(user)
    known = chances()
    rows = with_weight(rows_of(user, query, today), known)
    shown = paged(
        request,
        in_order(rows, query.get("sort", "")).select_related("customer", "customer__owner", "owner"),
    )
    whole = with_weight(rows_of(user, query, today, but=("stage",)), known)
    context = shown.context() | {
        "title": _("Opportunities"), "page_tabs": tabs_of(user, query), "query": query.get("q", ""),
        "sieves": _sieves(user, query), "kept_in_search": [(name, query[name]) for name in KEPT if query.get(name)],
        "kept": [(name, query[name]) for name in ("tab", "sort", "q", "month") if query.get(name)],
        "sums": _tiles(whole, query), "columns": _heads(columns, query), "board_url": f"{reverse('selling:board')}?{query.urlencode()}",
        "columns_url": reverse("selling:columns"), "view_url": f"{reverse('selling:save_view')}?{query.urlencode()}",
        "drop_view_url": reverse("selling:drop_view", args=[query["view"]]) if query.get("view", "").isdecimal() else "",
        "create": {"url": reverse("selling:add"), "label": _("New opportunity"), "dialog": True} if user.may(Right.SELL) else None,
        "empty": _empty(query), "export_url": export_url(request, "opportunities"),
        "rows": [{"url": reverse("selling:detail", args=[row.pk]), "name": said(user, row.customer, row.name), "cells": words.cells(row, user, columns, today)}
                 for row in shown.rows],
    }  # fmt: skip
    return render(request, "selling/list.html", context)


def _heads(columns: list[words.Column], query: QueryDict) -> list[dict[str, Any]]:
    now = query.get("sort", "")
    heads = []
    for column in columns:
        state = {column.key: "ascending", f"-{column.key}": "descending"}.get(now, "")
        asked = query.copy()
        asked.pop("page", None)
        asked["sort"] = f"-{column.key}" if state == "ascending" else column.key
        url = f"?{asked.urlencode()}" if column.key in ORDERS else ""
        heads.append({"label": column.label, "number": column.is_number, "sort": state, "sort_url": url})
    return heads


def _sieves(user: User, query: QueryDict) -> list[dict[str, Any]]:
    """Return the choices beside the search: stage, kind, forecast, owner, product."""
    deals = Opportunity.objects.visible_to(user).filter(owner=OuterRef("pk"))
    people = User.objects.filter(Exists(deals))
    owners = [(str(pk), name) for pk, name in people.order_by("name").values_list("pk", "name")[:200]]
    products = [(str(pk), name) for pk, name in Product.objects.offered().values_list("pk", "name")[:200]]
    lists: tuple[tuple[str, Any, Any], ...] = (
        ("stage", _("Any stage"), OpportunityStage.choices), ("kind", _("Any kind"), OpportunityKind.choices),
        ("forecast", _("Any forecast"), [*Forecast.choices, (COUNTED, _("All that is counted"))]), ("owner", _("Any owner"), owners), ("product", _("Any product"), products),
    )  # fmt: skip
    return [
        {"name": name, "label": label, "value": query.get(name, ""), "choices": list(choices)}
        for name, label, choices in lists
        if choices
    ]


def _tiles(rows: "QuerySet[Opportunity]", query: QueryDict) -> list[dict[str, Any]]:
    found = by_stage(rows)
    shown = []
    for stage in OpportunityStage:
        asked = query.copy()
        for name in ("page", "view"):
            asked.pop(name, None)
        asked["stage"] = stage.value
        if asked.get("tab", "open") != "mine":
            asked["tab"] = "all"
        shown.append(words.tile_of(stage.label, found[stage], f"?{asked.urlencode()}"))
    return shown


def _empty(query: QueryDict) -> dict[str, str]:
    if any(query.get(name) for name in (*KEPT[2:], "q")):
        return {"icon": "search", "title": _("Nothing found"), "text": _("Try fewer words or conditions.")}
    if query.get("tab") == "attention":
        text = _("Every open opportunity has a day that is still to come.")
        return {"icon": "circle-check", "title": _("All dates are in order"), "text": text}
    return {
        "icon": "target-arrow", "title": _("No opportunities here yet"),
        "text": _("The first one opens by itself when a customer becomes qualified: need, budget and decision shown by evidence."),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Choose and order the columns of the list."""
    return columns_page(request, PAGE, words.COLUMNS, chosen=words.chosen, done=reverse("selling:list"))


@require_http_methods(["GET", "POST"])
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it stands under a name."""
    return keep_view_page(request, PAGE, done=reverse("selling:list"))


@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a saved view."""
    return drop_view_page(request, PAGE, pk, done=reverse("selling:list"))


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the same opportunities by stage; a dropped card moves the customer along, through the same gates."""
    user, query, today = user_of(request), request.GET.copy(), local_day(timezone.now())
    query["tab"] = "mine" if query.get("tab") == "mine" else "all"
    rows = with_weight(rows_of(user, query, today, but=("stage",)), chances())
    found = by_stage(rows)
    shown = []
    for stage in OpportunityStage:
        order = "expected_close" if stage in OPEN_STAGES else "-closed_at"
        cards = list(
            rows.filter(stage=stage)
            .order_by(order, "-id")
            .select_related("customer__owner", "owner")[: BOARD_CARDS + 1]
        )
        more = urlencode({"tab": query["tab"], "stage": stage.value})
        shown.append({
            "stage": stage.value, "label": stage.label, "count": str(found[stage].count), "sum": money(found[stage].amount) if found[stage].amount else "",
            "cards": [words.card_of(row, user, today) for row in cards[:BOARD_CARDS]],
            "more_url": f"{reverse('selling:list')}?{more}" if len(cards) > BOARD_CARDS else "",
        })  # fmt: skip
    mine = {
        "url": f"{reverse('selling:board')}?tab={'all' if query['tab'] == 'mine' else 'mine'}",
        "on": query["tab"] == "mine",
    }
    context = {"title": _("Opportunities"), "tabs": tabs_of(user, request.GET, here="board"), "board": shown, "mine": mine,
               "list_url": f"{reverse('selling:list')}?{urlencode({'tab': query['tab']})}"}  # fmt: skip
    return render(request, "selling/board.html", context)
