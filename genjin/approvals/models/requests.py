"""What somebody may not do alone, and the answer."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: User) -> Self:
        """One's own requests, and those of the people one leads."""
        return self if user.scope.sees_all else self.filter(asked_by__in=user.scope.people)

    def open(self) -> Self:
        return self.filter(status=Request.Status.OPEN)

    def to_decide(self, user: User) -> Self:
        """Open requests of others on which `user` may say yes or no."""
        rows = self.open().visible_to(user).exclude(asked_by=user)
        return rows if may(user, Right.APPROVE) else rows.none()


class Request(models.Model):
    """Something a person may not do alone: asked with a reason, granted or declined by who leads them.

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
            models.Index(
                fields=["kind", "customer_id"], name="request_open", condition=models.Q(status="open")
            ),
        ]
