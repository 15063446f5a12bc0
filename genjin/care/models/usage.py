"""How customers use what they bought, rules that look at it, and what comes of them."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.care.rules.usage import OPEN_STATES, Figure, Operator, Origin, State
from genjin.customers.models import Customer
from genjin.customers.rules import Level
from genjin.followups.models import Task
from genjin.selling.models import Opportunity, Product


class UsageFigureQuerySet(models.QuerySet["UsageFigure"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class UsageFigure(models.Model):
    """What was measured of one metric in one period; given again it is written over (S3-18)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="usage", db_index=False)
    metric = models.CharField(_("what was measured"), max_length=60)
    period = models.CharField(_("period"), max_length=7)
    ends_on = models.DateField()  # the last day of the period
    percent = models.DecimalField(
        _("share of functions used, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    value = models.DecimalField(
        pgettext_lazy("usage", "value"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    active_users = models.PositiveIntegerField(_("active users"), null=True, blank=True)
    last_login_on = models.DateField(_("last login"), null=True, blank=True)
    origin = models.CharField(_("from where"), max_length=5, choices=Origin, default=Origin.HAND)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    moves_with_customer = False

    objects = UsageFigureQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "-id"]
        indexes = [models.Index(fields=["-ends_on", "-id"], name="usage_newest")]
        constraints = [
            models.UniqueConstraint(fields=["customer", "metric", "period"], name="one_usage_figure"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__range=(Decimal(0), Decimal(100))),
                name="usage_percent",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=False)
                | Q(value__isnull=False)
                | Q(active_users__isnull=False)
                | Q(last_login_on__isnull=False),
                name="usage_says_something",
            ),
        ]


class UsageRule(models.Model):
    """When a figure recommends a product: 80 % of the advanced functions used, so offer the module."""

    name = models.CharField(_("rule"), max_length=60)
    metric = models.CharField(_("what was measured"), max_length=60)
    figure = models.CharField(_("figure"), max_length=12, choices=Figure, default=Figure.PERCENT)
    operator = models.CharField(
        pgettext_lazy("usage", "comparison"), max_length=2, choices=Operator, default=Operator.AT_LEAST
    )
    threshold = models.DecimalField(_("threshold"), max_digits=16, decimal_places=2)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("product to recommend")
    )  # fmt: skip
    text = models.CharField(_("what to say"), max_length=300)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        ordering = ["-is_active", "metric", "id"]

    def __str__(self) -> str:
        return self.name


class RepurchaseQuerySet(models.QuerySet["Repurchase"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def late(self, today: date) -> Self:
        """Open ones whose next step is past its day."""
        return self.open().filter(next_on__lt=today)


class Repurchase(models.Model):
    """A proposal to buy again: from a rule or a review, planned by whoever looks after the customer (S3-18, S0-2)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="repurchases")
    rule = models.ForeignKey(
        UsageRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("product to recommend")
    )  # fmt: skip
    why = models.CharField(_("what speaks for it"), max_length=400)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="repurchases", verbose_name=_("who looks after it")
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PROPOSED)
    plan = models.TextField(_("plan"), blank=True)
    intent = models.CharField(_("intent"), max_length=6, choices=Level, blank=True)
    budget = models.DecimalField(_("budget"), max_digits=16, decimal_places=2, null=True, blank=True)
    budget_when = models.CharField(_("when the budget is there"), max_length=60, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("on"), null=True, blank=True)
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, related_name="+")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, null=True, blank=True, related_name="repurchases", verbose_name=_("opportunity")
    )  # fmt: skip
    answer = models.TextField(_("what the customer says"), blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = RepurchaseQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="repurchase_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "planned"], closed_at__isnull=True)
                | (Q(state__in=["confirmed", "dismissed"]) & Q(closed_at__isnull=False)),
                name="repurchase_closed_with_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(opportunity__isnull=False),
                name="repurchase_confirmed_has_its_opportunity",
            ),
        ]
