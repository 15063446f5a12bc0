"""One stream of contacts, tasks and changes of a customer, newest first."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.fields.rules.kinds import is_own_key
from genjin.followups.models import Comment, FollowUp
from genjin.kit.masking import mask_words

PAGE = 30
STARS = "***"
EXACT = {"due_at", "origin", "target", "ends_on"}  # moments as the machine writes them, no texts
HIDDEN = (
    "followup.recorded",
    "contact.revealed",
    "deadline.breached",  # of whoever is responsible, not of the customer: they stand with the clocks
    "deadline.escalated",
    "deadline.warned",
    "comment.added",  # shown as what they are
    "comment.changed",
    "comment.removed",
)
WORDS = (
    "summary",
    "feedback",
    "new_needs",
    "risks",
    "questions",
)  # of a record: texts anybody may have written a number into


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One entry: a contact record, or an event in words of its kind."""

    at: datetime
    kind: str  # "followup" or an event's kind
    by: str
    followup: FollowUp | None
    data: dict[str, Any]
    comment: Comment | None = None  # one on the customer; those on a record are in `followup.comments`


def timeline(
    customer: Customer,
    *,
    only: str = "",
    before: datetime | None = None,
    limit: int = PAGE,
    unmasked: bool = True,
) -> list[TimelineItem]:
    """Return up to `limit` entries before a moment; `only` is "", "contacts", "comments", "tasks" or "changes".

    Unless `unmasked`, values of fields that name or reach a person are starred, as they are everywhere else, and so
    are numbers and mailboxes inside of texts.
    """
    items = _comments(customer, before, limit) if only in {"", "comments"} else []
    if only in {"", "contacts", "comments"}:
        followups = (
            FollowUp.objects.filter(customer=customer)
            .select_related("author", "contact")
            .prefetch_related("attachments", Prefetch("comments", Comment.objects.select_related("author")))
        )
        if only == "comments":
            followups = followups.filter(Exists(Comment.objects.filter(followup=OuterRef("pk"))))
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
    if only not in {"contacts", "comments"}:
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
    shown = sorted(items, key=lambda item: item.at, reverse=True)[:limit]
    return shown if unmasked else [_without_numbers(item) for item in shown]


def _comments(customer: Customer, before: datetime | None, limit: int) -> list[TimelineItem]:
    rows = (
        Comment.objects.filter(customer=customer, followup=None)
        .select_related("author")
        .order_by("-at", "-id")
    )
    if before:
        rows = rows.filter(at__lt=before)
    return [TimelineItem(row.at, "comment", row.author.name, None, {}, row) for row in rows[:limit]]


def _without_numbers(item: TimelineItem) -> TimelineItem:
    """Hide numbers in the texts of an entry; the rows are read to be shown, never saved."""
    if item.followup is not None:
        hide_numbers(item.followup, WORDS)
        for comment in item.followup.comments.all():
            hide_numbers(comment, ("text",))
    if item.comment is not None:
        hide_numbers(item.comment, ("text",))
    return replace(item, data=_hidden(item.data))


def hide_numbers(row: FollowUp | Comment, names: tuple[str, ...]) -> None:
    """Hide numbers in the texts of a row that is read to be shown."""
    for name in names:
        setattr(row, name, mask_words(getattr(row, name)))


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return mask_words(value)
    if isinstance(value, dict):
        return {key: one if key in EXACT else _hidden(one) for key, one in value.items()}
    return [_hidden(one) for one in value] if isinstance(value, list) else value


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
