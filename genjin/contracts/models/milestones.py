"""When which part of a contract's amount is to be paid."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.contracts.models.contracts import Contract
from genjin.contracts.rules import Trigger
from genjin.contracts.rules.states import RUNNING
from genjin.customers.models import Customer
from genjin.followups.models import Task


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(contract__customer__in=Customer.objects.visible_to(user))

    def of_running(self) -> Self:
        """Those of contracts that are signed and neither void nor fulfilled."""
        return self.filter(contract__state__in=RUNNING)


class Milestone(models.Model):
    """A payment milestone: due some days after its trigger, and only then (S3-15)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("milestone"), max_length=60)
    percent = models.DecimalField(_("share in %"), max_digits=6, decimal_places=3, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    trigger = models.CharField(_("due after"), max_length=10, choices=Trigger)
    offset_days = models.PositiveSmallIntegerField(_("days after that"), default=0)
    to_working_day = models.BooleanField(_("moved to the next working day"), default=False)
    fixed_on = models.DateField(_("fixed date"), null=True, blank=True)
    triggered_on = models.DateField(_("happened on"), null=True, blank=True)  # the fact
    due_on = models.DateField(_("due"), null=True, blank=True)  # known only since the trigger
    expected_on = models.DateField(
        _("expected"), null=True, blank=True
    )  # what the forecast counts with until then
    expected_why = models.CharField(max_length=200, blank=True)
    settled_on = models.DateField(
        _("paid in full"), null=True, blank=True
    )  # the day of the receipt that filled it; follows from the receipts
    task = models.ForeignKey(
        Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )  # of collecting

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["contract_id", "position", "id"]
        indexes = [
            models.Index(fields=["due_on"], name="milestone_open", condition=Q(settled_on__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(trigger="date", fixed_on__isnull=False)
                | (~Q(trigger="date") & Q(fixed_on__isnull=True)),
                name="milestone_fixed_date",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="milestone_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(triggered_on__isnull=False),
                name="milestone_due_by_a_fact",
            ),
        ]
