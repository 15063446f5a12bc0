"""The list, the board and the search box."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import SavedView, User
from genjin.accounts.permissions import Right
from genjin.customers.models import Customer, CustomerQuerySet
from genjin.customers.queries.find import newest_found
from genjin.customers.queries.own_conditions import own_value
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Stage
from genjin.fields.queries import names_in, own_fields
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import is_own_key
from genjin.followups.queries.grades import current_policy
from genjin.followups.queries.lists import conditions_of, rows_of, tab_of
from genjin.followups.rules import FIRST_POLICY
from genjin.routing.queries.recycling import clocks_of
from genjin.web.customers import columns as cols
from genjin.web.customers import filters
from genjin.web.gates.words import debt_tag
from genjin.web.shell.own_views import columns_page, drop_view_page, keep_view_page, kept_columns
from genjin.web.shell.pages import is_fragment, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import due, due_class, money

BOARD_CARDS = 30
FILTERED = ("tab", "sort", "view", "match", "f", "op", "v", "v2")  # what a search within the list keeps
PAGE = "customers"


def _tabs(user: User, tab: str) -> list[dict[str, Any]]:
    words = {
        "all": _("All"),
        "mine": _("Mine"),
        "team": _("Team"),
        "shared": pgettext("tab", "Shared with me"),
        "pool": _("Pool"),
        "idle": _("No next step"),
        "proposals": _("Grade proposals"),
    }
    views = SavedView.objects.visible_to(user).filter(page=PAGE)
    shown = [{"url": f"?tab={key}", "label": word, "active": tab == key} for key, word in words.items()]
    if user.may(Right.MOVE_STAGE):
        shown.append({"url": reverse("gates:status"), "label": _("Stages to look at"), "active": False})
    return shown + [
        {"url": f"?{view.query}&view={view.pk}", "label": view.name, "active": tab == f"view{view.pk}"}
        for view in views
    ]


def chosen_columns(user: User, own: Sequence[cols.Column] = ()) -> list[cols.Column]:
    """Return the columns of the list as this person chose them, `own` ones among them."""
    return cols.chosen(kept_columns(user, PAGE), own)


@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    """Show the list of customers: tabs, search, filter, chosen columns, batch deeds."""
    user = user_of(request)
    fields = own_fields()
    own = cols.own_columns(fields)
    columns = chosen_columns(user, own)
    if tab_of(user, request.GET) == "proposals":
        columns = cols.with_proposals(columns)
    order, sort = cols.ordering(request.GET.get("sort", ""), own)
    rows = rows_of(user, request.GET)
    if is_own_key(sort):  # no index serves it, so that it goes no further than the numbered pages
        rows = rows.annotate(own_sort=own_value(next(field for field in fields if field.key == sort)))
    rows = rows.order_by(*order).select_related(*cols.JOINED).only(*cols.read_of(columns))
    shown = paged(request, rows, order=() if is_own_key(sort) else order)
    _name_colleagues(shown.rows, columns, fields)
    context = shown.context() | _frame(request, user, columns, sort, fields)
    if any(column.key == "days_left" for column in columns):
        _note_leaving(shown.rows)
    if any(column.key == "idle" for column in columns):
        _note_gaps(shown.rows)
    openings = cols.cell_openings(columns[1:])
    context["rows"] = [_row(customer, user, columns[1:], openings) for customer in shown.rows]
    return render(request, "customers/list.html", context)


def _note_leaving(rows: Sequence[Customer]) -> None:
    """Let each row know when it goes back to a pool; one query, for who shows that column."""
    clocks = clocks_of(row.pk for row in rows)
    for row in rows:
        row.leaves_at = clocks.get(row.pk)  # type: ignore[attr-defined]


def _note_gaps(rows: Sequence[Customer]) -> None:
    """Let each row know the longest gap its grade allows; one query."""
    policy = current_policy() if rows else FIRST_POLICY
    for row in rows:
        row.max_gap_days = policy.of(row.grade).max_gap_days  # type: ignore[attr-defined]


def _name_colleagues(
    rows: list[Customer], columns: list[cols.Column], fields: tuple[Definition, ...]
) -> None:
    """Give the rows the names of colleagues in own columns; a query only when there are any."""
    wanted = {column.key for column in columns}
    shown = [field for field in fields if field.key in wanted and field.kind == FieldKind.PERSON]
    if shown:
        names = names_in(shown, [row.custom for row in rows])
        for row in rows:
            row.names = names  # type: ignore[attr-defined]


def _frame(  # noqa: PLR0917 (a page's parts)
    request: HttpRequest,
    user: User,
    columns: list[cols.Column],
    sort: str,
    fields: tuple[Definition, ...],
) -> dict[str, Any]:
    query = request.GET
    tab = f"view{query['view']}" if query.get("view") else tab_of(user, query)
    asked = conditions_of(query)
    return {
        "title": _("Customers"),
        "tabs": _tabs(user, tab),
        "query": query.get("q", ""),
        "kept": [(name, query[name]) for name in ("tab", "sort", "q") if query.get(name)],
        "kept_in_search": [(name, value) for name in FILTERED for value in query.getlist(name)],
        "filter": filters.shown(
            user, asked, query.get("match", "all"), f"?tab={tab_of(user, query)}", own=fields
        ),
        "columns": cols.sort_links(query, columns, query.get("sort", "") if sort else ""),
        "columns_url": reverse("customers:columns"),
        "view_url": f"{reverse('customers:save_view')}?{query.urlencode()}",
        "board_url": f"{reverse('customers:board')}?{query.urlencode()}",
        "picks": True,
        "deeds": deeds(user),
        "matching": query.urlencode(),
        "create": {"url": reverse("quick_create"), "label": pgettext("deed", "New customer"), "dialog": True}
        if user.may(Right.ADD_CUSTOMER)
        else None,
        "empty": _empty(user, query),
    }


def _empty(user: User, query: Any) -> dict[str, str]:
    if query.get("q") or query.get("f"):
        return {"icon": "search", "title": _("Nothing found"), "text": _("Try fewer words or conditions.")}
    if query.get("tab") == "proposals":
        return {
            "icon": "star",
            "title": _("No grade is in question"),
            "text": _("After each contact the rules look whether another grade fits; then it stands here."),
        }
    if query.get("tab") == "idle":
        return {
            "icon": "circle-check",
            "title": _("Everybody has a next step"),
            "text": _("No customer is forgotten."),
        }
    start = {"url": reverse("intake:upload"), "label": _("Import a sheet")} if user.may(Right.IMPORT) else {}
    return {
        "icon": "users",
        "title": _("No customers here yet"),
        "text": _("Import your sheet of leads, or add the first one."),
    } | start


def deeds(user: User) -> list[dict[str, Any]]:
    """Return the batch bar's buttons this person may press."""
    words = (
        (Right.ASSIGN, "assign", _("Assign"), "user-share"),
        (Right.MANAGE_TASKS, "plan", _("Plan"), "calendar-plus"),
        (Right.RELEASE, "release", _("To the pool"), "arrow-back-up"),
        (Right.GRADE, "grade", _("Grade"), "star"),
        (Right.MOVE_STAGE, "stage", _("Move stage"), "flag"),
        (Right.CHANGE_CUSTOMER, "tag", _("Tag"), "tag"),
        (Right.EXPORT, "export", _("Export"), "download"),
    )
    shown: list[dict[str, Any]] = [
        {"url": reverse(f"customers:bulk_{name}"), "label": label, "icon": icon, "dialog": True}
        for right, name, label, icon in words
        if user.may(right)
    ]
    if user.may(Right.CHANGE_CUSTOMER):
        edit = {"url": reverse("bulk_edit"), "label": _("Bulk edit"), "icon": "edit", "dialog": False}
        shown.insert(-1 if user.may(Right.EXPORT) else len(shown), edit)
    return shown


