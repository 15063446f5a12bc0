"""How proposals, contracts and the like are numbered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.selling.rules.numbers import Numbered, Reset


class NumberRule(models.Model):
    """A pattern with a counter that begins anew each year, month or day, or never."""

    kind = models.CharField(_("what is numbered"), max_length=10, choices=Numbered, primary_key=True)
    pattern = models.CharField(
        _("pattern"), max_length=40, help_text=_("Placeholders: {year} {month} {day} and, exactly once, {n}.")
    )
    digits = models.PositiveSmallIntegerField(_("digits of {n}"), default=3)
    reset = models.CharField(_("counts anew"), max_length=5, choices=Reset, default=Reset.YEAR)
    period = models.CharField(max_length=8, blank=True)  # the one `last` belongs to
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pattern__contains="{n}"), name="number_pattern_counts"),
            models.CheckConstraint(condition=Q(digits__range=(1, 9)), name="number_digits"),
        ]
