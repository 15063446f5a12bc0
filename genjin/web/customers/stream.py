"""The stream of a customer's page, by day, and the score beside it."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from genjin.customers.actions.derive import current_rules, facts_of, local_day
from genjin.customers.models import Customer
from genjin.customers.queries.sight import sees_person
from genjin.customers.rules.score import score_lines
from genjin.followups.queries.timeline import timeline
from genjin.web.customers.moments import moments
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import days_since


def timeline_context(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the stream grouped by day, with the address of what is older."""
    only = request.GET.get("only", "")
    only = only if only in {"contacts", "tasks", "changes"} else ""
    before = parse_before(request.GET.get("before", ""))
    items = timeline(customer, only=only, before=before, unmasked=sees_person(user_of(request), customer))
    shown = moments(items)
    days = [
        {"label": day, "moments": list(group)}
        for day, group in groupby(shown, key=lambda moment: moment["day"])
    ]
    url = reverse("customers:stream", args=[customer.pk])
    more = f"{url}?only={only}&before={items[-1].at.timestamp()}" if len(items) >= 30 else ""
    return {"days": days, "more_url": more}


def parse_before(text: str) -> Any:
    """Read the moment an older part of the timeline begins at; None when it is none."""
    try:
        return datetime.fromtimestamp(float(text), UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None


def score_context(customer: Customer) -> dict[str, Any]:
    """Return the score row by row with what would make it pass."""
    rules = current_rules()
    lines = score_lines(facts_of(customer), rules, local_day(timezone.now()))
    return {
        "points": customer.score, "pass_mark": rules.pass_mark, "lines": lines, "version": rules.version,
        "grade_reason": customer.grade_reason, "is_confirmed": customer.is_grade_confirmed,
        "days": days_since(customer.stage_entered_at),
    }  # fmt: skip
