"""Who has to agree to what, in versions."""

from typing import Self

from django.db import models
from django.db.models import Q

from genjin.accounts.models import User
from genjin.approvals.rules.flows import StepRule, read_steps


class FlowQuerySet(models.QuerySet["Flow"]):
    def current(self) -> Self:
        return self.filter(replaced_at=None)


class Flow(models.Model):
    """A version of a kind's steps; requests under way keep those they began with, as `Step` rows."""

    kind = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    steps = models.JSONField(default=list)  # see rules.flows.write_steps
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    replaced_at = models.DateTimeField(null=True)

    objects = FlowQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="flow_version"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(replaced_at__isnull=True), name="one_flow_in_force"
            ),
        ]

    @property
    def rules(self) -> tuple[StepRule, ...]:
        return read_steps(self.steps)
