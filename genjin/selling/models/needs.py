"""What a customer needs, as it was told, with the history of what changed (S3-9, S3-10)."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.models import FollowUp
from genjin.selling.models.opportunities import Opportunity


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Need(models.Model):
    """A need in the order of SPIN: situation, problem, implication, payoff; budget, wishes, and who decides together."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="needs")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.SET_NULL, null=True, blank=True, related_name="needs", verbose_name=_("opportunity")
    )  # fmt: skip
    followup = models.ForeignKey(
        FollowUp, on_delete=models.SET_NULL, null=True, blank=True, related_name="needs", verbose_name=_("record")
    )  # fmt: skip
    title = models.CharField(_("what is needed"), max_length=120)
    situation = models.TextField(_("situation: how they work today"), blank=True)
    problem = models.TextField(_("problem: what does not work"), blank=True)
    implication = models.TextField(_("implication: what it costs them"), blank=True)
    payoff = models.TextField(_("payoff: what a solution is worth"), blank=True)
    current_tool = models.CharField(_("current tool"), max_length=200, blank=True)
    pains = ArrayField(
        models.CharField(max_length=300), default=list, blank=True, verbose_name=_("pain points")
    )
    wishes = models.TextField(_("wishes"), blank=True)
    budget_min = models.DecimalField(_("budget from"), max_digits=16, decimal_places=2, null=True, blank=True)
    budget_max = models.DecimalField(_("budget to"), max_digits=16, decimal_places=2, null=True, blank=True)
    decision_process = models.CharField(_("decision process"), max_length=300, blank=True)
    joint_deciders = models.CharField(_("who decides together"), max_length=200, blank=True)
    is_new = models.BooleanField(_("new need of a customer that has bought"), default=False)
    told_at = models.DateTimeField(_("told"))
    recorded_at = models.DateTimeField(_("recorded"))
    is_late = models.BooleanField(_("recorded late"), default=False)  # more than 24 hours after it was told
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["-told_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="need_says_what"),
            models.CheckConstraint(
                condition=Q(budget_min__isnull=True)
                | Q(budget_max__isnull=True)
                | Q(budget_max__gte=F("budget_min")),
                name="need_budget_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NeedChange(models.Model):
    """A field of a need that changed: old and new value, by whom, when it was told and when written."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    told_at = models.DateTimeField()
    at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["at", "id"]
