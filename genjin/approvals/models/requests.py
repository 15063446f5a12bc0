"""What somebody may not do alone, and the answer."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: User) -> Self:
        """One's own requests, those of the people one leads, and those one is or was asked about."""
        if user.scope.sees_all:
            return self
        return self.filter(
            Q(asked_by__in=user.scope.people) | Q(pk__in=self._about(steps__signers__user=user))
        )

    def open(self) -> Self:
        return self.filter(status=Request.Status.OPEN)

    def asking(self, user: User) -> Self:
        """Open requests at a step of which this very person is asked."""
        return self.open().filter(
            pk__in=self._about(steps__status="open", steps__signers__user=user, steps__signers__status="waiting")
        )  # fmt: skip

    def to_decide(self, user: User) -> Self:
        """Open requests of others on which `user` may say yes or no: as a signer, or as who leads the asker."""
        asked = Q(pk__in=Request.objects.asking(user).values("pk"))
        if may(user, Right.APPROVE):
            led = Q(is_led=True)
            asked |= led if user.scope.sees_all else led & Q(asked_by__in=user.scope.people)
        return self.open().filter(asked).exclude(asked_by=user)

    def _about(self, **signers: Any) -> Any:
        return Request.objects.filter(**signers).order_by().values("pk")


class Request(models.Model):
    """Something a person may not do alone: asked with a reason, agreed to step by step or returned.

    The floors above say what a `kind` means and do the deed when it is granted; `data` is theirs.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Waiting")
        GRANTED = "granted", pgettext_lazy("request", "Granted")
        DECLINED = "declined", pgettext_lazy("request", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")
        VOIDED = "voided", pgettext_lazy("request", "Voided")

    kind = models.CharField(max_length=16)  # extension, export, ...
    subject = models.CharField(max_length=200)  # what is asked for, in words
    reason = models.TextField(_("reason"))
    customer_id = models.BigIntegerField(null=True)  # this floor does not know customers
    data = models.JSONField(default=dict)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    facts = models.JSONField(default=list)  # pairs of words: what who decides reads
    snapshot = models.JSONField(default=dict)  # what was handed in, whatever becomes of the rest
    digest = models.CharField(max_length=64, blank=True)  # its SHA-256
    is_led = models.BooleanField(default=True)  # at this step whoever leads the asker may answer
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("answer"), blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="request_of"),
            models.Index(fields=["kind", "customer_id"], name="request_open", condition=Q(status="open")),
            models.Index(fields=["customer_id", "kind"], name="request_about"),
        ]
