"""What comes in by the sheetful: batches, their problems, and remembered mappings."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.intake.rules.kinds import SheetKind
from genjin.intake.rules.modes import Mode


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> Self:
        """One's own batches, and those of the people one leads."""
        return self if user.scope.sees_all else self.filter(created_by__in=user.scope.people)


class ImportBatch(models.Model):
    """One sheet on its way in, from upload to done or taken back."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("Checking")
        READY = "ready", _("Ready for your look")
        RUNNING = "running", _("Coming in")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    class Phase(models.TextChoices):
        READING = "reading", _("Reading")
        CHECKING = "checking", _("Checking")
        WRITING = "writing", _("Coming in")
        UNDOING = "undoing", _("Being taken back")

    file = models.FileField(upload_to="imports", max_length=200)
    name = models.CharField(_("file"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.CHECKING)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    options = models.JSONField(default=dict)  # sheet, header_row, mapping, orders, owner, pool, keep_unknown
    shape = models.JSONField(
        default=dict
    )  # sheets, columns, sample, notes, odd_rows: what was found in the file
    preview = models.JSONField(default=dict)  # per column: fine, repaired, warned, refused, examples
    counts = models.JSONField(default=dict)  # rows, created, duplicates, rejected, warnings
    total = models.PositiveIntegerField(default=0)  # rows to write
    written = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)  # the file's row number up to which all is written
    # How far it is at this moment; reading counts in thousandths, all else in rows.
    phase = models.CharField(max_length=10, choices=Phase, blank=True)
    phase_done = models.PositiveIntegerField(default=0)
    phase_total = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)  # when somebody last worked on it
    attempt = models.PositiveIntegerField(default=0)  # counts changes of the options: an older check stops
    problem = models.TextField(blank=True)
    committed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    @property
    def percent(self) -> int:
        return 100 * self.written // self.total if self.total else 0

    @property
    def kind(self) -> SheetKind:
        """What its rows are."""
        return SheetKind(self.options.get("kind") or SheetKind.CUSTOMERS)

    @property
    def mode(self) -> Mode:
        """What it does with rows of customers we have."""
        return Mode(self.options.get("mode") or Mode.CREATE)


class ImportProblem(models.Model):
    """One thing to say about one row of a batch."""

    class Level(models.TextChoices):
        REJECTED = "rejected", _("Row left out")
        SAME = "same", _("Known already")
        WARNING = "warning", _("Came in, please check")
        SIMILAR = "similar", _("Came in, looks like another")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="problems", db_index=False)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    message = models.TextField()
    level = models.CharField(max_length=10, choices=Level)
    match_id = models.BigIntegerField(null=True)
    match_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["row", "id"]
        indexes = [models.Index(fields=["batch", "row"], name="problem_of_batch")]


class ImportRow(models.Model):
    """Which row of a sheet became what: asked for doubles within a sheet, and when a batch is taken back."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("customer")
        UPDATED = "updated", _("customer updated")
        CONTACT = "contact", _("contact")
        FOLLOW_UP = "followup", _("contact record")
        TASK = "task", _("task")
        DEAL = "deal", _("opportunity")
        PRODUCT = "product", _("product")

    pk = models.CompositePrimaryKey("batch_id", "kind", "object_id")
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.BigIntegerField()
    row = models.PositiveIntegerField()


class ColumnMapping(models.Model):
    """How somebody mapped a set of headers the last time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=2000)
    mapping = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "fingerprint"], name="one_mapping_per_header_set")
        ]


class ImportChange(models.Model):
    """What a batch changed beside a customer's own fields, old and new, so that it can be taken back.

    The customer's own fields are kept by the change itself (`KeptChange`, origin `import:ID`).
    """

    class What(models.TextChoices):
        CONTACT = "contact", _("contact")
        OWNER = "owner", _("owner")
        TIMES = "times", _("first and last contact")
        STEP = "step", _("no next step since")
        STAGE = "stage", _("stage")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="changes", db_index=False)
    row = models.PositiveIntegerField()
    customer_id = models.BigIntegerField()
    what = models.CharField(max_length=8, choices=What)
    object_id = models.BigIntegerField(null=True)
    before = models.JSONField()
    after = models.JSONField()
    left = models.JSONField(default=list)  # fields that an undo left as they are now
    is_undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["batch", "id"], name="change_of_batch")]
