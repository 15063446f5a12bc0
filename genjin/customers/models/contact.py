"""The people at a customer, and the keys by which a customer is known again."""

from typing import Self

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models.customer import Customer
from genjin.customers.models.lists import Choice


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent(), model_name="ContactRow")
class Contact(models.Model):
    """A person at a customer. Numbers are stored normalised and shown masked to who may not see them."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("contact name"), max_length=80, blank=True)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    role = models.ForeignKey(
        Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("role")
    )  # fmt: skip
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone2 = models.CharField(_("second phone"), max_length=40, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_primary = models.BooleanField(_("main contact"), default=False)
    is_decider = models.BooleanField(_("final decider"), default=False)
    preference = models.CharField(_("likes to be contacted"), max_length=120, blank=True)
    do_not_disturb = models.BooleanField(_("do not disturb"), default=False)
    birthday = models.CharField(_("birthday"), max_length=20, blank=True, default="", db_default="")
    birth_key = models.CharField(
        max_length=5, blank=True, default="", db_default=""
    )  # kit.birthday.Birthday.key
    consent_basis = models.CharField(_("basis for keeping the data"), max_length=60, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["-is_primary", "id"]
        indexes = [
            models.Index(fields=["birth_key"], name="contact_birthday", condition=~models.Q(birth_key=""))
        ]

    def __str__(self) -> str:
        return self.name


class IdentityKey(models.Model):
    """What makes a customer recognisable: one row per key, `kind:value`, for every way in.

    Kinds: uscc, full (whole name), core (name without region and form), mobile, phone, mail, domain, alias.
    Derived from the customer and written with it only, so that the database need not check each row's customer.
    """

    pk = models.CompositePrimaryKey("customer_id", "key")
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="identity_keys", db_index=False, db_constraint=False
    )
    key = models.CharField(max_length=220)

    class Meta:
        indexes = [models.Index(fields=["key"], name="identity_key")]
