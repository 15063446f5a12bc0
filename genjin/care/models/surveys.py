"""How satisfied customers are."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.delivery.models import Project


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Survey(models.Model):
    """One asking how satisfied a customer is, within a week of a delivery's acceptance (S3-17)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="surveys")
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="surveys", verbose_name=_("delivery")
    )  # fmt: skip
    responsible = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("who asks")
    )  # fmt: skip
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    rating = models.PositiveSmallIntegerField(
        _("satisfaction (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )  # fmt: skip
    nps = models.PositiveSmallIntegerField(
        _("would recommend us (0 to 10)"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )  # fmt: skip
    comment = models.TextField(_("in their words"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    moves_with_customer = True

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="survey_rating"
            ),
            models.CheckConstraint(condition=Q(nps__isnull=True) | Q(nps__lte=10), name="survey_nps"),
        ]