def _row(customer: Customer, user: User, columns: list[cols.Column], openings: list[str]) -> dict[str, Any]:
    url = reverse("customers:detail", args=[customer.pk])
    return {
        "id": customer.pk,
        "url": url,
        "drawer": f"{url}drawer/",
        "name": shown_name(user, customer),
        "cells": cols.cells_html(columns, openings, customer, user),
    }


@require_http_methods(["GET", "POST"])
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Choose and order the columns of the list."""
    own = cols.own_columns(own_fields())
    return columns_page(
        request, PAGE, [*cols.COLUMNS, *own], chosen=lambda keys: cols.chosen(keys, own), done=reverse("customers:list")
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it stands under a name."""
    return keep_view_page(request, PAGE, done=reverse("customers:list"))


@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a saved view."""
    return drop_view_page(request, PAGE, pk, done=reverse("customers:list"))


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the same list as a board by stage; a dropped card goes through the one transition service."""
    user = user_of(request)
    rows = rows_of(user, request.GET)
    shown = [_board_column(stage, rows.filter(stage=stage), request.GET) for stage in Stage]
    context = {"title": _("Customers"), "tabs": _tabs(user, tab_of(user, request.GET)), "board": shown,
               "list_url": f"{reverse('customers:list')}?{request.GET.urlencode()}"}  # fmt: skip
    for column in shown:
        column["cards"] = [card_of(customer, user) for customer in column["cards"]]
    return render(request, "customers/board.html", context)


