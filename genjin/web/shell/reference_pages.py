"""List, add, change and remove for tables without character: words, tags, pools."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.web.shell.forms import DateInput, Form, dress
from genjin.web.shell.pages import confirm_page, form_page, user_of
from genjin.web.shell.paging import paged


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list: its heading and what a row shows in it."""

    label: Any
    cell: Callable[[Any], Any]
    number: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """What the pages of one table need; `tab_field` cuts the list by the choices of that field."""

    name: str  # begins the address and the names of the urls
    title: Any
    new: Any
    right: Right
    columns: Sequence[Column]
    fields: Sequence[str]
    write: Callable[..., Any]  # write(actor, entry, values, now=...)
    remove: Callable[..., Any]  # remove(actor, entry, now=...)
    help: Any = ""
    tab_field: str = ""
    made: Mapping[str, Callable[[], forms.Field]] = field(
        default_factory=dict
    )  # fields the model cannot shape
    search: str = "name"
    rows: Callable[[User], "QuerySet[Any]"] | None = None  # which rows somebody sees; all of them by default


class ReferenceForm(Form):
    """The named fields of a model, with the model's own words and shapes."""

    def __init__(self, *args: Any, shape: Reference, model: type[Model], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in shape.fields:
            own = shape.made.get(name)
            made = own() if own else model._meta.get_field(name).formfield()  # type: ignore[union-attr]
            assert isinstance(made, forms.Field)  # noqa: S101 (only editable fields are named)
            if isinstance(made, forms.DateField):
                made.widget = DateInput()
            dress(made)
            if isinstance(made, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
                made.widget.attrs["data-picker"] = True
            self.fields[name] = made


def reference_pages(model: type[Model], shape: Reference) -> list[URLPattern]:
    """Return the addresses NAME/, NAME/new/, NAME/<pk>/ and NAME/<pk>/remove/ for a table."""

    @require_GET
    def entries(request: HttpRequest) -> HttpResponse:
        require(user_of(request), shape.right)
        return _list(request, model, shape)

    @require_http_methods(["GET", "POST"])
    def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
        require(user_of(request), shape.right)
        entry = model() if pk is None else _seen(request, model, shape).get(pk=pk)
        return _edit(request, entry, shape)

    @require_http_methods(["GET", "POST"])
    def remove(request: HttpRequest, pk: int) -> HttpResponse:
        require(user_of(request), shape.right)
        entry = _seen(request, model, shape).get(pk=pk)
        return confirm_page(
            request, deed=lambda: shape.remove(user_of(request), entry, now=timezone.now()), level="danger",
            title=_("Remove"), question=_("Remove “%(name)s”?") % {"name": entry}, submit_label=_("Remove"),
            done=reverse(f"settings:{shape.name}"), message=_("Removed."),
        )  # fmt: skip

    return [
        path(f"{shape.name}/", entries, name=shape.name),
        path(f"{shape.name}/new/", edit, name=f"{shape.name}_add"),
        path(f"{shape.name}/<int:pk>/", edit, name=f"{shape.name}_edit"),
        path(f"{shape.name}/<int:pk>/remove/", remove, name=f"{shape.name}_remove"),
    ]


def _seen(request: HttpRequest, model: type[Model], shape: Reference) -> "QuerySet[Any]":
    return shape.rows(user_of(request)) if shape.rows else model._default_manager.all()


def _list(request: HttpRequest, model: type[Model], shape: Reference) -> HttpResponse:
    tabs, chosen = _tabs(request, model, shape)
    rows = _seen(request, model, shape)
    if chosen:
        rows = rows.filter(**{shape.tab_field: chosen})
    query = request.GET.get("q", "").strip()[:60]
    if query:
        rows = rows.filter(**{f"{shape.search}__icontains": query})
    shown = paged(request, rows)
    context = shown.context() | {
        "title": shape.title, "help": shape.help, "tabs": tabs, "query": query, "kept": [("tab", chosen)] if chosen else [],
        "columns": [{"label": column.label, "number": column.number} for column in shape.columns],
        "rows": [_row(entry, shape) for entry in shown.rows],
        "create": {"url": reverse(f"settings:{shape.name}_add") + (f"?{shape.tab_field}={chosen}" if chosen else ""), "label": shape.new, "dialog": True},
        "empty": {"icon": "search" if query else "inbox", "title": _("Nothing found") if query else _("Nothing here yet")},
    }  # fmt: skip
    return render(request, "settings/entries.html", context)


def _tabs(request: HttpRequest, model: type[Model], shape: Reference) -> tuple[list[dict[str, Any]], str]:
    if not shape.tab_field:
        return [], ""
    choices = dict(model._meta.get_field(shape.tab_field).choices or ())  # type: ignore[union-attr]
    asked = request.GET.get("tab", "")
    chosen = asked if asked in choices else next(iter(choices))
    return [
        {"url": f"?tab={key}", "label": label, "active": key == chosen} for key, label in choices.items()
    ], chosen


def _row(entry: Model, shape: Reference) -> dict[str, Any]:
    cells = [
        {"text": column.cell(entry), "label": column.label, "number": column.number}
        for column in shape.columns
    ]
    return {"url": reverse(f"settings:{shape.name}_edit", args=[entry.pk]), "cells": cells}


def _edit(request: HttpRequest, entry: Model, shape: Reference) -> HttpResponse:
    stored = entry.pk is not None
    initial = forms.model_to_dict(entry, fields=shape.fields)
    if not stored and shape.tab_field:
        initial[shape.tab_field] = request.GET.get(shape.tab_field, "")
    form = ReferenceForm(request.POST or None, model=type(entry), shape=shape, initial=initial)
    done = reverse(f"settings:{shape.name}")
    if shape.tab_field:
        done += f"?tab={form.data.get(shape.tab_field) or initial.get(shape.tab_field, '')}"
    return form_page(
        request, form, save=lambda values: shape.write(user_of(request), entry, values, now=timezone.now()), done=done,
        title=str(entry) if stored else shape.new, message=_("Saved."), template="settings/entry.html",
        remove_url=reverse(f"settings:{shape.name}_remove", args=[entry.pk]) if stored else "",
    )  # fmt: skip
