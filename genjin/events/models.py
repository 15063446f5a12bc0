"""What happened: an append-only trail, and the small ledgers that keep the machine honest."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, customer_id: int) -> Self:
        return self.filter(customer_id=customer_id)

    def after(self, bookmark: int) -> Self:
        """Rows written after `bookmark` (an event id); ordered by id, not by clock."""
        return self.filter(pk__gt=bookmark).order_by("pk")


class Event(models.Model):
    """One thing that happened. `customer_id` is a plain number: this floor does not know customers."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)  # noun.participle: "customer.claimed"
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    customer_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer_id", "-id"], name="event_by_customer"),
            models.Index(fields=["kind", "actor", "-at"], name="event_by_kind_actor"),
        ]


class IdempotentReply(models.Model):
    """The answer once given to a request key, so that a repeated request does its work once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_reply_per_key")]


class Heartbeat(models.Model):
    """When a background process was last alive; one row per name."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class Backup(models.Model):
    """One backup run; it counts only once it was verified."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    path = models.TextField(blank=True)
    size = models.BigIntegerField(default=0)
    problem = models.TextField(blank=True)


class Bookmark(models.Model):
    """Up to which event a reader of the trail has read; one row per reader."""

    name = models.CharField(max_length=40, primary_key=True)
    event_id = models.BigIntegerField(default=0)
