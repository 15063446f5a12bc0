"""What of a customer was shown to somebody outside the company."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def readable(self, now: datetime) -> Self:
        """Those a stranger may read at this moment."""
        standing = self.filter(revoked_at=None, expires_at__gt=now, customer__deleted_at=None)
        return standing.exclude(allowed_by=None)


class Share(models.Model):
    """A link for a third party: few fields, people masked, allowed by who leads, with an end and a count (S1-20)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="shares")
    recipient = models.CharField(_("for whom"), max_length=80)
    purpose = models.CharField(_("what for"), max_length=200)
    fields = ArrayField(models.CharField(max_length=30), verbose_name=_("what is shown"))
    key = models.CharField(max_length=32, unique=True)
    expires_at = models.DateTimeField(_("until"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    allowed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # empty: waits for a word
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)  # the last time
    moves_with_customer = True

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(fields__len__gt=0), name="share_shows_something")]
