"""How ratings and tickets read on pages: rows, tones, addresses."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from genjin.accounts.models import User
from genjin.care.models import Survey, Ticket
from genjin.care.rules import TicketState
from genjin.care.rules.words import Rating, TicketKind
from genjin.customers.queries.sight import said, shown_name
from genjin.web.shell.templatetags.genjin import ago, due, exact

STATE_TONES = {
    TicketState.DRAFT: "orange", TicketState.OPEN: "red", TicketState.ANSWERED: "blue", TicketState.SOLVED: "green",
    TicketState.CLOSED: "muted", TicketState.MERGED: "muted", TicketState.DECLINED: "muted",
}  # fmt: skip
PRIORITY_TONES = {"urgent": "red", "high": "orange", "normal": "line", "low": "muted"}
KIND_TONES = {TicketKind.COMPLAINT: "orange", TicketKind.REQUEST: "blue", TicketKind.BAD_RATING: "red"}
RATING_TONES = {5: "green", 4: "green", 3: "orange", 2: "red", 1: "red"}


def limit_of(row: Ticket, now: datetime) -> dict[str, Any]:
    """Return the next limit of a ticket: its word, when, and how urgent."""
    if row.state not in {TicketState.DRAFT, TicketState.OPEN, TicketState.ANSWERED}:
        return {}
    at, label = {
        TicketState.DRAFT: (row.due_at, pgettext("limit", "accept")), TicketState.OPEN: (row.answer_due_at, pgettext("limit", "answer")),
    }.get(TicketState(row.state), (row.due_at, pgettext("limit", "solve")))  # fmt: skip
    tone = "is-red" if at < now else "is-orange" if at - now < (at - row.counts_from) / 2 else "is-green"
    return {"label": label, "text": due(at), "exact": exact(at), "tone": tone}


def ticket_row(user: User, row: Ticket, now: datetime) -> dict[str, Any]:
    """Return a ticket as lists show it; its customer comes with owner and pool."""
    return {
        "id": row.pk, "url": reverse("care:ticket", args=[row.pk]), "number": row.number, "title": said(user, row.customer, row.title),
        "kind": row.get_kind_display(), "kind_tone": KIND_TONES[TicketKind(row.kind)], "priority": row.get_priority_display(),
        "priority_tone": PRIORITY_TONES[row.priority], "state": row.get_state_display(), "state_tone": STATE_TONES[TicketState(row.state)],
        "customer": shown_name(user, row.customer), "customer_url": reverse("customers:detail", args=[row.customer_id]) + "?tab=care",
        "owner": row.owner.name if row.owner else "", "limit": limit_of(row, now), "opened": ago(row.opened_at), "opened_exact": exact(row.opened_at),
        "reopened": row.reopened,
    }  # fmt: skip


def survey_row(user: User, row: Survey, now: datetime) -> dict[str, Any]:
    """Return a survey as lists show it."""
    is_waiting = row.answered_at is None and row.called_off_at is None
    return {
        "id": row.pk, "url": reverse("care:survey", args=[row.pk]), "what": str(row), "occasion": row.get_occasion_display() if row.project_id else "",
        "customer": shown_name(user, row.customer), "customer_url": reverse("customers:detail", args=[row.customer_id]) + "?tab=care",
        "who": row.responsible.name if row.responsible else "", "is_waiting": is_waiting, "rating": row.rating,
        "rating_label": str(Rating(row.rating).label) if row.rating else "", "rating_tone": RATING_TONES.get(row.rating or 0, ""),
        "nps": row.nps, "comment": said(user, row.customer, row.comment), "due": due(row.due_at) if is_waiting else "",
        "due_exact": exact(row.due_at), "due_tone": "is-red" if is_waiting and row.due_at < now else "", "answered": ago(row.answered_at) if row.answered_at else "",
        "answered_exact": exact(row.answered_at), "is_off": row.called_off_at is not None, "has_link": bool(row.link_key),
        "stars": range(row.rating or 0), "no_stars": range(5 - (row.rating or 0)),
    }  # fmt: skip
