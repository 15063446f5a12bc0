"""Every change of stage, grade and owner as a row of its own: reviews are computed from these."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from genjin.accounts.models import User
from genjin.customers.models.customer import Customer
from genjin.customers.models.lists import Pool
from genjin.customers.rules import JOURNEY, Grade, Stage


def _somebody() -> "models.ForeignKey[User | None, User | None]":
    """Name a person of the past; people are locked, never deleted, so that no row needs checking one by one."""
    return models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )


class AxisChange(models.Model):
    """What all three histories share."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    at = models.DateTimeField()
    by = _somebody()
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True
        default_related_name = "%(class)ss"
        ordering = ["-at", "-id"]


class StageChange(AxisChange):
    origin = models.CharField(max_length=12, choices=Stage, blank=True)
    target = models.CharField(max_length=12, choices=Stage)
    # Ids of what stood for it; evidence is a table of the floor above.
    evidence = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=models.Value([], output_field=ArrayField(models.BigIntegerField())),
    )

    class Meta(AxisChange.Meta):
        # Moves only: the row of a customer's beginning has no origin, and a sheet brings a million of them.
        indexes = [
            models.Index(fields=["by", "at"], name="stage_moved_by", condition=models.Q(origin__gt=""))
        ]

    @staticmethod
    def is_forward() -> models.Q:
        """Return the condition that a move goes forward: the stage entered is further along than the one left."""
        found = models.Q(pk__in=[])
        for place, stage in enumerate(JOURNEY):
            found |= models.Q(origin=stage, target__in=JOURNEY[place + 1 :])
        return found


class GradeChange(AxisChange):
    origin = models.CharField(max_length=1, choices=Grade, blank=True)
    target = models.CharField(max_length=1, choices=Grade)
    is_proposal = models.BooleanField(default=False)


class OwnerChange(AxisChange):
    origin = _somebody()
    target = _somebody()
    pool = models.ForeignKey(
        Pool, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    how = models.CharField(
        max_length=12
    )  # created, imported, assigned, claimed, released, recycled, handed_over

    class Meta(AxisChange.Meta):
        indexes = [models.Index(fields=["target", "at"], name="owner_got")]
