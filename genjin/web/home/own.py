"""What one person's workbench holds: today's list, tiles, lists that want attention, the week's figures."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.followups.models import Task
from genjin.followups.queries import workbench as bench
from genjin.followups.queries.deadlines import clocks_listed
from genjin.followups.rules import PeriodKind, period_of, same_stretch
from genjin.insights.models import Target
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.own import own_beside
from genjin.insights.rules.figures import Unit
from genjin.quality.queries.facts import to_confirm
from genjin.web.home.attention import lists_for
from genjin.web.home.deals import deal_lists
from genjin.web.insights.asked import records_url
from genjin.web.insights.shown import shown
from genjin.web.shell.templatetags.genjin import ago, due, exact, money

SHOWN = 8
# Figures of the sales brief, of the catalogue.
BRIEF = ("contacts", "customers_contacted", "customers_given", "moved_forward", "tasks_done", "records_late")
EARNED = ("opportunity_amount", "amount_signed", "cash")
MOST_COUNTED = 1000


def own(user: User, days: bench.Days) -> dict[str, Any]:
    """Return one's own workbench; who sells sees customers, who helps sees what colleagues ask for."""
    lists = bench.tasks_by_day(user, days)
    tasks_url = reverse("followups:tasks")
    sells = user.may(Right.CLAIM)
    tiles, attention = (_selling if sells else _helping)(user, days)
    return {
        "greeting": _("Good day, %(name)s") % {"name": user.name},
        "summary": timezone.localtime(days.now).strftime("%Y-%m-%d"),
        "todo": groups(user, lists), "todo_url": tasks_url, "todo_fragment_url": reverse("todo"),
        "todo_count": lists["overdue"].count + lists["today"].count,
        "guide": _guide(user),
        "tiles": [*_due(lists, tasks_url), *tiles],
        "attention": [*attention, *deal_lists(user, days), *lists_for(user, days)],
        "aims_url": reverse("insights:targets_now") if sells or Target.objects.visible_to(user).exists() else "",
        "brief": _brief(user, days) if user.may(Right.FOLLOW_UP) else None,
    }  # fmt: skip


def _due(lists: dict[str, bench.TaskList], url: str) -> list[dict[str, Any]]:
    words = (
        ("overdue", _("Overdue"), "red", "clock-exclamation"),
        ("today", _("Due today"), "orange", "calendar-event"),
        ("tomorrow", _("Tomorrow"), "", "calendar"),
    )
    return [
        {"label": label, "value": lists[key].count, "tone": tone if lists[key].count else "", "url": f"{url}?tab=mine&due={key}", "icon": icon}
        for key, label, tone, icon in words
    ]  # fmt: skip


def _selling(user: User, days: bench.Days) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    idle, new = bench.without_next_step(user), bench.waiting_for_first_contact(user)
    to_ask = to_confirm(Customer.objects.filter(owner=user), days.now).order_by()[:MOST_COUNTED].count()
    idle_count, new_count = idle.order_by()[:MOST_COUNTED].count(), new.order_by()[:MOST_COUNTED].count()
    idle_url = list_url("idle", owner_id=user.pk)
    new_url = clocks_url(user, "open", "first_contact")
    risk = clocks_listed(user, "high_risk", person=user.pk).order_by()[:MOST_COUNTED].count()
    tiles = [
        {"label": _("New, not contacted yet"), "value": new_count, "tone": "orange" if new_count else "", "url": new_url, "icon": "user-plus"},
        {"label": _("No next step"), "value": idle_count, "tone": "red" if idle_count else "green", "url": idle_url, "icon": "alert-triangle"},
        {"label": _("High risk"), "value": risk, "tone": "red" if risk else "green", "url": clocks_url(user, "high_risk"), "icon": "flame"},
        {"label": _("To confirm again"), "value": to_ask, "tone": "orange" if to_ask else "", "url": reverse("facts:confirm"), "icon": "shield-check"},
    ]  # fmt: skip
    attention = [
        {"title": _("New assignments"), "icon": "user-plus", "url": new_url, "rows": [
            {"url": reverse("customers:detail", args=[d.customer_id]), "name": shown_name(user, d.customer), "note": due(d.due_at),
             "tone": "red" if d.due_at < days.now else "orange"} for d in new[:SHOWN]]},
        {"title": _("No next step"), "icon": "alert-triangle", "url": idle_url, "rows": [
            {"url": reverse("customers:detail", args=[c.pk]), "name": shown_name(user, c), "note": ago(c.no_next_step_since), "tone": "red"}
            for c in idle[:SHOWN]]},
    ]  # fmt: skip
    return tiles, attention


