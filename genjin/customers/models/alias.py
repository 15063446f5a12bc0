"""What else a customer is called: for short, or before it was renamed."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models.customer import Customer


class AliasQuerySet(models.QuerySet["Alias"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Alias(models.Model):
    """Another name of a customer; the customer's keys and search tokens follow from it, too."""

    class Kind(models.TextChoices):
        SHORT = "short", pgettext_lazy("alias", "Short name")
        FORMER = "former", pgettext_lazy("alias", "Former name")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.SHORT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    objects = AliasQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "id"]

    def __str__(self) -> str:
        return self.name
