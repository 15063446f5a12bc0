"""The workbench: today's list of a rep, and a lead's team."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.models import Request, User
from genjin.accounts.permissions import Right
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import CustomerType
from genjin.events.queries import is_silent, last_beat
from genjin.fields.queries import templates_to_revise
from genjin.followups.models import Task
from genjin.followups.queries import workbench as bench
from genjin.quality.queries.facts import to_confirm
from genjin.routing.models import Handover
from genjin.routing.queries.recycling import leaving
from genjin.routing.rules.recycling import days_left
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import ago, due

SHOWN = 8


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """Show what is due, who is new, who waits without a next step, and the week's figures."""
    user, days = user_of(request), bench.Days.of(timezone.now())
    if user.may(Right.SEE_TEAM) or user.may(Right.SEE_ALL):
        context = _own(user, days) | _team(user, days)
        context["attention"] = [*_requests(user), *context["attention"]]
    else:
        context = _own(user, days)
    context |= _worker(user, days)
    return render(request, "home/workbench.html" if "team" not in context else "home/team.html", context)


def _worker(user: User, days: bench.Days) -> dict[str, Any]:
    """Tell an administrator when background work stands still, and which templates are due for revision (S1-18)."""
    if not user.may(Right.MANAGE_SETTINGS):
        return {}
    beat = last_beat()
    kinds = dict(CustomerType.choices)
    due = [kinds.get(kind, kind) for kind, _day in templates_to_revise(days.now)]
    return {"is_worker_silent": is_silent(beat, days.now), "worker_silent_since": beat, "templates_due": due}


@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """Lead on to the list of tasks; for a fragment request, today's list alone."""
    if request.headers.get("HX-Request") != "true":
        return redirect("followups:tasks")
    user, days = user_of(request), bench.Days.of(timezone.now())
    return render(
        request,
        "home/workbench.html#todo",
        {"todo": _groups(user, bench.tasks_by_day(user, days)), "todo_url": reverse("followups:tasks")},
    )


def _own(user: User, days: bench.Days) -> dict[str, Any]:
    lists = bench.tasks_by_day(user, days)
    idle, new = bench.without_next_step(user), bench.waiting_for_first_contact(user)
    to_ask = to_confirm(Customer.objects.filter(owner=user), days.now).order_by()[:1000].count()
    idle_count, new_count = idle.order_by()[:1000].count(), new.order_by()[:1000].count()
    week = bench.week_figures([user.pk], days)
    tasks_url, list_url = reverse("followups:tasks"), reverse("customers:list")
    return {
        "greeting": _("Good day, %(name)s") % {"name": user.name},
        "summary": timezone.localtime(days.now).strftime("%Y-%m-%d"),
        "todo": _groups(user, lists), "todo_url": tasks_url, "todo_fragment_url": reverse("todo"),
        "todo_count": lists["overdue"].count + lists["today"].count,
        "guide": _guide(user),
        "tiles": [
            {"label": _("Overdue"), "value": lists["overdue"].count, "tone": "red" if lists["overdue"].count else "", "url": tasks_url, "icon": "clock-exclamation"},
            {"label": _("Due today"), "value": lists["today"].count, "tone": "orange" if lists["today"].count else "", "url": tasks_url, "icon": "calendar-event"},
            {"label": _("Tomorrow"), "value": lists["tomorrow"].count, "url": tasks_url, "icon": "calendar"},
            {"label": _("New, not contacted yet"), "value": new_count, "tone": "orange" if new_count else "", "icon": "user-plus"},
            {"label": _("No next step"), "value": idle_count, "tone": "red" if idle_count else "green", "url": f"{list_url}?tab=idle", "icon": "alert-triangle"},
            {"label": _("To confirm again"), "value": to_ask, "tone": "orange" if to_ask else "", "url": reverse("facts:confirm"), "icon": "shield-check"},
        ],
        "attention": [
            {"title": _("New assignments"), "icon": "user-plus", "rows": [
                {"url": reverse("customers:detail", args=[d.customer_id]), "name": shown_name(user, d.customer), "note": due(d.due_at),
                 "tone": "red" if d.due_at < days.now else "orange"} for d in new[:SHOWN]]},
            {"title": _("No next step"), "icon": "alert-triangle", "url": f"{list_url}?tab=idle", "rows": [
                {"url": reverse("customers:detail", args=[c.pk]), "name": shown_name(user, c), "note": ago(c.no_next_step_since), "tone": "red"}
                for c in idle[:SHOWN]]},
            *_leaving(user, days),
            *_handovers(user, days),
        ],
        "brief": {"period": _("this week"), "rows": _brief(week)},
    }  # fmt: skip


