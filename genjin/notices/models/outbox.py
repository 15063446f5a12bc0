"""What leaves the page: written with the notice, sent afterwards, and kept as a log."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.notices.models.notices import Notice
from genjin.notices.models.robots import Robot
from genjin.notices.rules.manners import Channel


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(status=Delivery.Status.WAITING)

    def due(self, now: datetime) -> Self:
        """Waiting ones whose moment has come and that nobody is sending."""
        return self.waiting().filter(Q(leased_until=None) | Q(leased_until__lte=now), next_at__lte=now)


class Delivery(models.Model):
    """One notice on one way out. Those that are sent together share the id of their message, also when sent again."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "waiting")
        SENT = "sent", pgettext_lazy("delivery", "sent")
        FAILED = "failed", pgettext_lazy("delivery", "failed")
        DROPPED = "dropped", pgettext_lazy("delivery", "not needed")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=5, choices=Channel)
    robot = models.ForeignKey(
        Robot, on_delete=models.CASCADE, null=True, related_name="deliveries", db_index=False
    )
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    message = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(status="waiting")),
            models.Index(fields=["message"], name="delivery_message", condition=Q(status="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "robot"], name="delivered_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(channel="robot", robot__isnull=False) | Q(channel="mail", robot__isnull=True),
                name="delivery_has_its_way",
            ),
        ]
