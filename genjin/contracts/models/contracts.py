"""Contracts."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.contracts.rules import ContractKind, ContractState
from genjin.customers.models import Customer
from genjin.proposals.models import ProposalVersion
from genjin.selling.models import Opportunity


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers in sight; legal and finance people of a contract are participants of its customer."""
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Contract(models.Model):
    """What was agreed with a customer, from draft to fulfilment (S3-14, S3-15, S2-20)."""

    number = models.CharField(_("contract number"), max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contracts")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("opportunity")
    )  # fmt: skip
    proposal_version = models.ForeignKey(
        ProposalVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("proposal")
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=ContractKind, default=ContractKind.SALES)
    state = models.CharField(_("state"), max_length=8, choices=ContractState, default=ContractState.DRAFT)
    amount = models.DecimalField(_("amount with tax"), max_digits=16, decimal_places=2)
    net_amount = models.DecimalField(
        _("amount without tax"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )  # fmt: skip
    legal = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("reviewed by")
    )  # fmt: skip
    finance = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("payments watched by")
    )  # fmt: skip
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contract_amount_positive"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
