"""What a person keeps of a list: the columns of their choice, and the list as it stands under a name."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.accounts.actions import delete_view, save_view
from genjin.accounts.models import SavedView, User
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import back, form_page, leave, user_of


class Column(Protocol):
    """What choosing needs to know of a column."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> Any: ...


class ViewForm(Form):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=60)


def kept_columns(user: User, page: str) -> list[str]:
    """Return the keys of the columns this person chose for a list, in order; none before the first choice."""
    kept = SavedView.objects.visible_to(user).filter(page=f"{page}.columns").first()
    return kept.query.split(",") if kept else []


def columns_page[C: Column](
    request: HttpRequest,
    page: str,
    columns: Sequence[C],
    *,
    chosen: Callable[[Sequence[str]], list[C]],
    done: str,
) -> HttpResponse:
    """Choose and order columns; `chosen` makes of any keys a list that can be shown."""
    user = user_of(request)
    if request.method == "POST":
        keys = [] if request.POST.get("reset") else request.POST.getlist("columns")
        kept = ",".join(column.key for column in chosen(keys))
        save_view(user, page=f"{page}.columns", name="columns", query=kept)
        return leave(request, back(request, done))
    now = chosen(kept_columns(user, page))
    rest = [column for column in columns if column.key not in {one.key for one in now}]
    shown = [{"key": one.key, "label": one.label, "shown": one in now} for one in [*now, *rest]]
    context = {"title": _("Columns"), "columns": shown, "action": request.path}
    return render(request, "shell/components/columns.html", context)


def keep_view_page(request: HttpRequest, page: str, *, done: str) -> HttpResponse:
    """Keep a list as it stands, with search and filter, under a name."""
    query = request.GET.copy()
    for name in ("view", "page"):
        query.pop(name, None)
    return form_page(
        request, ViewForm(request.POST or None), title=_("Save this view"), done=f"{done}?{query.urlencode()}",
        save=lambda data: save_view(user_of(request), page=page, name=data["name"], query=query.urlencode()),
    )  # fmt: skip


def drop_view_page(request: HttpRequest, page: str, pk: int, *, done: str) -> HttpResponse:
    """Forget a view one kept."""
    delete_view(user_of(request), SavedView.objects.visible_to(user_of(request)).get(pk=pk, page=page))
    return leave(request, done)
