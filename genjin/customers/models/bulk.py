"""What a set-based change made of each customer, so that it can be taken back."""

from typing import Self

from django.db import models


class KeptChangeQuerySet(models.QuerySet["KeptChange"]):
    def of(self, origin: str) -> Self:
        return self.filter(origin=origin)

    def standing(self) -> Self:
        """Changes nobody has asked back yet."""
        return self.filter(undone_at=None)


class KeptChange(models.Model):
    """The values of one customer before and after one set-based change.

    `origin` names what made it, such as `bulk:12` or `import:7`. The customer is a plain number: it may be gone
    when the change is asked back.
    """

    origin = models.CharField(max_length=40)
    customer_id = models.BigIntegerField()
    version = models.PositiveIntegerField()  # the one the change left
    before = models.JSONField()  # by column, as texts where JSON has no such type
    after = models.JSONField()
    graded = models.BigIntegerField(null=True)  # the row of a proposed grade that came with it
    undone_at = models.DateTimeField(null=True)
    left = models.JSONField(default=list)  # fields an undo left as they are now
    why_left = models.CharField(max_length=300, blank=True)

    objects = KeptChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["origin", "id"], name="kept_change_of_origin")]
