"""The lists beside today's tasks: what wants attention, each shown only when there is any, each with the page of all of it."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.followups.queries import workbench as bench
from genjin.followups.queries.gates import to_refresh
from genjin.followups.queries.greetings import greeting_counts
from genjin.followups.queries.plans import plans_to_acknowledge
from genjin.followups.queries.promises import in_tab, promises_of
from genjin.library.rules.greetings import BIRTHDAY, Festival
from genjin.routing.models import Handover
from genjin.routing.queries.recycling import leaving
from genjin.routing.rules.recycling import days_left
from genjin.web.shell.templatetags.genjin import ago, due

SHOWN = 8


def lists_for(user: User, days: bench.Days) -> list[dict[str, Any]]:
    """Return the lists of one person; who sells has those of customers, too."""
    own = [*_promises(user, days), *_asked(user), *_handovers(user, days)]
    if not user.may(Right.CLAIM):
        return own
    return [
        *_leaving(user, days),
        *_stages(user, days),
        *_debts(user),
        *_proposals(user),
        *_greetings(user, days),
        *own,
    ]


def _stages(user: User, days: bench.Days) -> list[dict[str, Any]]:
    """Return how many stages want a look before the week ends (S2-17)."""
    count = to_refresh(user, days.now).order_by()[:1000].count()
    url = reverse("gates:status")
    said = ngettext("%(count)d stage to confirm or move", "%(count)d stages to confirm or move", count) % {
        "count": count
    }
    row = {"url": url, "name": said, "note": _("by Friday"), "tone": "orange"}
    return (
        [{"title": _("Stages to look at this week"), "icon": "refresh", "url": url, "rows": [row]}]
        if count
        else []
    )


def _debts(user: User) -> list[dict[str, Any]]:
    """Return customers of one's own that passed a gate and still owe the evidence (S3-22)."""
    found = Customer.objects.live().filter(owner=user).exclude(gate_debt_until=None)
    rows = [
        {"url": reverse("customers:detail", args=[row.pk]), "name": shown_name(user, row), "note": due(row.gate_debt_until), "tone": "orange"}
        for row in found.select_related("pool").order_by("gate_debt_until", "pk")[:SHOWN]
    ]  # fmt: skip
    asked = {"tab": "mine", "f": "gate_debt_until", "op": "not_empty", "v": "", "v2": ""}
    url = f"{reverse('customers:list')}?{urlencode(asked)}"
    return [{"title": _("Evidence owed"), "icon": "shield-lock", "url": url, "rows": rows}] if rows else []


def _greetings(user: User, days: bench.Days) -> list[dict[str, Any]]:
    """Return how many people wait to be greeted, by occasion."""
    url = reverse("followups:greetings")
    rows = [
        {
            "url": f"{url}?on={key}",
            "name": _("Birthday") if key == BIRTHDAY else str(Festival(key).label),
            "note": str(count),
            "tone": "green",
        }
        for key, count in greeting_counts(user, days.now).items()
    ]
    return [{"title": _("To greet"), "icon": "gift", "url": url, "rows": rows}] if rows else []


def _promises(user: User, days: bench.Days) -> list[dict[str, Any]]:
    """Return promises past their day, ours and theirs, when there are any (S2-16)."""
    late = in_tab(promises_of(user, days.now), "overdue").order_by("promised_for", "id")[:SHOWN]
    rows = [
        {"url": reverse("customers:detail", args=[task.customer_id]), "name": f"{shown_name(user, task.customer)}: {task.objective}",
         "note": due(task.due_at), "tone": "red"}
        for task in late
    ]  # fmt: skip
    url = f"{reverse('followups:promises')}?tab=overdue"
    return (
        [{"title": _("Promises past their day"), "icon": "heart-handshake", "url": url, "rows": rows}]
        if rows
        else []
    )


def _asked(user: User) -> list[dict[str, Any]]:
    """Return what colleagues still owe this person an answer to, when there is any."""
    rows = [
        {"url": reverse("customers:detail", args=[task.customer_id]), "name": f"{task.assignee.name}: {task.objective}",
         "note": due(task.due_at), "tone": "orange"}
        for task in bench.asked_of_others(user)[:SHOWN]
    ]  # fmt: skip
    url = f"{reverse('followups:tasks')}?tab=later"
    return [{"title": _("Asked of colleagues"), "icon": "users", "url": url, "rows": rows}] if rows else []


def _proposals(user: User) -> list[dict[str, Any]]:
    """Return customers of one's own whose grade the rules would change, when there are any (S0-25)."""
    found = (
        Customer.objects.with_grade_proposal()
        .filter(owner=user)
        .select_related("pool")
        .order_by("-id")[:SHOWN]
    )
    rows = [
        {"url": reverse("customers:detail", args=[row.pk]), "name": shown_name(user, row),
         "note": f"{row.grade} → {row.get_grade_proposal_display()}", "tone": "orange"}
        for row in found
    ]  # fmt: skip
    url = f"{reverse('customers:list')}?tab=proposals"
    return [{"title": _("Grade proposals"), "icon": "arrows-split", "url": url, "rows": rows}] if rows else []


def plans_waiting(user: User) -> list[dict[str, Any]]:
    """Return the plans that wait for this person's word, when there are any (S2-13)."""
    rows = [
        {"url": reverse("customers:detail", args=[plan.customer_id]), "name": f"{plan.submitted_by.name}: {shown_name(user, plan.customer)}",
         "note": ago(plan.submitted_at), "tone": "orange"}
        for plan in plans_to_acknowledge(user)[:SHOWN]
    ]  # fmt: skip
    return (
        [
            {
                "title": _("Plans to acknowledge"),
                "icon": "route",
                "url": reverse("followups:plans"),
                "rows": rows,
            }
        ]
        if rows
        else []
    )


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


def requests_waiting(user: User) -> list[dict[str, Any]]:
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
