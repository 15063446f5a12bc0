"""What stands open with a customer, shown before each call."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer
from genjin.customers.queries.sight import sees_person, show_contact
from genjin.followups.actions.issues import settle_issue
from genjin.followups.models import FollowUp, Task
from genjin.followups.queries.open_issues import open_issues
from genjin.followups.queries.promises import broken_counts
from genjin.followups.rules import TaskKind
from genjin.library.models import Entry
from genjin.web.shell.pages import is_fragment, user_of
from genjin.web.shell.templatetags.genjin import ago

TONES = {"questions": "blue", "new_needs": "green", "risks": "orange"}


def issues_context(user: User, customer: Customer, *, may_write: bool) -> dict[str, Any]:
    """Return what the panel shows; {} when nothing stands open."""
    found, now = open_issues(customer, timezone.now()), timezone.now()
    if found.is_empty:
        return {}
    unmasked = sees_person(user, customer)
    ours, theirs = broken_counts([customer.pk], now).get(customer.pk, (0, 0))
    return {
        "may_write": may_write,
        "broken": _broken(ours, theirs),
        "feedback": found.last.feedback if found.last else "",
        "last_when": ago(found.last.happened_at) if found.last else "",
        "points": [
            {
                "key": issue.name, "name": str(FollowUp._meta.get_field(issue.name).verbose_name).capitalize(), "text": issue.text,  # type: ignore[union-attr]
                "when": ago(issue.at), "tone": TONES[issue.name], "settle_url": reverse("followups:settle", args=[issue.followup_id]),
            }
            for issue in found.issues
        ],
        "promises": [promise_line(task, unmasked=unmasked) for task in found.promises],
        "to_bring": [{"objective": task.objective, "text": task.materials, "files": _links(entries)} for task, entries in found.to_bring],
    }  # fmt: skip


def _links(entries: Sequence[Entry]) -> list[dict[str, str]]:
    return [{"title": entry.title, "url": reverse("library:entry", args=[entry.pk])} for entry in entries]


def day_words(day: date | None) -> str:
    """Return a promised day as people say it."""
    if day is None:
        return ""
    ahead = (day - timezone.localdate()).days
    if ahead < 0:
        return ngettext("%(count)d day overdue", "%(count)d days overdue", -ahead) % {"count": -ahead}
    return {0: _("Today"), 1: _("Tomorrow")}.get(ahead, f"{day:%Y-%m-%d}")


def day_tone(day: date | None) -> str:
    """Return the colour class of a promised day."""
    today = timezone.localdate()
    return "" if day is None or day > today else "is-today" if day == today else "is-overdue"


def promise_line(task: Task, *, unmasked: bool) -> dict[str, Any]:
    """Return an open promise as people read it; `task` comes with verdict, assignee and promisor."""
    is_ours = task.kind == TaskKind.PROMISE_OURS
    person = show_contact(task.promisor, unmasked=unmasked).name if task.promisor else ""
    return {
        "text": task.objective, "side": _("We promised") if is_ours else _("They promised"), "who": task.assignee.name if is_ours else person,
        "when": day_words(task.promised_for), "tone": day_tone(task.promised_for), "exact": str(task.promised_for), "is_confirmed": task.is_confirmed,
        "tag": "red" if task.verdict == "broken" else "line", "done_url": reverse("followups:done", args=[task.pk]),  # type: ignore[attr-defined]
    }  # fmt: skip


def _broken(ours: int, theirs: int) -> str:
    parts = []
    if ours:
        parts.append(ngettext("%(count)d promise of ours broken", "%(count)d promises of ours broken", ours) % {"count": ours})  # fmt: skip
    if theirs:
        parts.append(ngettext("%(count)d promise of theirs broken", "%(count)d promises of theirs broken", theirs) % {"count": theirs})  # fmt: skip
    return " · ".join(parts)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one open point of an earlier record as settled."""
    user = user_of(request)
    require(user, Right.FOLLOW_UP)
    row = FollowUp.objects.visible_to(user).select_related("customer", "customer__pool").get(pk=pk)
    settle_issue(user, row, request.POST.get("name", ""), now=timezone.now())
    if not is_fragment(request):
        return redirect("customers:detail", pk=row.customer_id)
    context = {"issues": issues_context(user, row.customer, may_write=True)}
    part = "panel" if context["issues"] else "nothing"
    return render(request, f"followups/open_issues.html#{part}", context)
