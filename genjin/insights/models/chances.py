"""What was learned from the company's own history, and each open customer's chance."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.insights.rules.chances.trust import Level


class ChanceModel(models.Model):
    """One night's learning: its number is its version; `report` is what rules.chances.plain keeps of it."""

    learned_at = models.DateTimeField(_("learned"))
    level = models.CharField(_("how reliable"), max_length=12, choices=Level)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"v{self.pk}"

    @property
    def is_reliable(self) -> bool:
        return self.level != Level.NOT_RELIABLE


class CustomerChanceQuerySet(models.QuerySet["CustomerChance"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class CustomerChance(models.Model):
    """A customer's chance by the newest model, with its range and reasons (rules.chances.reasons as JSON)."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="chance")
    chance = models.FloatField(_("chance"))
    low = models.FloatField()
    high = models.FloatField()
    reasons = models.JSONField(default=list)
    moves_with_customer = False

    objects = CustomerChanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    low__gte=0, chance__gte=models.F("low"), high__gte=models.F("chance"), high__lte=1
                ),
                name="chance_within_range",
            )
        ]
