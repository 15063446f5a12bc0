"""A person's word above the rules: a grade or a score set by hand, why, and until when."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models.customer import Customer


class OverrideQuerySet(models.QuerySet["Override"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def run_out(self, today: date) -> Self:
        """Standing ones whose last day is over."""
        return self.standing().filter(until__lt=today)


class Override(models.Model):
    """A grade or score that stands although the rules say another; it ends by itself, and stays on record."""

    class Axis(models.TextChoices):
        GRADE = "grade", _("Grade")
        SCORE = "score", _("Score")

    class End(models.TextChoices):
        EXPIRED = "expired", pgettext_lazy("override", "Run out")
        REPLACED = "replaced", pgettext_lazy("override", "Replaced")
        TAKEN_BACK = "taken_back", pgettext_lazy("override", "Taken back")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="overrides", db_index=False)
    axis = models.CharField(max_length=5, choices=Axis)
    value = models.CharField(_("set by hand"), max_length=5)
    computed = models.CharField(_("by the rules"), max_length=5)  # on that day
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    until = models.DateField(_("until"))  # the last day it counts
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End, blank=True)
    moves_with_customer = False  # a merge rates the customer that stays by its own facts

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer", "-id"], name="override_of_customer"),
            models.Index(fields=["until"], name="override_standing", condition=Q(ended_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "axis"], name="one_standing_override", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_with_a_reason"),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True) | (~Q(end="") & Q(ended_at__isnull=False)),
                name="override_ended_with_a_moment",
            ),
        ]
