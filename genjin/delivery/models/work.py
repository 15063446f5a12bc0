"""Who works on a project, on what, and what may go wrong."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.delivery.models.projects import Project
from genjin.delivery.rules import Part, RiskLevel, StepTrigger
from genjin.followups.models import Task


class Member(models.Model):
    """A person of the team and what they do; they see the customer through the project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    part = models.CharField(_("as what"), max_length=12, choices=Part, default=Part.CONSULTANT)
    note = models.CharField(_("split of work"), max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="once_in_a_team")]


class ProjectStep(models.Model):
    """A step of a project: who, by when, how much of the whole; done on a day. Given to somebody it is a task of theirs."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("step"), max_length=200)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who does it")
    )  # fmt: skip
    due_on = models.DateField(_("due"), null=True, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=10)
    trigger = models.CharField(
        _("makes payments due that wait for"), max_length=10, choices=StepTrigger, blank=True
    )
    done_on = models.DateField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["project_id", "position", "id"]
        constraints = [models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="step_weight")]


class Risk(models.Model):
    """What may go wrong, who watches it, and what is done about it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="risks")
    text = models.CharField(_("risk"), max_length=300)
    level = models.CharField(_("level"), max_length=6, choices=RiskLevel, default=RiskLevel.MEDIUM)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who watches it")
    )  # fmt: skip
    answer = models.TextField(_("what is done about it"), blank=True)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["closed_at", "-id"]
