"""One stream of contacts, tasks and changes of a customer, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.fields.rules.kinds import is_own_key
from genjin.followups.models import FollowUp

PAGE = 30
STARS = "***"
HIDDEN = ("followup.recorded", "contact.revealed", "deadline.breached")


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One entry: a contact record, or an event in words of its kind."""

    at: datetime
    kind: str  # "followup" or an event's kind
    by: str
    followup: FollowUp | None
    data: dict[str, Any]


def timeline(
    customer: Customer,
    *,
    only: str = "",
    before: datetime | None = None,
    limit: int = PAGE,
    unmasked: bool = True,
) -> list[TimelineItem]:
    """Return up to `limit` entries before a moment; `only` is "", "contacts", "tasks" or "changes". Two queries.

    Unless `unmasked`, values of fields that name or reach a person are starred, as they are everywhere else.
    """
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
            TimelineItem(
                row.happened_at,
                "followup",
                row.author.name,
                row,
                {} if unmasked or not row.changes else starred(customer, {"changes": row.changes}),
            )
            for row in followups[:limit]
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
            TimelineItem(
                row.at, row.kind, row.actor.name if row.actor else "", None,
                row.data if unmasked else starred(customer, row.data),
            )
            for row in events[:limit]
        ]  # fmt: skip
    return sorted(items, key=lambda item: item.at, reverse=True)[:limit]


def starred(customer: Customer, data: dict[str, Any]) -> dict[str, Any]:
    """Return an event's data with stars for what is masked on the customer itself."""
    hidden = {"notes", "extra"} | ({"name", "address"} if customer.kind == "person" else set())
    if customer.owner_id is None and customer.pool is not None:
        hidden |= set(customer.pool.hidden_fields)
    data = {name: STARS if name in hidden else value for name, value in data.items()}
    if isinstance(changes := data.get("changes"), dict):
        data["changes"] = {
            name: [STARS, STARS] if name in hidden or is_own_key(name) else values
            for name, values in changes.items()
        }
    return data
