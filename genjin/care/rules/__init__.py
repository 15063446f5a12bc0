"""The laws of looking after customers. Pure."""

from genjin.care.rules.words import Priority, TicketKind, TicketState

__all__ = ["Priority", "TicketKind", "TicketState"]
