"""The words of care."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy


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
    DRAFT = "draft", pgettext_lazy("ticket", "To be accepted")
    OPEN = "open", pgettext_lazy("ticket", "Open")
    ANSWERED = "answered", pgettext_lazy("ticket", "Answered")
    SOLVED = "solved", pgettext_lazy("ticket", "Solved, to be confirmed")
    CLOSED = "closed", pgettext_lazy("ticket", "Confirmed by the customer")
    MERGED = "merged", pgettext_lazy("ticket", "Merged into another")
    DECLINED = "declined", pgettext_lazy("ticket", "Not accepted")


OPEN_TICKETS = (TicketState.OPEN, TicketState.ANSWERED)
WATCHED = (*OPEN_TICKETS, TicketState.SOLVED)  # somebody looks after it, and has a task to
TROUBLES = (TicketKind.COMPLAINT, TicketKind.BAD_RATING)  # while one is open, collecting money keeps quiet


class TicketWay(TextChoices):
    """How it came."""

    HAND = "hand", pgettext_lazy("ticket came", "Taken down by a colleague")
    TASK = "task", pgettext_lazy("ticket came", "From a task")
    SURVEY = "survey", pgettext_lazy("ticket came", "From a rating")
    MAIL = "mail", pgettext_lazy("ticket came", "By mail")
    LINK = "link", pgettext_lazy("ticket came", "By the customer's own page")
    API = "api", pgettext_lazy("ticket came", "From another system")


class ConfirmedBy(TextChoices):
    """How a customer said that it is solved."""

    PHONE = "phone", pgettext_lazy("confirmed", "By phone")
    WECHAT = "wechat", pgettext_lazy("confirmed", "By WeChat")
    MAIL = "mail", pgettext_lazy("confirmed", "By mail")
    VISIT = "visit", pgettext_lazy("confirmed", "In person")
    LINK = "link", pgettext_lazy("confirmed", "On the page they were sent")


class NoteKind(TextChoices):
    INTERNAL = "internal", pgettext_lazy("note", "Internal note")
    OUT = "out", pgettext_lazy("note", "To the customer")
    IN = "in", pgettext_lazy("note", "From the customer")
    ANSWER = "answer", pgettext_lazy("note", "Answer to the customer")
    SOLUTION = "solution", pgettext_lazy("note", "Solution")


class Rating(IntegerChoices):
    """How satisfied somebody is, best first (S3-17)."""

    VERY_GOOD = 5, gettext_lazy("Very satisfied")
    GOOD = 4, gettext_lazy("Satisfied")
    FAIR = 3, gettext_lazy("So-so")
    POOR = 2, gettext_lazy("Not satisfied")
    VERY_POOR = 1, gettext_lazy("Not satisfied at all")


class Occasion(TextChoices):
    """Why a customer is asked."""

    DELIVERY = "delivery", pgettext_lazy("survey", "After a delivery")
    ROUND = "round", pgettext_lazy("survey", "Regularly")
    HAND = "hand", pgettext_lazy("survey", "On our own account")


class AskEvery(IntegerChoices):
    """After how many months customers with a running contract are asked again (S1-2)."""

    NEVER = 0, pgettext_lazy("survey", "never by itself")
    QUARTER = 3, pgettext_lazy("survey", "every quarter")
    HALF_YEAR = 6, pgettext_lazy("survey", "every half-year")
    YEAR = 12, pgettext_lazy("survey", "every year")


class AnswerWay(TextChoices):
    PHONE = "phone", pgettext_lazy("answered", "Asked by phone")
    LINK = "link", pgettext_lazy("answered", "By the questionnaire")
    API = "api", pgettext_lazy("answered", "From another system")