def _board_column(stage: Stage, rows: CustomerQuerySet, query: Any) -> dict[str, Any]:
    cards = list(rows.order_by("-id").select_related("owner")[: BOARD_CARDS + 1])
    address = query.copy()
    address.setlist("f", [*query.getlist("f"), "stage"])
    for name, value in (("op", "eq"), ("v", stage.value), ("v2", "")):
        address.setlist(name, [*query.getlist(name), value])
    count = str(len(cards)) if len(cards) <= BOARD_CARDS else f"{BOARD_CARDS}+"
    more = f"{reverse('customers:list')}?{address.urlencode()}" if len(cards) > BOARD_CARDS else ""
    return {
        "stage": stage.value,
        "label": stage.label,
        "count": count,
        "cards": cards[:BOARD_CARDS],
        "more_url": more,
    }


def card_of(customer: Customer, user: User) -> dict[str, Any]:
    """Return what the board shows of a customer."""
    url = reverse("customers:detail", args=[customer.pk])
    tone = {"is-overdue": "overdue", "is-today": "today"}.get(due_class(customer.next_action_at), "later")
    late = customer.no_next_step_since is not None
    return {
        "id": customer.pk, "url": url, "drawer": f"{url}drawer/", "name": shown_name(user, customer), "grade": customer.grade,
        "move_url": f"{url}stage/" if user.may(Right.MOVE_STAGE) else "", "version": customer.version,
        "due": "overdue" if late else tone, "due_text": _("no next step") if late else due(customer.next_action_at),
        "amount": money(customer.budget_max), "owner": customer.owner.name if customer.owner else "", "debt": debt_tag(customer),
    }  # fmt: skip


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Answer the search box: up to ten customers as a panel, or the list."""
    user, text = user_of(request), request.GET.get("q", "").strip()[:100]
    if not is_fragment(request):
        return redirect(f"{reverse('customers:list')}?{urlencode({'tab': 'all', 'q': text})}")
    found = []
    if len(text) >= 2:
        found = [
            {"url": reverse("customers:detail", args=[row.pk]), "name": shown_name(user, row), "grade": row.grade,
             "stage": row.stage, "stage_label": row.get_stage_display(), "owner": row.owner.name if row.owner else ""}
            for row in newest_found(user, text)
        ]  # fmt: skip
    return render(request, "customers/found.html", {"found": found, "text": text})
