"""What the company sells."""

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.selling.rules import ProductKind


class ProductQuerySet(models.QuerySet["Product"]):
    def offered(self) -> Self:
        """Those one may still sell."""
        return self.filter(is_active=True)

    def choosable(self, kept: Collection[int | None] = ()) -> Self:
        """Those one may choose in a form: on offer, or named there already."""
        return self.filter(Q(is_active=True) | Q(pk__in=kept))


class Product(models.Model):
    """A product or service with its list price before tax rules of price books apply."""

    code = models.CharField(_("product code"), max_length=40, unique=True)
    name = models.CharField(_("product"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=ProductKind, default=ProductKind.PRODUCT)
    family = models.CharField(_("product line"), max_length=60, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    list_price = models.DecimalField(
        _("list price with tax"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    tax_rate = models.DecimalField(_("tax rate in %"), max_digits=5, decimal_places=2, default=13)
    description = models.TextField(_("description"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "family", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(list_price__isnull=True) | Q(list_price__gte=0), name="product_price_not_negative"
            ),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lt=100), name="product_tax_rate"),
        ]

    def __str__(self) -> str:
        return self.name
