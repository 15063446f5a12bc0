"""The words of proposals."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class VersionState(TextChoices):
    """Where a version of a proposal stands; from `sent` on it is never rewritten."""

    DRAFT = "draft", pgettext_lazy("proposal", "Draft")
    APPROVAL = "approval", pgettext_lazy("proposal", "Waits for approval")
    READY = "ready", pgettext_lazy("proposal", "Approved")
    SENT = "sent", pgettext_lazy("proposal", "Sent")
