"""Alarms that a customer may leave, what is done about them, and the weights behind them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.care.rules.churn import HIGH_AT, MOST_A_NIGHT, RAISE_AT, Answer, Result
from genjin.customers.models import Customer
from genjin.followups.models import Task


class ChurnAlertQuerySet(models.QuerySet["ChurnAlert"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        """Those to be answered, and those somebody still acts on."""
        return self.filter(closed_at=None)

    def unanswered(self) -> Self:
        return self.filter(answer="", closed_at=None)

    def acting(self) -> Self:
        return self.filter(answer=Answer.ACTING, closed_at=None)


class ChurnAlert(models.Model):
    """One alarm with its score and reasons as they stood; it must be answered (S3-19)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="churn_alerts")
    responsible = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who answers")
    )
    raised_at = models.DateTimeField(_("raised"))
    due_at = models.DateTimeField(_("to be answered by"))
    score = models.PositiveSmallIntegerField(_("score"))
    parts = models.JSONField(default=list)  # rules.churn.Sign.as_json of each
    answer = models.CharField(_("answer"), max_length=6, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    why = models.TextField(_("why"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    silent_until = models.DateTimeField(null=True, blank=True)  # so long the same parts raise no alarm
    moves_with_customer = False

    objects = ChurnAlertQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "-id"]
        indexes = [
            models.Index(fields=["-score", "-id"], name="churn_open", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["raised_at"], name="churn_raised"),
            models.Index(
                fields=["-closed_at", "-id"], name="churn_closed", condition=Q(closed_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], name="one_open_churn_alert", condition=Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="churn_answered_with_a_moment",
            ),
            models.CheckConstraint(condition=~Q(answer="false") | ~Q(why=""), name="churn_false_why"),
        ]


class WinBackQuerySet(models.QuerySet["WinBack"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(alert__customer__in=Customer.objects.visible_to(user))


class WinBack(models.Model):
    """How a customer is to be won back, and what came of it (S3-19: 3 months of service for nothing, say)."""

    alert = models.OneToOneField(ChurnAlert, on_delete=models.CASCADE, related_name="win_back")
    reason = models.TextField(_("why they may leave"))
    measures = models.TextField(_("what is done"))
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who does it"))
    until = models.DateField(_("until"))
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, related_name="+")
    result = models.CharField(_("result"), max_length=8, choices=Result, default=Result.OPEN)
    outcome = models.TextField(_("what came of it"), blank=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = WinBackQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result="open", closed_at__isnull=True)
                | (~Q(result="open") & Q(closed_at__isnull=False)),
                name="win_back_closed_with_a_moment",
            ),
        ]


class ChurnWeights(models.Model):
    """A version of what each sign weighs; the newest one in force counts, a proposed one waits for a person."""

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")  # the version it led to is a row of its own
        DISMISSED = "dismissed", _("put aside")

    weights = models.JSONField()
    raise_at = models.PositiveSmallIntegerField(_("alarm from this score"), default=RAISE_AT)
    high_at = models.PositiveSmallIntegerField(_("high from this score"), default=HIGH_AT)
    limit_per_run = models.PositiveIntegerField(_("alarms a night at most"), default=MOST_A_NIGHT)
    state = models.CharField(max_length=9, choices=State, default=State.IN_FORCE)
    reason = models.TextField(_("why"), blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], name="one_proposal_of_weights", condition=Q(state="proposed")
            )
        ]
