"""Whether contracts go on after their end."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.care.rules.renewals import Outcome
from genjin.contracts.models import Contract
from genjin.customers.models import Choice, Customer
from genjin.followups.models import Task
from genjin.selling.models import Opportunity


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(outcome=Outcome.OPEN)

    def ending_within(self, days: int, today: date) -> Self:
        """Open ones whose contract ends in so many days or fewer, or is over."""
        return self.open().filter(ends_on__lte=today + timedelta(days=days))


class Renewal(models.Model):
    """What becomes of one contract's end, opened 90 days before (S2-20)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="renewals")
    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="renewal")
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("who looks after it")
    )  # fmt: skip
    ends_on = models.DateField(_("contract ends"))
    opened_at = models.DateTimeField(_("opened"))
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("opportunity")
    )  # fmt: skip
    plan = models.TextField(_("what to do"), blank=True)
    plan_until = models.DateField(_("until"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.OPEN)
    lost_reason = models.ForeignKey(
        Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("reason for loss")
    )  # fmt: skip
    reason = models.TextField(_("why, or what changes"), blank=True)
    amount = models.DecimalField(_("new amount"), max_digits=16, decimal_places=2, null=True, blank=True)
    new_contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="renews", verbose_name=_("new contract")
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = RenewalQuerySet.as_manager()

    class Meta:
        ordering = ["ends_on", "id"]
        indexes = [
            models.Index(fields=["ends_on", "id"], name="renewal_open", condition=Q(outcome="open")),
            models.Index(fields=["outcome", "ends_on"], name="renewal_outcome"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at__isnull=True)
                | (~Q(outcome="open") & Q(decided_at__isnull=False)),
                name="renewal_decided_with_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["renewed", "changed"]) | Q(amount__gt=0),
                name="renewal_kept_has_an_amount",
            ),
            models.CheckConstraint(condition=~Q(outcome="lost") | ~Q(reason=""), name="renewal_lost_why"),
        ]
