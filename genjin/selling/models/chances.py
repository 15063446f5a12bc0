"""How likely a purchase of a stage is, unless somebody says otherwise."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.selling.rules import OpportunityStage


class Chance(models.Model):
    """The probability of a stage; one row per stage, edited in the settings."""

    stage = models.CharField(_("stage"), max_length=12, choices=OpportunityStage, primary_key=True)
    percent = models.PositiveSmallIntegerField(_("probability in %"), validators=[MaxValueValidator(100)])

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="chance_percent")]
