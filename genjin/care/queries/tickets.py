"""Reads over tickets: how soon each is due, and which ask for somebody."""

from genjin.care.models import TicketPolicy
from genjin.care.rules.tickets import BAD_PACE, DEFAULT_PACES, Pace
from genjin.care.rules.words import TicketKind


def pace_of(kind: str, priority: str) -> Pace:
    """Return how soon a ticket of a kind and priority is answered and solved: as Settings say, else as shipped."""
    if kind == TicketKind.BAD_RATING:
        return BAD_PACE
    row = TicketPolicy.objects.filter(kind=kind, priority=priority).first()
    return row.as_pace() if row else DEFAULT_PACES[kind, priority]
