"""What somebody made sure of, how long that holds, and what is known publicly."""

from typing import Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.quality.rules.facts import CheckMethod
from genjin.quality.rules.public import Topic


class FactCheckQuerySet(models.QuerySet["FactCheck"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class FactCheck(models.Model):
    """That somebody made sure of a fact as it stood then (S1-11). Never edited: the next check stands beside it."""

    moves_with_customer = True

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="fact_checks", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, related_name="fact_checks", db_index=False
    )
    fact = models.CharField(max_length=40)
    seen_hash = models.CharField(max_length=32)
    seen = models.CharField(max_length=120)  # the value in short, for people
    is_corrected = models.BooleanField(default=False)  # written anew in the same go
    method = models.CharField(_("how"), max_length=16, choices=CheckMethod)
    source = models.CharField(_("who or what said so"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = FactCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer", "fact", "-id"], name="check_of_fact"),
            models.Index(fields=["contact"], name="check_of_contact", condition=models.Q(contact__isnull=False)),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="never_edited",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["customer", "contact"]),
            )
        ]


class FactTerms(models.Model):
    """A published table of months: how long a check of each fact holds. Never changed, only followed by the next."""

    version = models.PositiveIntegerField(unique=True)
    months = models.JSONField()  # {"need": 3, ...}
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]


class PublicInfoQuerySet(models.QuerySet["PublicInfo"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class PublicInfo(models.Model):
    """What is said in public about a customer, with its source and its day (S0-12)."""

    moves_with_customer = True

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="public_infos")
    topic = models.CharField(_("about"), max_length=10, choices=Topic, default=Topic.NEWS)
    text = models.CharField(pgettext_lazy("public", "what is said"), max_length=1000)
    source = models.CharField(_("source"), max_length=120)
    link = models.CharField(_("address on the web"), max_length=500, blank=True)
    dated_on = models.DateField(_("dated"))
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = PublicInfoQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "-id"]
