"""Targets (业绩目标) of the company, of teams and of people."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import Team, User
from genjin.insights.models.reviews import teams_led
from genjin.insights.rules.stretches import Grain
from genjin.insights.rules.targets import TARGET_GRAINS, Aim


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User) -> Self:
        """One's own, those of the people and teams one leads; all, with the company's, with the right to all."""
        if user.scope.sees_all:
            return self
        return self.filter(Q(person__in=user.scope.people) | Q(team__in=teams_led(user)))


class Target(models.Model):
    """What is to be reached in a stretch: by a person, by a team with those below it, or (neither) by the company."""

    metric = models.CharField(_("figure"), max_length=20, choices=Aim)
    grain = models.CharField(
        _("stretch"), max_length=7, choices=[(one, Grain(one).label) for one in TARGET_GRAINS]
    )
    first = models.DateField(_("first day"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("person")
    )  # fmt: skip
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("team")
    )
    amount = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["metric", "first", "grain", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "grain", "first", "person", "team"], nulls_distinct=False, name="one_target_each"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="target_not_below_nothing"),
            models.CheckConstraint(condition=Q(person=None) | Q(team=None), name="target_of_one"),
            models.CheckConstraint(
                condition=Q(first__day=1)
                & (Q(grain="month") | Q(grain="quarter", first__month__in=[1, 4, 7, 10]) | Q(grain="year", first__month=1)),
                name="target_of_a_whole_stretch",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.metric} {self.grain} {self.first}: {self.amount}"


class RankingSettings(models.Model):
    """One row: whether everybody sees the ranking of their team, or only who leads."""

    is_open_to_reps = models.BooleanField(_("Everybody sees the ranking of their own team"), default=True)
