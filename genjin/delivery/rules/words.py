"""The words of delivery."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy


class ProjectState(TextChoices):
    PLANNED = "planned", pgettext_lazy("project", "Planned")
    RUNNING = "running", pgettext_lazy("project", "Under way")
    DELIVERED = "delivered", pgettext_lazy("project", "Delivered, to be accepted")
    ACCEPTED = "accepted", pgettext_lazy("project", "Accepted")
    STOPPED = "stopped", pgettext_lazy("project", "Called off")


class Part(TextChoices):
    """What somebody of the team does (S3-16)."""

    MANAGER = "manager", pgettext_lazy("part", "Project manager")
    CONSULTANT = "consultant", pgettext_lazy("part", "Implementation consultant")
    ENGINEER = "engineer", pgettext_lazy("part", "Engineer")
    SERVICE = "service", pgettext_lazy("part", "Customer service agent")
    TRAINER = "trainer", pgettext_lazy("part", "Trainer")
    OTHER = "other", pgettext_lazy("part", "Other part")


class RiskLevel(TextChoices):
    LOW = "low", pgettext_lazy("risk", "Low")
    MEDIUM = "medium", pgettext_lazy("risk", "Medium")
    HIGH = "high", pgettext_lazy("risk", "High")


class StepTrigger(TextChoices):
    """The fact of a contract's milestones that a finished step stands for; codes as in `contracts.rules.Trigger`."""

    SHIPMENT = "shipment", pgettext_lazy("trigger", "Shipment")
    ARRIVAL = "arrival", pgettext_lazy("trigger", "Arrival of the goods")
    LAUNCH = "launch", pgettext_lazy("trigger", "Going live")


NO_TRIGGER = ("", gettext_lazy("none"))
