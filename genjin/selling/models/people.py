"""Who decides at a customer, against whom one competes there, and what is planned with a key account."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.selling.models.opportunities import Opportunity
from genjin.selling.rules import Attitude, ChainRole, Influence


class ChainQuerySet(models.QuerySet["ChainMember"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class ChainMember(models.Model):
    """A person's part in a customer's decision: role, attitude, influence, to whom it reports (S0-15, S3-13)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="chain")
    contact = models.OneToOneField(
        Contact, on_delete=models.CASCADE, related_name="chain_place", verbose_name=_("contact")
    )
    role = models.CharField(_("part in the decision"), max_length=10, choices=ChainRole)
    attitude = models.CharField(_("attitude"), max_length=8, choices=Attitude, default=Attitude.UNKNOWN)
    influence = models.PositiveSmallIntegerField(_("influence"), choices=Influence, default=Influence.SOME)
    reports_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("reports to")
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    notes = models.CharField(_("what matters to this person"), max_length=300, blank=True)
    verified_at = models.DateTimeField(_("last verified"))
    verified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    moves_with_customer = True

    objects = ChainQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(influence__range=(1, 3)), name="chain_influence"),
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("id")), name="chain_not_to_itself"
            ),
        ]


class CompetitorQuerySet(models.QuerySet["Competitor"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Competitor(models.Model):
    """Against whom one competes at a customer, or for one purchase, and what one answers (S0-15)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="rivals")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, null=True, blank=True, related_name="rivals", verbose_name=_("opportunity")
    )  # fmt: skip
    name = models.CharField(_("competitor"), max_length=120)
    price = models.CharField(_("their price"), max_length=120, blank=True)
    strengths = models.TextField(_("their strengths"), blank=True)
    weaknesses = models.TextField(_("their weaknesses"), blank=True)
    answer = models.TextField(_("our answer"), blank=True)
    is_current = models.BooleanField(_("supplies them now"), default=False)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    moves_with_customer = True

    objects = CompetitorQuerySet.as_manager()

    class Meta:
        ordering = ["-is_current", "name", "id"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="competitor_named")]

    def __str__(self) -> str:
        return self.name


class AccountPlanQuerySet(models.QuerySet["AccountPlan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class AccountPlan(models.Model):
    """The plan for a key account: where it stands, what we want there, and when we look again (S1-3)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="account_plans")
    position = models.TextField(_("standing in the industry"))
    chain = models.TextField(_("who decides, and how"), blank=True)
    rivals = models.TextField(_("work with competitors"), blank=True)
    goals = models.TextField(_("goals"))
    review_on = models.DateField(_("look again on"))
    task_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)  # what is to be done for it
    is_current = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    moves_with_customer = True

    objects = AccountPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-is_current", "-id"]
