"""The words of proposals."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy


class VersionState(TextChoices):
    """Where a version of a proposal stands; from `sent` on it is never rewritten."""

    DRAFT = "draft", pgettext_lazy("proposal", "Draft")
    APPROVAL = "approval", pgettext_lazy("proposal", "Waits for approval")
    READY = "ready", pgettext_lazy("proposal", "Ready to send")
    SENT = "sent", pgettext_lazy("proposal", "Sent")


class Audience(TextChoices):
    """For whom a price book holds; a named one only where it is chosen."""

    NAMED = "named", pgettext_lazy("price book", "Only where it is chosen")
    ALL = "all", pgettext_lazy("price book", "All customers")
    NEW = "new", gettext_lazy("New customer")
    EXISTING = "existing", gettext_lazy("Existing customer")
    KEY = "key", gettext_lazy("Key account")


class SentBy(TextChoices):
    """How a version reached the customer."""

    EMAIL = "email", pgettext_lazy("evidence", "E-mail")
    WECHAT = "wechat", gettext_lazy("WeChat")
    LINK = "link", pgettext_lazy("proposal", "Link")
    MEETING = "meeting", pgettext_lazy("proposal", "Handed over in a meeting")
    PAPER = "paper", pgettext_lazy("proposal", "On paper")
    OTHER = "other", gettext_lazy("Other")


class Acceptance(TextChoices):
    """How the customer took the answer to an objection (S3-12)."""

    ACCEPTED = "accepted", pgettext_lazy("objection", "Accepted")
    PARTLY = "partly", pgettext_lazy("objection", "Partly accepted")
    INTERNAL = "internal", pgettext_lazy("objection", "Needs the customer's own approval")
    REFUSED = "refused", pgettext_lazy("objection", "Not accepted")
