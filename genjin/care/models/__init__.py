"""The tables of care."""

from genjin.care.models.surveys import Survey
from genjin.care.models.tickets import Ticket

__all__ = ["Survey", "Ticket"]
