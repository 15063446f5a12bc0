"""Delivery projects."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.contracts.models import Contract
from genjin.customers.models import Customer
from genjin.delivery.rules import ProjectState


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers in sight; the project's team are participants of the customer."""
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Project(models.Model):
    """What is to be delivered for a contract (S3-16); needs and terms stay with the contract and are linked."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="projects")
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="projects", verbose_name=_("contract")
    )
    name = models.CharField(_("project"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=ProjectState, default=ProjectState.PLANNED)
    lead = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in charge of delivery")
    )  # fmt: skip
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    planned_end = models.DateField(_("planned end"), null=True, blank=True)
    expected_end = models.DateField(_("expected end"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
