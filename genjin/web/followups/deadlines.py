"""The list of clocks, and the card of those that run for one customer."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.followups.models import Deadline
from genjin.followups.queries.deadlines import STATES, clocks_listed, hands_of, running_clocks
from genjin.followups.rules import DeadlineKind
from genjin.followups.rules.clocks import HIGH_RISK_LEVEL
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import due, exact

STOPS = {
    DeadlineKind.FIRST_CONTACT: gettext_lazy("an effective contact on record"),
    DeadlineKind.CUSTOMER_WAIT: gettext_lazy("the first effective contact"),
    DeadlineKind.BASE_INFO: gettext_lazy("source, a named contact and a way to reach it"),
    DeadlineKind.PLAN: gettext_lazy("a plan filed with the lead"),
    DeadlineKind.CONTACT_GAP: gettext_lazy("an effective contact on record"),
    DeadlineKind.STATUS_REFRESH: gettext_lazy("a move of the stage, or a word that it stands"),
    DeadlineKind.EXISTING_REVIEW: gettext_lazy("the review task done"),
    DeadlineKind.RECYCLE: gettext_lazy("an effective contact on record"),
    DeadlineKind.PAYMENT: gettext_lazy("the money received"),
    DeadlineKind.CONTRACT_END: gettext_lazy("a renewal decided"),
    DeadlineKind.DELIVERY: gettext_lazy("the customer's acceptance"),
    DeadlineKind.SURVEY: gettext_lazy("a rating of the customer"),
    DeadlineKind.BAD_RATING: gettext_lazy("an answer and a solution"),
    DeadlineKind.TICKET: gettext_lazy("the ticket solved"),
    DeadlineKind.CHURN: gettext_lazy("an answer to the warning"),
}


@require_GET
def deadlines(request: HttpRequest) -> HttpResponse:
    """Show the clocks that run: in time, warned, missed, at high risk; by kind and person."""
    user, asked = user_of(request), request.GET
    state = asked.get("state", "breached")
    state = state if state in STATES else "breached"
    kind = asked.get("kind", "") if asked.get("kind") in DeadlineKind.values else ""
    who = asked.get("who", "")
    person = int(who) if who.isdecimal() and len(who) < 19 else None
    if person is None and "who" not in asked and not user.scope.sees_all and len(user.scope.people) == 1:
        person, who = user.pk, str(user.pk)
    rows = clocks_listed(user, state, kind=kind, person=person)
    shown = paged(request, rows.select_related("customer__owner", "customer__pool", "responsible"))
    now = timezone.now()
    words = {
        "breached": _("Missed"), "high_risk": _("High risk"), "warned": _("Half time is over"), "running": _("In time"),
        "open": _("All running"),
    }  # fmt: skip
    kept = "".join(
        f"&{name}={asked[name]}"
        for name in ("kind", "who")
        if asked.get(name, "").isidentifier() or asked.get(name, "").isdecimal()
    )
    people = User.objects.active().led_by(user).order_by("name")[:300]
    context = {
        "title": pgettext("menu", "Time limits"), "state": state, "kind": kind, "who": who,
        "tabs": [{"url": f"?state={key}{kept}", "label": word, "active": key == state} for key, word in words.items()],
        "kinds": [(value, label) for value, label in DeadlineKind.choices if value != DeadlineKind.RECYCLE],
        "people": [(str(one.pk), one.name) for one in people] if len(people) > 1 else [],
        "columns": [{"label": label} for label in (_("Customer"), _("Time limit"), pgettext("task", "Who"), _("Due"), _("What stops it"))],
        "rows": [_row(row, user, now) for row in shown.rows],
        "empty": {"icon": "circle-check", "title": _("No time limit here"),
                  "text": _("Clocks start by themselves and stop by facts: a contact, complete information, a plan.")},
    }  # fmt: skip
    return render(request, "followups/deadlines.html", shown.context() | context)


def _row(row: Deadline, user: User, now: datetime) -> dict[str, Any]:
    is_over = row.breached_at is not None or row.due_at < now
    return {
        "name": shown_name(user, row.customer), "url": reverse("customers:detail", args=[row.customer_id]),
        "grade": row.customer.grade, "kind": row.get_kind_display(), "who": _who(row),
        "due": over_by(now - row.due_at) if is_over else due(row.due_at),
        "tone": "is-red" if is_over else "is-orange" if row.warned_at else "",
        "exact": exact(row.due_at), "stops": STOPS[DeadlineKind(row.kind)],
        "is_risk": row.kind == DeadlineKind.CONTACT_GAP and row.level >= HIGH_RISK_LEVEL,
        "start": exact(row.starts_at),
    }  # fmt: skip


def _who(row: Deadline) -> str:
    if row.responsible is not None:
        return row.responsible.name
    return row.customer.pool.name if row.customer.pool is not None else ""


def over_by(span: timedelta) -> str:
    """Return how long something is overdue, in days from one day on, else in hours."""
    if span.days >= 1:
        return ngettext("%(count)d day overdue", "%(count)d days overdue", span.days) % {"count": span.days}
    hours = max(int(span.total_seconds() // 3600), 0)
    return ngettext("%(count)d hour overdue", "%(count)d hours overdue", hours) % {"count": hours}


def clocks_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return the card of the clocks that run for a customer, with both hands of its first contact."""
    now = timezone.now()
    rows = running_clocks(customer)
    for row in rows:
        row.customer = customer
    hands = hands_of(customer, now)
    shown = [_row(row, user, now) for row in rows if row.kind != DeadlineKind.RECYCLE]
    if not shown and hands.waited is None and hands.took is None:
        return {}
    return {
        "clocks": {
            "rows": shown, "waited": lasting(hands.waited), "took": lasting(hands.took),
            "is_waiting": hands.is_waiting, "is_owed": hands.is_owed,
        }
    }  # fmt: skip


def lasting(span: timedelta | None) -> str:
    """Return a span of time in days and hours, or hours and minutes; "" for none."""
    if span is None:
        return ""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes >= 24 * 60:
        return _("%(days)d d %(hours)d h") % {"days": minutes // 1440, "hours": minutes % 1440 // 60}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
