"""Own fields, and the templates that say which facts are asked for, per customer type."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.fields.rules import Definition, FieldKind, Outline
from genjin.fields.rules.outline import read_outline


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class CustomField(models.Model):
    """A field a company adds to its customers. Its values lie in `Customer.custom` under `key`."""

    key = models.CharField(max_length=12, unique=True, editable=False)  # f1, f2, ...
    label = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=FieldKind)
    options = models.JSONField(_("words"), default=list, blank=True)
    help = models.CharField(_("help"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        triggers = [
            pgtrigger.Protect(
                name="key_and_kind_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__key__df=pgtrigger.F("new__key"))
                | pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind")),
            )
        ]

    def __str__(self) -> str:
        return self.label

    def as_definition(self) -> Definition:
        return Definition(
            self.key, self.label, FieldKind(self.kind), tuple(self.options), self.help, self.is_active
        )


class CollectionTemplateQuerySet(models.QuerySet["CollectionTemplate"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def current(self) -> Self:
        """The newest published version of each customer type."""
        return self.published().order_by("customer_type", "-version").distinct("customer_type")


class CollectionTemplate(models.Model):
    """A version of what is asked of one type of customers. Published ones are never changed, only followed."""

    customer_type = models.CharField(max_length=8)  # a word of the floor above
    version = models.PositiveIntegerField()
    fields = models.JSONField(default=list)  # groups: title, items (see rules.outline)
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = CollectionTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["customer_type", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["customer_type", "version"], name="one_template_per_version"),
            models.UniqueConstraint(
                fields=["customer_type"], condition=Q(published_at__isnull=True), name="one_draft_per_type"
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_type} {self.version}"

    @property
    def outline(self) -> Outline:
        return read_outline(self.fields)
