"""What customers object to, what we answered, and how they took it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.models import FollowUp
from genjin.library.models import Entry
from genjin.library.rules import Objection as Category
from genjin.proposals.rules import Acceptance
from genjin.selling.models import Opportunity


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Objection(models.Model):
    """An objection of a customer with the answer given and how it was taken (S3-12)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="objections")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.SET_NULL, null=True, blank=True, related_name="objections",
        verbose_name=_("opportunity"),
    )  # fmt: skip
    followup = models.ForeignKey(
        FollowUp, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("record")
    )  # fmt: skip
    category = models.CharField(_("category"), max_length=10, choices=Category)
    said = models.TextField(_("what was said"))
    entry = models.ForeignKey(
        Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("standard answer")
    )  # fmt: skip
    answer = models.TextField(_("our answer"), blank=True, default="")
    acceptance = models.CharField(
        pgettext_lazy("objection", "how it was taken"),
        max_length=8,
        choices=Acceptance,
        blank=True,
        default="",
    )
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    moves_with_customer = True

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["noted_at"], name="objection_noted")]
        constraints = [
            models.CheckConstraint(
                condition=Q(acceptance="", answered_at__isnull=True)
                | Q(~Q(acceptance=""), answered_at__isnull=False, answered_by__isnull=False),
                name="objection_answered_with_a_moment",
            )
        ]
