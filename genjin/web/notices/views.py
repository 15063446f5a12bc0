"""What one was told: the list, the way to each deed, what was read."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.customers.queries.sight import names_seen
from genjin.notices.actions.letters import Shown, shown_notices
from genjin.notices.actions.reading import mark_read
from genjin.notices.models import Notice
from genjin.notices.queries import unread_count
from genjin.notices.rules import label_of, manner_of
from genjin.web.notices.links import page_of
from genjin.web.shell.pages import is_fragment, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, exact

IN_THE_DRAWER = 30


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Show what one was told, by day; the newest of it in the drawer."""
    user, tab = user_of(request), request.GET.get("tab", "")
    mine = Notice.objects.visible_to(user)
    rows = mine.unread() if tab == "unread" else mine
    context: dict[str, Any] = {"title": pgettext("menu", "Notices"), "unread": unread_count(user)}
    if is_fragment(request) and request.headers.get("HX-Target") == "drawer-body":
        context["days"] = _days(user, list(rows[:IN_THE_DRAWER]))
        return render(request, "notices/list.html#drawer", context)
    shown = paged(request, rows)
    words = {"": _("All"), "unread": pgettext("notices", "Unread")}
    context |= shown.context() | {
        "days": _days(user, shown.rows), "query": request.GET.urlencode(),
        "tabs": [{"url": f"?tab={key}", "label": word, "active": key == tab} for key, word in words.items()],
    }  # fmt: skip
    part = "#list" if is_fragment(request) else ""
    return render(request, f"notices/list.html{part}", context)


def _days(user: User, rows: Sequence[Notice]) -> list[dict[str, Any]]:
    shown = shown_notices(user, rows, names_seen)
    by_day = groupby(shown, key=lambda one: timezone.localtime(one.notice.at).date())
    return [{"label": _day(day), "rows": [_row(one) for one in ones]} for day, ones in by_day]


def _day(day: date) -> str:
    today = timezone.localdate()
    if day == today:
        return _("Today")
    return _("Yesterday") if day == today - timedelta(days=1) else date_format(day, "DATE_FORMAT")


def _row(one: Shown) -> dict[str, Any]:
    notice = one.notice
    return {
        "id": notice.pk, "icon": manner_of(notice.kind).icon, "kind": label_of(notice.kind), "customer": one.customer,
        "text": one.text, "when": ago(notice.at), "exact": exact(notice.at),
        "is_unread": notice.read_at is None, "url": reverse("notices:open", args=[notice.pk]) if one.is_open else "",
    }  # fmt: skip


@require_GET
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead on to where a notice is dealt with; it counts as read. Of a customer out of sight it leads nowhere."""
    user = user_of(request)
    notice = Notice.objects.visible_to(user).get(pk=pk)
    mark_read(user, ids=[notice.pk], now=timezone.now())
    is_open = shown_notices(user, [notice], names_seen)[0].is_open
    return redirect(page_of(notice) if is_open else reverse("notices:list"))


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that one has read a notice."""
    user = user_of(request)
    notice = Notice.objects.visible_to(user).get(pk=pk)
    mark_read(user, ids=[notice.pk], now=timezone.now())
    if not is_fragment(request):
        return leave(request, reverse("notices:list"))
    shown = _row(shown_notices(user, [Notice.objects.get(pk=pk)], names_seen)[0])
    return render(request, "notices/list.html#row", {"row": shown})


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that one has read everything."""
    mark_read(user_of(request), now=timezone.now())
    return leave(request, reverse("notices:list"), _("All read."))


@require_http_methods(["GET"])
def count(request: HttpRequest) -> HttpResponse:
    """Count what is unread, for the bell."""
    context = {"notice_count": unread_count(user_of(request))}
    return render(request, "shell/components/bell.html#count", context)
