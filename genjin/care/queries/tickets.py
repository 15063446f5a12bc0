"""Reads over tickets: how soon each is due, and which ask for somebody."""

from collections.abc import Mapping
from datetime import datetime

from genjin.accounts.models import User
from genjin.care.models import Ticket, TicketPolicy
from genjin.care.models.tickets import TicketQuerySet
from genjin.care.rules import Priority, TicketState
from genjin.care.rules.tickets import BAD_PACE, DEFAULT_PACES, Pace
from genjin.care.rules.words import TicketKind

OVER = (TicketState.CLOSED, TicketState.MERGED, TicketState.DECLINED)


def pace_of(kind: str, priority: str) -> Pace:
    """Return how soon a ticket of a kind and priority is answered and solved: as Settings say, else as shipped."""
    if kind == TicketKind.BAD_RATING:
        return BAD_PACE
    row = TicketPolicy.objects.filter(kind=kind, priority=priority).first()
    return row.as_pace() if row else DEFAULT_PACES[kind, priority]


def ticket_views(user: User, now: datetime) -> dict[str, TicketQuerySet]:
    """Return the views of the list of tickets, each with its rows in sight, the most urgent first."""
    seen: TicketQuerySet = Ticket.objects.visible_to(user)
    rows = seen.order_by("due_at", "-id")
    return {
        "mine": rows.watched().filter(owner=user),
        "open": rows.open(),
        "late": rows.late(now),
        "drafts": rows.drafts(),
        "solved": rows.filter(state=TicketState.SOLVED),
        "over": rows.filter(state__in=OVER).order_by("-id"),
        "all": seen.order_by("-id"),
    }


def ticket_view_of(views: Mapping[str, TicketQuerySet], query: Mapping[str, str]) -> str:
    """Return the view a list's address asks for; one's own when there are any, else the open ones."""
    if query.get("view") in views:
        return query["view"]
    return "mine" if views["mine"].exists() else "open"


def tickets_asked(user: User, query: Mapping[str, str], now: datetime) -> TicketQuerySet:
    """Return the tickets in sight a list's address asks for: view, kind, priority and words."""
    views = ticket_views(user, now)
    rows = views[ticket_view_of(views, query)]
    if query.get("kind") in TicketKind.values:
        rows = rows.filter(kind=query["kind"])
    if query.get("priority") in Priority.values:
        rows = rows.filter(priority=query["priority"])
    if text := query.get("q", "").strip()[:80]:
        rows = rows.filter(title__icontains=text) | rows.filter(number__iexact=text)
    return rows
