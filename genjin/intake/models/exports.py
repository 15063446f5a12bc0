"""What goes out by the sheetful: who took what, why, with whose word, and for how long it may be fetched."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.approvals.models import Request


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> Self:
        """One's own exports, and those of the people one leads; the file itself is only for who asked for it."""
        return self if user.scope.sees_all else self.filter(by__in=user.scope.people)


class Export(models.Model):
    """One sheet on its way out."""

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("export", "Waits for a lead's word")
        WAITING = "waiting", pgettext_lazy("export", "Waiting")
        RUNNING = "running", pgettext_lazy("export", "Being written")
        DONE = "done", pgettext_lazy("export", "Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", pgettext_lazy("export", "Expired")

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel (.xlsx)")
        CSV = "csv", _("CSV (UTF-8)")

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    reason = models.TextField(_("what for"))
    what = models.CharField(_("list"), max_length=16, default="customers")  # key of queries.outgoing
    query = models.TextField(
        blank=True
    )  # the list's address; what it asks for is looked up when the export runs
    ids = models.JSONField(null=True)  # or rows chosen one by one
    columns = models.JSONField()  # keys, in order
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.XLSX)
    is_unmasked = models.BooleanField(_("contact data in full"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="+")
    total = models.PositiveIntegerField(default=0)  # rows there were when it was asked for, then when it ran
    rows = models.PositiveIntegerField(default=0)  # written
    unmasked_rows = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="exports", max_length=200, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0)
    last_download_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["by", "-id"], name="export_of")]

    @property
    def file_name(self) -> str:
        return f"{self.what}-{self.pk}.{self.format}"

    @property
    def was_refused(self) -> bool:
        """Whether the lead's word was no, or the question was taken back."""
        answers = {Request.Status.DECLINED, Request.Status.WITHDRAWN}
        return (
            self.status == self.Status.ASKED and self.request is not None and self.request.status in answers
        )


class ExportPolicy(models.Model):
    """How much one may take out alone, and how long files stay; the newest row is in force, older ones are history."""

    most_rows = models.PositiveIntegerField(_("rows without a lead's word"), default=5000)
    days_kept = models.PositiveSmallIntegerField(_("days a file may be fetched"), default=7)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
