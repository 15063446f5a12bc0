"""The roll-up: rows of facts as they stood when last looked at, their sums by day, and who changed since.

Triggers on the tables below note the customers of changed rows in `StaleCustomer` (migrations 0004 and 0006); nothing else writes it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

MEASURES = 8
NAMES = tuple(f"m{at}" for at in range(MEASURES))
NOBODY = 0  # owner or person of a row that has none
EVERYBODY = 0  # stale instead of a customer: something that all rows depend on


class RollUp(models.Model):
    """The state of the roll-up, one row: `shape` is the formulas it was made by, "" while it cannot be used."""

    shape = models.CharField(max_length=64, blank=True)
    version = models.BigIntegerField(default=0)
    rolled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"v{self.version}"


class StaleCustomer(models.Model):
    """A customer of whom something changed since the roll-up; as often as it did, so that nobody waits for anybody."""

    customer = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.customer)


class _Measured(models.Model):
    m0, m1, m2, m3, m4, m5, m6, m7 = (
        models.DecimalField(max_digits=20, decimal_places=2, default=0) for _at in range(MEASURES)
    )

    class Meta:
        abstract = True


class FactRow(_Measured):
    """A row of a fact: its day, whose customer, who did it, the values it is cut by, and what of it is counted."""

    pk = models.CompositePrimaryKey("customer", "fact", "row")
    customer = models.BigIntegerField()
    fact = models.SmallIntegerField()
    row = models.BigIntegerField()
    day = models.DateField()
    owner = models.BigIntegerField()
    person = models.BigIntegerField()
    splits = ArrayField(models.TextField())
    number = models.IntegerField(null=True)

    class Meta:
        indexes = [
            # What somebody did at a customer of somebody else.
            models.Index(
                fields=["fact", "person", "day"],
                name="factrow_elsewhere",
                condition=~models.Q(person=models.F("owner")),
            ),
            # Medians of a year are read from the index alone.
            models.Index(
                fields=["fact", "day"],
                name="factrow_numbers",
                condition=models.Q(number__isnull=False),
                include=["number", "m0", "m1", "m2", "owner", "person", "customer", "splits"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact}:{self.row}"


class FactSum(_Measured):
    """What the rows of a fact come to on a day (or in a month) by owner, person and a value of a split (0: of none)."""

    pk = models.CompositePrimaryKey("fact", "split", "is_month", "day", "owner", "person", "value")
    fact = models.SmallIntegerField()
    split = models.SmallIntegerField()
    is_month = models.BooleanField()
    day = models.DateField()
    owner = models.BigIntegerField()
    person = models.BigIntegerField()
    value = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["fact"], name="factsum_of_nothing", condition=models.Q(m0=0))]

    def __str__(self) -> str:
        return f"{self.fact}.{self.split} {self.day}"
