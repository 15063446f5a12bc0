"""One stream of contacts, tasks and changes of a customer, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.models import FollowUp

PAGE = 30
HIDDEN = ("followup.recorded", "contact.revealed", "deadline.breached")


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One entry: a contact record, or an event in words of its kind."""

    at: datetime
    kind: str  # "followup" or an event's kind
    by: str
    followup: FollowUp | None
    data: dict[str, Any]


def timeline(customer: Customer, *, only: str = "", before: datetime | None = None) -> list[TimelineItem]:
    """Return up to 30 entries before a moment; `only` is "", "contacts", "tasks" or "changes". Two queries."""
    items: list[TimelineItem] = []
    if only in {"", "contacts"}:
        followups = (
            FollowUp.objects.filter(customer=customer)
            .select_related("author", "contact")
            .prefetch_related("attachments")
        )
        if before:
            followups = followups.filter(happened_at__lt=before)
        items += [
            TimelineItem(row.happened_at, "followup", row.author.name, row, {}) for row in followups[:PAGE]
        ]
    if only != "contacts":
        events = (
            Event.objects.about(customer.pk).exclude(kind__in=HIDDEN).select_related("actor").order_by("-id")
        )
        if only:
            events = (
                events.filter(kind__startswith="task.")
                if only == "tasks"
                else events.exclude(kind__startswith="task.")
            )
        if before:
            events = events.filter(at__lt=before)
        items += [
            TimelineItem(row.at, row.kind, row.actor.name if row.actor else "", None, row.data)
            for row in events[:PAGE]
        ]
    return sorted(items, key=lambda item: item.at, reverse=True)[:PAGE]
