"""The words of following up."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy


class Method(TextChoices):
    """How one was in touch (S2-15)."""

    PHONE = "phone", pgettext_lazy("method", "Phone")
    WECHAT = "wechat", gettext_lazy("WeChat")
    VISIT = "visit", gettext_lazy("Visit")
    EMAIL = "email", pgettext_lazy("method", "E-mail")
    MEETING = "meeting", gettext_lazy("Online meeting")
    SMS = "sms", gettext_lazy("SMS")
    EVENT = "event", pgettext_lazy("method", "Event")
    OTHER = "other", gettext_lazy("Other")


class Mood(TextChoices):
    POSITIVE = "positive", gettext_lazy("Positive")
    NEUTRAL = "neutral", gettext_lazy("Neutral")
    NEGATIVE = "negative", gettext_lazy("Negative")


class TaskKind(TextChoices):
    FOLLOW_UP = "follow_up", gettext_lazy("Follow up")
    TODO = "todo", gettext_lazy("To do")
    PROMISE_OURS = "promise_ours", gettext_lazy("Our promise")
    PROMISE_THEIRS = "promise_theirs", gettext_lazy("The customer's promise")
    REVIEW = "review", gettext_lazy("Review of an existing customer")
    SURVEY = "survey", gettext_lazy("Satisfaction visit")
    RENEWAL = "renewal", gettext_lazy("Renewal")
    COLLECTION = "collection", gettext_lazy("Collect a payment")


class TaskStatus(TextChoices):
    OPEN = "open", pgettext_lazy("task", "Open")
    DONE = "done", gettext_lazy("Done")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


class DeadlineKind(TextChoices):
    FIRST_CONTACT = "first_contact", gettext_lazy("First contact within 24 hours")
    BASE_INFO = "base_info", gettext_lazy("Base information within 24 hours")
    CUSTOMER_WAIT = "customer_wait", gettext_lazy("The customer's wait for a first contact")
    PLAN = "plan", gettext_lazy("Follow-up plan within 3 working days")
    CONTACT_GAP = "contact_gap", gettext_lazy("Next contact by grade")
    STATUS_REFRESH = "status_refresh", gettext_lazy("Weekly look at the stage")
    EXISTING_REVIEW = "existing_review", gettext_lazy("Review of an existing customer")
    RECYCLE = "recycle", gettext_lazy("Goes back to the pool")
    PAYMENT = "payment", gettext_lazy("Payment of the customer")
    CONTRACT_END = "contract_end", gettext_lazy("End of a contract")
    DELIVERY = "delivery", gettext_lazy("Delivery")
    SURVEY = "survey", gettext_lazy("Satisfaction visit within 7 days")
    BAD_RATING = "bad_rating", gettext_lazy("Bad rating answered and solved within 24 hours")
    TICKET = "ticket", gettext_lazy("Ticket")
    CHURN = "churn", gettext_lazy("Answer to a churn warning")
