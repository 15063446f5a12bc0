"""What colleagues say to each other about a record or a customer."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.models.records import FollowUp


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Comment(models.Model):
    """A remark on one contact record, or on the customer as such; plain text with people mentioned in it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="comments", db_index=False)
    followup = models.ForeignKey(
        FollowUp, on_delete=models.CASCADE, null=True, blank=True, related_name="comments"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField(_("comment"))
    mentioned = ArrayField(models.BigIntegerField(), default=list, blank=True)  # ids of people
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["customer", "-at"], name="comment_of_customer")]
