"""The words of delivery."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ProjectState(TextChoices):
    PLANNED = "planned", pgettext_lazy("project", "Planned")
    RUNNING = "running", pgettext_lazy("project", "Under way")
    DELIVERED = "delivered", pgettext_lazy("project", "Delivered, to be accepted")
    ACCEPTED = "accepted", pgettext_lazy("project", "Accepted")
    STOPPED = "stopped", pgettext_lazy("project", "Called off")
