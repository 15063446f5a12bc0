"""Rule sets of the score: published versions and drafts."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.rules import RuleSet, ScoreRow


class ScoreRuleSetQuerySet(models.QuerySet["ScoreRuleSet"]):
    def published(self) -> Self:
        """Versions, the one in force first."""
        return self.exclude(version=None).order_by("-version")

    def drafts(self) -> Self:
        """What is not in force yet: rated in shadow, without any effect."""
        return self.filter(version=None).order_by("-pk")


class ScoreRuleSet(models.Model):
    """A version of the score rules; once published never changed, only followed by the next. A draft has no version."""

    version = models.PositiveIntegerField(unique=True, null=True, blank=True)
    rows = models.JSONField()  # [["industry_fit", 3], ...]
    pass_mark = models.PositiveSmallIntegerField()
    ordinary_mark = models.PositiveSmallIntegerField()
    industries = models.JSONField()
    note = models.CharField(_("what is new"), max_length=300, blank=True, default="", db_default="")
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    unproven_reason = models.TextField(
        _("why without a back-test"), blank=True, default="", db_default=""
    )  # idea 3: publishing asks for a back-test that was looked at, or for this

    objects = ScoreRuleSetQuerySet.as_manager()

    class Meta:
        ordering = [F("version").desc(nulls_last=True), "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=True, published_at__isnull=True)
                | Q(version__isnull=False, published_at__isnull=False),
                name="rule_set_published_with_a_version",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="rule_set_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__version__isnull=False),
            )
        ]

    def as_rules(self) -> RuleSet:
        return RuleSet(
            self.version or 0,
            tuple(ScoreRow(key, points) for key, points in self.rows),
            self.pass_mark,
            self.ordinary_mark,
            tuple(self.industries),
        )
