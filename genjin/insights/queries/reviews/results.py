"""What became of what reviews decided: told from the tasks, frozen once the next review is published."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.models import Customer
from genjin.customers.queries.sight import said, shown_name
from genjin.followups.rules import TaskStatus
from genjin.insights.models import Review, ReviewAction
from genjin.insights.rules.reviews import Result, result_of


def decided_before(review: Review) -> list[ReviewAction]:
    """Return the actions of the review before, of the same kind and team, and what is open of those before that; two queries."""
    line = Review.objects.filter(kind=review.kind, team=review.team_id, first__lt=review.first)
    last = line.order_by("-first").values_list("pk", flat=True).first()
    if last is None:
        return []
    open_ones = ReviewAction.objects.open().filter(review__in=line).values("pk")
    rows = ReviewAction.objects.filter(Q(review=last) | Q(pk__in=open_ones))
    return list(rows.select_related("owner", "task"))


def closed_on(row: ReviewAction) -> date | None:
    """Return the day an action was settled, by word or by its task."""
    moment = row.done_at or (row.task.closed_at if row.task else None)
    return local_day(moment) if moment else None


def now_of(row: ReviewAction, today: date) -> dict[str, Any]:
    """Return how an action stands, as JSON: what became of it, and when."""
    dropped = row.done_at is None and row.task is not None and row.task.status == TaskStatus.CANCELLED
    day = closed_on(row)
    return {"action": row.pk, "result": str(result_of(row.due_on, day, today, is_dropped=dropped)), "on": str(day) if day else ""}  # fmt: skip


def frozen_results(review: Review, today: date) -> list[dict[str, Any]]:
    """Return how the actions before stood on the day a review is published."""
    return [now_of(row, today) for row in decided_before(review)]


def results_for(user: User, review: Review, today: date) -> list[dict[str, Any]]:
    """Return what became of the actions before, as `user` may read it; of a published review as they stood then."""
    kept: Sequence[Mapping[str, Any]] | None = review.figures.get("results")
    if kept is None:
        return told_actions(user, decided_before(review), today)
    rows = ReviewAction.objects.filter(pk__in=[one["action"] for one in kept]).select_related("owner", "task")
    return told_actions(user, rows, today, {one["action"]: one for one in kept})


def actions_of(user: User, review: Review, today: date) -> list[dict[str, Any]]:
    """Return what a review decided, as it stands today."""
    rows = ReviewAction.objects.filter(review=review).select_related("owner", "task")
    return told_actions(user, rows, today)


def told_actions(user: User, rows: Iterable[ReviewAction], today: date, then: Mapping[int, Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:  # fmt: skip
    """Return actions; what is about a customer out of sight says neither what nor whom it is about. One query."""
    found = list(rows)
    wanted = {row.customer_id for row in found if row.customer_id}
    customers = Customer.objects.visible_to(user).filter(pk__in=wanted).select_related("owner", "pool")
    seen = {row.pk: row for row in customers} if wanted else {}
    return [_told(user, row, seen, (then or {}).get(row.pk) or now_of(row, today)) for row in found]


def _told(user: User, row: ReviewAction, seen: Mapping[int, Customer], stood: Mapping[str, Any]) -> dict[str, Any]:  # fmt: skip
    customer = seen.get(row.customer_id) if row.customer_id else None
    is_hidden = row.customer_id is not None and customer is None and row.owner_id != user.pk
    closed = bool(stood["on"])
    outcome = (row.outcome or (row.task.outcome if row.task else "")) if closed else ""
    what, outcome = ("", "") if is_hidden else (said(user, customer, text) if customer else text for text in (row.what, outcome))  # fmt: skip
    return {
        "id": row.pk, "what": what, "owner": row.owner, "due_on": row.due_on, "is_hidden": is_hidden,
        "customer": customer.pk if customer else None, "customer_name": shown_name(user, customer) if customer else "",
        "result": Result(stood["result"]), "closed_on": date.fromisoformat(stood["on"]) if closed else None, "outcome": outcome,
        "task": None if is_hidden else row.task_id, "is_open": not closed,
    }  # fmt: skip
