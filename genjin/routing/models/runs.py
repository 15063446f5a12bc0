"""What rules did: every run with everything it touched, so that it can be read and undone."""

from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.routing.rules.turns import Reason


class RuleRun(models.Model):
    """One run of a kind of rules: a batch that can be undone."""

    class Kind(models.TextChoices):
        RECYCLE = "recycle", _("Recycling")
        ASSIGN = "assign", _("Assignment by rules")
        ESCALATE = "escalate", _("Another owner proposed")

    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    count = models.PositiveIntegerField(default=0)
    left_over = models.PositiveIntegerField(default=0)  # due as well, but over the limit of their rule
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "-at"], name="run_by_kind")]


class RuleHitQuerySet(models.QuerySet["RuleHit"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class RuleHit(models.Model):
    """What a run did to one customer, and how it stood before."""

    run = models.ForeignKey(RuleRun, on_delete=models.CASCADE, related_name="hits")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.CharField(max_length=60)
    why = models.CharField(max_length=200)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # the former, or the new one
    before = models.JSONField(
        encoder=DjangoJSONEncoder
    )  # columns of the customer; ids of tasks and clocks that ended
    version = models.PositiveIntegerField()  # of the customer, right after the run
    is_undone = models.BooleanField(default=False)
    moves_with_customer = False

    objects = RuleHitQuerySet.as_manager()

    class Meta:
        ordering = ["id"]


class UnassignedQuerySet(models.QuerySet["Unassigned"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user).in_pool())


class Unassigned(models.Model):
    """A customer that rules were to give to somebody and could not, and why."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="unassigned"
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    since = models.DateTimeField(_("waiting since"))
    tried_at = models.DateTimeField()
    moves_with_customer = False

    objects = UnassignedQuerySet.as_manager()

    class Meta:
        ordering = ["since", "customer_id"]
