"""The ledger of promises: mine, or my team's, by how each stands."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.queries.sight import sees_person, show_contact, shown_name
from genjin.followups.models import Task
from genjin.followups.queries.promises import TABS, in_tab, promises_of
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.followups.rules.promises import Verdict
from genjin.web.followups.issues import day_words
from genjin.web.followups.tabs import work_tabs
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged

TONES = {"open": "line", "kept": "green", "late": "orange", "broken": "red"}


@require_GET
def promise_list(request: HttpRequest) -> HttpResponse:
    """Show promises of a tab; `?who=team` those of the people one leads, `?side=` only ours or theirs."""
    user, now = user_of(request), timezone.now()
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    is_team = request.GET.get("who") == "team"
    side = request.GET.get("side", "")
    rows = in_tab(promises_of(user, now, team=is_team), tab)
    if side in {"ours", "theirs"}:
        rows = rows.filter(kind=f"promise_{side}")
    rows = (
        rows.order_by("promised_for", "id")
        if tab in {"open", "overdue"}
        else rows.order_by("-promised_for", "-id")
    )
    shown = paged(request, rows)
    context = {
        "title": _("Tasks"), "tabs": work_tabs("promises"), "rows": [_row(task, user) for task in shown.rows], "columns": _columns(),
        "chips": _chips(tab, is_team, side), "choices": _choices(user, tab, is_team, side),
        "empty": {"icon": "circle-check", "title": _("No promise here"), "text": _("Write down what was promised when you record a contact.")},
    }  # fmt: skip
    return render(request, "followups/promises.html", shown.context() | context)


def _chips(tab: str, is_team: bool, side: str) -> list[dict[str, Any]]:
    words = {
        "open": Verdict.OPEN.label, "overdue": pgettext("promise", "Overdue"), "kept": Verdict.KEPT.label,
        "late": Verdict.LATE.label, "broken": Verdict.BROKEN.label,
    }  # fmt: skip
    return [{"label": words[key], "active": key == tab, "url": _url(key, is_team, side)} for key in TABS]


def _choices(user: User, tab: str, is_team: bool, side: str) -> list[dict[str, Any]]:
    found = []
    if user.may(Right.SEE_TEAM) or user.may(Right.SEE_ALL):
        found += [
            {"label": word, "active": team == is_team, "url": _url(tab, team, side)}
            for team, word in ((False, pgettext("promises", "Mine")), (True, pgettext("promises", "Team")))
        ]
    words = (("", _("Both sides")), ("ours", _("We promised")), ("theirs", _("They promised")))
    return found + [
        {"label": word, "active": key == side, "url": _url(tab, is_team, key), "is_side": True}
        for key, word in words
    ]


def _url(tab: str, is_team: bool, side: str) -> str:
    return f"?tab={tab}" + ("&who=team" if is_team else "") + (f"&side={side}" if side else "")


def _columns() -> list[dict[str, Any]]:
    words = (
        ("what", pgettext("promise", "What")), ("customer", _("Customer")), ("who", _("Who promised")),
        ("by", _("Promised for")), ("status", _("Status")),
    )  # fmt: skip
    return [{"key": key, "label": label} for key, label in words]


def _row(task: Task, user: User) -> dict[str, Any]:
    unmasked = sees_person(user, task.customer)
    is_open = task.status == TaskStatus.OPEN
    is_ours = task.kind == TaskKind.PROMISE_OURS
    person = show_contact(task.promisor, unmasked=unmasked).name if task.promisor else _("the customer")
    verdict = Verdict(task.verdict)  # type: ignore[attr-defined]
    return {
        "id": task.pk, "what": task.objective, "outcome": task.outcome, "customer": shown_name(user, task.customer),
        "customer_url": reverse("customers:detail", args=[task.customer_id]), "grade": task.customer.grade, "is_open": is_open,
        "who": task.assignee.name if is_ours else person, "chaser": "" if is_ours else task.assignee.name, "by": task.promised_for,
        "moved": task.postponed, "is_confirmed": task.is_confirmed, "verdict": verdict.label, "tone": TONES[verdict],
        "past": day_words(task.promised_for) if is_open and verdict == Verdict.BROKEN else "",
    }  # fmt: skip