def clocks_url(user: User, state: str, kind: str = "") -> str:
    """Return the list of somebody's clocks in a state."""
    return f"{reverse('followups:deadlines')}?{urlencode({'state': state, 'kind': kind, 'who': user.pk})}"


def list_url(tab: str = "all", **equal: Any) -> str:
    """Return the list of customers with these fields equal to these values."""
    words = [("tab", tab)]
    for name, value in equal.items():
        words += [("f", name), ("op", "eq"), ("v", str(value)), ("v2", "")]
    return f"{reverse('customers:list')}?{urlencode(words)}"


def _helping(user: User, _days: bench.Days) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    waiting = Task.objects.of(user).open().order_by()[:MOST_COUNTED].count()
    tile = {
        "label": _("All open tasks"),
        "value": waiting,
        "url": reverse("followups:tasks"),
        "icon": "checklist",
    }
    return [tile], []


def _brief(user: User, days: bench.Days) -> dict[str, Any]:
    """Return the week so far beside the same stretch of the week before; every figure opens its records."""
    today = local_day(days.now)
    week = period_of(PeriodKind.WEEK, today)
    before = same_stretch(PeriodKind.WEEK, week, today)

    def line(key: str) -> dict[str, Any]:
        metric = METRICS[key]
        now, then = own_beside(user, key, (week, before), today)
        moved = now - then
        text = money(moved) if metric.unit == Unit.YUAN else f"{moved:.0f}"
        return {
            "label": metric.name, "value": shown(metric, now), "url": records_url(key, week, user.pk),
            "change": f"{'+' if moved > 0 else ''}{text}" if moved else "±0", "tone": "red" if metric.is_bad and now else "",
        }  # fmt: skip

    return {
        "period": _("this week, against the same days of last week"),
        "rows": [line(key) for key in (*(EARNED if user.may(Right.SELL) else ()), *BRIEF)],
    }


def groups(user: User, lists: dict[str, bench.TaskList]) -> list[dict[str, Any]]:
    words = (
        ("overdue", _("Overdue"), "red"),
        ("today", _("Today"), "orange"),
        ("tomorrow", _("Tomorrow"), "grey"),
    )
    return [
        {
            "label": label,
            "tone": tone,
            "count": lists[key].count,
            "rows": [_todo_row(user, task, tone) for task in lists[key].tasks],
        }
        for key, label, tone in words
        if lists[key].tasks
    ]


def _todo_row(user: User, task: Task, tone: str) -> dict[str, Any]:
    return {
        "url": f"{reverse('customers:detail', args=[task.customer_id])}#composer-summary", "name": shown_name(user, task.customer),
        "what": task.objective, "when": due(task.due_at), "tone": tone, "grade": task.customer.grade,
        "exact": exact(task.due_at), "done_url": reverse("followups:done", args=[task.pk]),
    }  # fmt: skip


def _guide(user: User) -> list[dict[str, Any]]:
    """Return the first steps while there is nothing yet."""
    if Customer.objects.visible_to(user).exists():
        return []
    steps = []
    if user.may(Right.IMPORT):
        steps.append(
            {
                "url": reverse("intake:upload"),
                "label": _("Import your leads"),
                "text": _("Bring the sheet as it is; columns are recognised."),
            }
        )
    if user.may(Right.MANAGE_USERS):
        steps.append(
            {
                "url": reverse("settings:users"),
                "label": _("Invite your team"),
                "text": _("Add people and teams."),
            }
        )
    if user.may(Right.MANAGE_SETTINGS):
        steps.append(
            {
                "url": reverse("settings:rules"),
                "label": _("Set grades and pools"),
                "text": _("Score rules, sources, pools."),
            }
        )
    return steps
