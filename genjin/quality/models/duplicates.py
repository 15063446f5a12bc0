"""Which records may be one customer: scans of the whole base, and the pairs people decide about."""

from typing import Self

from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.rules.identity import Match


class DuplicateScan(models.Model):
    """One walk over all identity keys, from the first to the last; `cursor` is the last key that is done."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # None: by the clock
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    cursor = models.CharField(max_length=220, blank=True)
    total = models.PositiveIntegerField(default=0)  # keys to look at, as counted at the start
    counts = models.JSONField(
        default=dict
    )  # keys, compared, found, crowded; crowds: kind and size of the largest
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="running"), name="one_scan_at_a_time"
            )
        ]


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    def standing(self) -> Self:
        """Pairs whose two sides are both there: neither in the recycle bin nor merged away."""
        return self.filter(first__deleted_at=None, second__deleted_at=None)

    def editable_by(self, user: User) -> Self:
        """Pairs whose two sides `user` may both change."""
        rows = self.standing()
        if user.scope.sees_all:
            return rows
        return rows.filter(first__owner_id__in=user.scope.people, second__owner_id__in=user.scope.people)

    def open(self) -> Self:
        """Pairs nobody has decided about, here or by naming one the other's parent."""
        said = Q(first__parent=F("second")) | Q(second__parent=F("first"))
        # A parent that is missing is neither equal nor unequal: the question must be answered by true or false.
        rows = self.alias(is_family=Coalesce(ExpressionWrapper(said, models.BooleanField()), Value(False)))
        return rows.filter(status=DuplicatePair.Status.OPEN, is_family=False)

    def surest_first(self) -> Self:
        weights = [When(level=level, then=Value(at)) for at, level in enumerate(Match.values)]
        return self.order_by(Case(*weights, default=Value(len(weights))), "-pk")


class DuplicatePair(models.Model):
    """Two records a scan found alike, and what somebody decided about them. Nothing is merged by itself."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("pair", "To be looked at")
        MERGED = "merged", _("Merged")
        DIFFERENT = "different", _("Not one customer")
        RELATED = "related", _("Parent and branch")

    # The database does not check them: an import is taken back below the models, and pairs of what is gone show nowhere.
    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    level = models.CharField(max_length=8, choices=Match)
    reasons = models.JSONField(default=list)  # kinds of the keys both have
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    found_at = models.DateTimeField()
    seen_in = models.ForeignKey(
        DuplicateScan, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.CharField(max_length=300, blank=True)

    moves_with_customer = False  # a pair is about the two records it was found for

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["level", "-id"], name="open_pairs", condition=Q(status="open")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]
