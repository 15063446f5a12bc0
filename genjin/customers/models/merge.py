"""Two records of one customer made one, in a way that can be taken back."""

from typing import Self

from django.db import models

from genjin.accounts.models import User
from genjin.customers.models.customer import Customer


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(kept__in=Customer.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(undone_at=None)


class Merge(models.Model):
    """That `merged` became part of `kept`: which rows moved and which fields changed, to move them back."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_into")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    moved = models.JSONField(default=dict)  # by table: the ids of the rows that went to `kept`
    before = models.JSONField(default=dict)  # fields of `kept` as they were, as texts
    after = models.JSONField(default=dict)  # and as the merge left them
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at__isnull=True), name="merged_into_one"
            )
        ]