def _brief(week: bench.WeekFigures) -> list[dict[str, Any]]:
    return [
        {"label": _("Contacts made"), "value": week.contacts},
        {"label": _("Customers contacted"), "value": week.customers_contacted},
        {"label": _("New customers"), "value": week.new_customers},
        {"label": _("Moved forward"), "value": week.moved_forward},
        {"label": _("Recorded late"), "value": week.late_records, "tone": "red" if week.late_records else ""},
    ]


def _groups(user: User, lists: dict[str, bench.TaskList]) -> list[dict[str, Any]]:
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
        "exact": timezone.localtime(task.due_at).strftime("%Y-%m-%d %H:%M"), "done_url": reverse("followups:done", args=[task.pk]),
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


def _leaving(user: User, days: bench.Days) -> list[dict[str, Any]]:
    """Return which customers of one's own go back to the pool within a week, when any does."""
    clocks = leaving(user, days.now).filter(responsible=user)[:SHOWN]
    rows = [
        {"url": reverse("customers:detail", args=[clock.customer_id]), "name": shown_name(user, clock.customer),
         "note": _("%(count)d days") % {"count": (left := days_left(clock.due_at, days.now))}, "tone": "red" if left <= 3 else "orange"}
        for clock in clocks
    ]  # fmt: skip
    url = reverse("routing:leaving")
    return (
        [{"title": _("Back to the pool soon"), "icon": "arrow-back-up", "url": url, "rows": rows}]
        if rows
        else []
    )


def _handovers(user: User, days: bench.Days) -> list[dict[str, Any]]:
    """Return what this person is offered, and what people they lead left unanswered, when there is any."""
    mine = Handover.objects.for_answer(user)
    late = Handover.objects.visible_to(user).unanswered(days.now).exclude(receiver=user)
    rows = [
        {"url": reverse("routing:handover", args=[one.pk]), "name": f"{one.giver.name} → {one.receiver.name}",
         "note": ago(one.made_at), "tone": "red" if one.receiver_id != user.pk else "orange"}
        for one in [*mine.select_related("giver", "receiver")[:SHOWN], *late.select_related("giver", "receiver")[:SHOWN]]
    ]  # fmt: skip
    url = reverse("routing:handovers")
    return (
        [{"title": _("Handovers to accept"), "icon": "user-share", "url": url, "rows": rows}] if rows else []
    )


def _requests(user: User) -> list[dict[str, Any]]:
    """Return the list of what waits for this person's word, when anything does."""
    waiting = Request.objects.to_decide(user).select_related("asked_by").order_by("id")[:SHOWN]
    url = reverse("requests:list")
    rows = [
        {
            "url": url,
            "name": f"{row.asked_by.name}: {row.subject}",
            "note": ago(row.asked_at),
            "tone": "orange",
        }
        for row in waiting
    ]
    return [{"title": _("Waiting for your word"), "icon": "inbox", "url": url, "rows": rows}] if rows else []


def _team(user: User, days: bench.Days) -> dict[str, Any]:
    stream = bench.team_stream(user, days)
    return {
        "team": bench.team_lines(user, days),
        "stream": [
            {"url": reverse("customers:detail", args=[row.customer_id]), "name": shown_name(user, row.customer), "who": row.author.name,
             "method": row.get_method_display(), "text": row.summary, "when": ago(row.happened_at), "is_late": row.is_late}
            for row in stream
        ],
    }  # fmt: skip
