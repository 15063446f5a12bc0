"""One field of many customers changed at once, and what became of it."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the people one leads."""
        return self if user.scope.sees_all else self.filter(by__in=user.scope.people)


class BulkEdit(models.Model):
    """A field, what is done to it, and to whom; the old values lie in `KeptChange` under `origin`."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    field = models.CharField(_("field"), max_length=60)
    how = models.CharField(max_length=10)  # set, clear, append, add, remove
    value = models.TextField(blank=True)  # as typed
    ids = models.JSONField(default=list)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RUNNING)
    done = models.PositiveIntegerField(default=0)  # how many of `ids` were looked at
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)  # the first of them: id, name, code, message
    restored = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = BulkEditQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    @property
    def total(self) -> int:
        return len(self.ids)

    @property
    def origin(self) -> str:
        return f"bulk:{self.pk}"
