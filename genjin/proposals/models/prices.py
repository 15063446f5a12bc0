"""What things cost, for whom and when, and how far each role may go below."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Role
from genjin.proposals.rules import Audience
from genjin.proposals.rules.prices import BookTerms
from genjin.selling.models import Product


class PriceBookQuerySet(models.QuerySet["PriceBook"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def fitting(self, customer_type: str) -> Self:
        """Those one may choose for a customer of this type, as `rules.prices.fits` has it."""
        return self.filter(audience__in=[Audience.NAMED, Audience.ALL, customer_type])


class PriceBook(models.Model):
    """Prices that hold for a time: for all, for one type of customer, or where the book is chosen."""

    name = models.CharField(_("price book"), max_length=80, unique=True)
    audience = models.CharField(_("holds for"), max_length=8, choices=Audience, default=Audience.ALL)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = PriceBookQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "-starts_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="price_book_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BookPrice(models.Model):
    """The price with tax of one product in one book."""

    book = models.ForeignKey(PriceBook, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="book_prices")
    price = models.DecimalField(_("price with tax"), max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["product__name"]
        constraints = [
            models.UniqueConstraint(fields=["book", "product"], name="one_price_per_book"),
            models.CheckConstraint(condition=Q(price__gte=0), name="book_price_not_negative"),
        ]

    def as_terms(self) -> BookTerms:
        """Return the price as the rules take it."""
        book = self.book
        return BookTerms(book.pk, book.audience, book.starts_on, book.ends_on, self.price)


class DiscountLimit(models.Model):
    """How far a role may discount alone, from a moment on; the newest row of a role holds, older ones are its history."""

    role = models.CharField(_("role"), max_length=12, choices=Role)
    percent = models.DecimalField(_("discount in %"), max_digits=5, decimal_places=2)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__range=(0, 100)), name="discount_limit_percent")
        ]
        triggers = [
            pgtrigger.Protect(name="discount_limit_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
