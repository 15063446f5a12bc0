"""The words of care."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class TicketKind(TextChoices):
    COMPLAINT = "complaint", pgettext_lazy("ticket", "Complaint")
    REQUEST = "request", pgettext_lazy("ticket", "Request")
    BAD_RATING = "bad_rating", pgettext_lazy("ticket", "Bad rating")


class Priority(TextChoices):
    URGENT = "urgent", pgettext_lazy("ticket", "Urgent")
    HIGH = "high", pgettext_lazy("ticket", "High")
    NORMAL = "normal", pgettext_lazy("ticket", "Normal")
    LOW = "low", pgettext_lazy("ticket", "Low")


class TicketState(TextChoices):
    OPEN = "open", pgettext_lazy("ticket", "Open")
    ANSWERED = "answered", pgettext_lazy("ticket", "Answered")
    SOLVED = "solved", pgettext_lazy("ticket", "Solved, to be confirmed")
    CLOSED = "closed", pgettext_lazy("ticket", "Confirmed by the customer")
    MERGED = "merged", pgettext_lazy("ticket", "Merged into another")


OPEN_TICKETS = (TicketState.OPEN, TicketState.ANSWERED)
