"""What people report of a day, a week, a month, and what their lead says to it."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.followups.rules import PeriodKind


class WorkReportQuerySet(models.QuerySet["WorkReport"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the people one leads."""
        return self if user.scope.sees_all else self.filter(person__in=user.scope.people)


class WorkReport(models.Model):
    """日报, 周报, 月报: figures as they stood when it was handed in, and three texts."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    kind = models.CharField(max_length=8, choices=PeriodKind)
    first = models.DateField()  # of the period
    figures = models.JSONField(default=dict)  # by key, as they stood
    done = models.TextField(_("done"), blank=True)
    plan = models.TextField(_("planned next"), blank=True)
    support = models.TextField(_("problems and support needed"), blank=True)
    written_at = models.DateTimeField()
    comment = models.TextField(_("comment"), blank=True)
    commented_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    commented_at = models.DateTimeField(null=True)

    objects = WorkReportQuerySet.as_manager()

    class Meta:
        ordering = ["-first", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "first"], name="one_report_per_period")
        ]
