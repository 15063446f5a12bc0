"""Purchases being pursued, with the history of their stages."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Choice, Customer
from genjin.selling.models.products import Product
from genjin.selling.rules import Forecast, OpportunityKind, OpportunityStage
from genjin.selling.rules.words import OPEN_STAGES


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers in sight; their owner sees the customer as a participant."""
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(stage__in=OPEN_STAGES)


class Opportunity(models.Model):
    """A purchase being pursued; a customer may have several, its stage follows them."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="opportunities")
    name = models.CharField(_("opportunity"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=OpportunityKind, default=OpportunityKind.FIRST)
    stage = models.CharField(
        _("stage"), max_length=12, choices=OpportunityStage, default=OpportunityStage.QUALIFIED
    )
    stage_entered_at = models.DateTimeField(_("in this stage since"))
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="opportunities", verbose_name=_("owner")
    )  # fmt: skip
    amount = models.DecimalField(_("expected amount"), max_digits=16, decimal_places=2, null=True, blank=True)
    expected_close = models.DateField(_("expected close"), null=True, blank=True)
    probability = models.PositiveSmallIntegerField(
        _("probability in %"), null=True, blank=True
    )  # None: that of its stage
    forecast = models.CharField(_("forecast"), max_length=8, choices=Forecast, default=Forecast.PIPELINE)
    lost_reason = models.ForeignKey(
        Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("reason for loss")
    )  # fmt: skip
    notes = models.TextField(_("notes"), blank=True)
    counts = models.BooleanField(
        _("counts for the customer's stage"), default=True, db_default=True
    )  # a purchase won stops counting when its customer is lost, or set back, afterwards
    on_new_need = models.BooleanField(
        _("opened on a new need"), default=False, db_default=False
    )  # makes a customer that has won a repeat customer
    code = models.CharField(_("number elsewhere"), max_length=60, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    import_batch = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["stage", "-id"], name="opportunity_stage"),
            models.Index(
                fields=["expected_close"], name="opportunity_close", condition=Q(closed_at__isnull=True)
            ),
            models.Index(fields=["code"], name="opportunity_code", condition=~Q(code="")),
            models.Index(
                fields=["import_batch"], name="opportunity_batch", condition=Q(import_batch__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="opportunity_amount"
            ),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__lte=100),
                name="opportunity_probability",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["qualified", "negotiation"], closed_at__isnull=True)
                | Q(stage__in=["won", "lost"], closed_at__isnull=False),
                name="opportunity_closed_with_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(counts=True) | Q(stage="won"), name="opportunity_counts_unless_won"
            ),
            models.CheckConstraint(
                condition=Q(on_new_need=False) | Q(kind__in=["repeat", "upsell"]),
                name="opportunity_new_need_of_a_later_purchase",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpportunityLine(models.Model):
    """What one of a product, how many, and at which price, is wanted."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, default=1)
    price = models.DecimalField(_("price"), max_digits=16, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["id"]


class OpportunityChange(models.Model):
    """A row of the stage history: from, to, by whom, when, why."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="changes")
    origin = models.CharField(max_length=12, blank=True)  # empty: it was opened
    target = models.CharField(max_length=12, choices=OpportunityStage)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
