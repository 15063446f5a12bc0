"""How satisfied customers are."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.care.rules.surveys import MOST_A_DAY
from genjin.care.rules.words import AnswerWay, AskEvery, Occasion
from genjin.customers.models import Contact, Customer
from genjin.delivery.models import Project
from genjin.followups.models import Task


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def waiting(self) -> Self:
        """Neither answered nor called off."""
        return self.filter(answered_at=None, called_off_at=None)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def open_to(self, key: str, now: datetime) -> Self:
        """The one whose questionnaire's link this is, as long as it may be answered."""
        rows = self.waiting().filter(link_key=key, customer__deleted_at=None)
        return rows.filter(link_expires_at__gt=now).exclude(link_key="")


class Survey(models.Model):
    """One asking how satisfied a customer is, within a week of a delivery's acceptance (S3-17)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="surveys")
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="surveys", verbose_name=_("delivery")
    )  # fmt: skip
    occasion = models.CharField(_("occasion"), max_length=8, choices=Occasion, default=Occasion.HAND)
    responsible = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("who asks")
    )  # fmt: skip
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(_("due"))
    task = models.ForeignKey(
        Task, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # fmt: skip
    link_key = models.CharField(max_length=32, blank=True, default="")
    link_expires_at = models.DateTimeField(null=True, blank=True)
    link_opened_at = models.DateTimeField(null=True, blank=True)
    rating = models.PositiveSmallIntegerField(
        _("satisfaction (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )  # fmt: skip
    is_stable = models.BooleanField(_("runs stably"), null=True, blank=True)
    meets_need = models.BooleanField(_("does what they need"), null=True, blank=True)
    nps = models.PositiveSmallIntegerField(
        _("would recommend us (0 to 10)"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )  # fmt: skip
    comment = models.TextField(_("in their words"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # who asked; nobody where the customer did it alone
    answered_how = models.CharField(max_length=5, choices=AnswerWay, blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who was asked")
    )  # fmt: skip
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_why = models.CharField(max_length=200, blank=True)
    moves_with_customer = True

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["answered_at"], name="survey_answered", condition=Q(rating__isnull=False)),
            models.Index(
                fields=["responsible", "due_at"],
                name="survey_waiting",
                condition=Q(answered_at__isnull=True, called_off_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="survey_rating"
            ),
            models.CheckConstraint(condition=Q(nps__isnull=True) | Q(nps__lte=10), name="survey_nps"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True, answered_at__isnull=True)
                | Q(rating__isnull=False, answered_at__isnull=False, called_off_at__isnull=True),
                name="survey_answered_with_a_rating",
            ),
            models.CheckConstraint(
                condition=Q(link_key="") | Q(link_expires_at__isnull=False),
                name="survey_link_has_an_end",
            ),
            models.UniqueConstraint(
                fields=["link_key"], name="one_survey_per_link", condition=~Q(link_key="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.project) if self.project else str(Occasion(self.occasion).label)


class SurveySettings(models.Model):
    """One row: how often customers are asked by themselves."""

    every_months = models.PositiveSmallIntegerField(
        _("Ask customers with a running contract"), choices=AskEvery, default=AskEvery.QUARTER
    )
    most_a_day = models.PositiveSmallIntegerField(_("customers asked a day at most"), default=MOST_A_DAY)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every_months__in=AskEvery.values), name="survey_every_months"),
            models.CheckConstraint(condition=Q(most_a_day__gte=1), name="survey_most_a_day"),
        ]
