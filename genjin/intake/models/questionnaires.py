"""Questionnaires: what customers are asked by a link, and what they answer, until the owner has looked at it (S1-8)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.intake.models.forms import new_public_id


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def offered(self) -> Self:
        """Those one may still send."""
        return self.filter(is_active=True)


class Questionnaire(models.Model):
    """Questions to a customer, each leading to one of its fields, or free."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=80, help_text=_("What the customer reads."))
    intro = models.TextField(_("introduction"), blank=True)
    questions = models.JSONField(_("questions"), default=list)  # rules.questionnaires.Question rows
    thank_you = models.TextField(_("thanks"), blank=True)
    days_valid = models.PositiveSmallIntegerField(_("days a link lives"), default=14)
    remind_days = models.PositiveSmallIntegerField(
        _("remind after days"), default=5, help_text=_("The owner is told when there is no answer by then; 0 is never."),
    )  # fmt: skip
    is_active = models.BooleanField(_("in use"), default=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "name"]

    def __str__(self) -> str:
        return self.name


class QuestionnaireLinkQuerySet(models.QuerySet["QuestionnaireLink"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def waiting(self, now: datetime) -> Self:
        """Links somebody could still answer."""
        return self.filter(answered_at=None, revoked_at=None, expires_at__gt=now, customer__deleted_at=None)


class QuestionnaireLink(models.Model):
    """One questionnaire for one customer: answered once, over after a while, taken back at any time."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="links")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="questionnaires")
    key = models.CharField(max_length=32, unique=True, default=new_public_id)
    title = models.CharField(max_length=80)  # as it was when it was sent
    intro = models.TextField(blank=True)
    questions = models.JSONField()
    answers = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects = QuestionnaireLinkQuerySet.as_manager()
    moves_with_customer = True

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="questionnaire_unanswered",
                condition=Q(answered_at__isnull=True, revoked_at__isnull=True, reminded_at__isnull=True),
            )
        ]


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def undecided(self) -> Self:
        return self.filter(status=ProposedChange.Status.OPEN)


class ProposedChange(models.Model):
    """One answer that would change one field, until the owner accepts or declines it."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("proposal", "To be decided")
        ACCEPTED = "accepted", pgettext_lazy("proposal", "Accepted")
        DECLINED = "declined", pgettext_lazy("proposal", "Declined")

    link = models.ForeignKey(QuestionnaireLink, on_delete=models.CASCADE, related_name="proposed_changes")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="proposed_changes")
    field = models.CharField(max_length=40)
    answer = models.TextField()  # as it was typed
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    objects = ProposedChangeQuerySet.as_manager()
    moves_with_customer = True

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True)
                | Q(~Q(status="open"), decided_at__isnull=False),
                name="proposal_decided_with_a_moment",
            )
        ]
