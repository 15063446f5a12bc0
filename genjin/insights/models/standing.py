"""How customers stood between one change and the next; a view over the histories of grade and stage (migration 0005)."""

from django.db import models

from genjin.customers.models import Customer
from genjin.customers.rules import Grade, Stage


class Standing(models.Model):
    """A customer's grade and stage from one change until the next; `until` is null where it still stands so.

    Of what changed in one moment, grades come before stages, and only what the moment left behind is a standing.
    Asked of some customers, it reads only theirs.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    grade = models.CharField(max_length=1, choices=Grade, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, blank=True)

    class Meta:
        managed = False
        db_table = "insights_standing"

    def __str__(self) -> str:
        return f"{self.customer_id} {self.grade} {self.stage}"
