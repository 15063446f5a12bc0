"""Proposals with their versions and lines."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.proposals.rules import VersionState
from genjin.selling.models import Opportunity, Product


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Proposal(models.Model):
    """What is offered for one opportunity, in versions (S3-11)."""

    number = models.CharField(_("proposal number"), max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="proposals")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("opportunity")
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    moves_with_customer = True

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ProposalVersion(models.Model):
    """One version: a draft until it is sent, immutable after that."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=8, choices=VersionState, default=VersionState.DRAFT)
    amount = models.DecimalField(_("amount with tax"), max_digits=16, decimal_places=2, default=0)
    net_amount = models.DecimalField(_("amount without tax"), max_digits=16, decimal_places=2, default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of what was sent

    class Meta:
        ordering = ["proposal_id", "number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="one_version_per_number")]


class ProposalLine(models.Model):
    """A line of a version; prices are with tax, the discount is in percent of the price."""

    version = models.ForeignKey(ProposalVersion, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("what"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, default=1)
    price = models.DecimalField(_("price"), max_digits=16, decimal_places=2)
    discount = models.DecimalField(_("discount in %"), max_digits=5, decimal_places=2, default=0)
    tax_rate = models.DecimalField(_("tax rate in %"), max_digits=5, decimal_places=2, default=13)

    class Meta:
        ordering = ["position", "id"]
