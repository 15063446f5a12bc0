"""Samples of customers that supervisors draw and judge; and which customers contradict themselves."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.models import Task
from genjin.quality.rules.samples import Result


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: User) -> Self:
        """Samples one drew, and those drawn by people whose rows one sees."""
        return self if user.scope.sees_all else self.filter(drawn_by__in=user.scope.people)


class SpotCheck(models.Model):
    """One sample: how it was drawn, so that it can be drawn again (S1-13)."""

    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField(max_length=40)  # made by the server at the draw, shown afterwards
    size = models.PositiveSmallIntegerField(_("how many"))
    conditions = models.JSONField(default=list)  # as followups.queries.conditions writes them
    match = models.CharField(max_length=3, default="all")
    base_count = models.PositiveIntegerField()
    base_mark = models.CharField(max_length=16)  # equal for equal bases

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]


class SpotCheckItemQuerySet(models.QuerySet["SpotCheckItem"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(
            spot_check__in=SpotCheck.objects.visible_to(user), customer__in=Customer.objects.visible_to(user)
        )


class SpotCheckItem(models.Model):
    """One customer of a sample and what was found; `owner` is who answered for it when it was drawn."""

    moves_with_customer = True

    spot_check = models.ForeignKey(SpotCheck, on_delete=models.CASCADE, related_name="items")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="spot_check_items")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    result = models.CharField(_("result"), max_length=8, choices=Result, default=Result.WAITING)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    objects = SpotCheckItemQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(fields=["decided_at"], name="spot_check_decided", condition=Q(decided_at__isnull=False))
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["spot_check", "position"], name="one_place_in_a_sample"),
            models.CheckConstraint(
                condition=Q(result="waiting", decided_at__isnull=True)
                | Q(~Q(result="waiting"), decided_at__isnull=False),
                name="spot_check_decided_at_a_moment",
            ),
        ]


class ContradictionQuerySet(models.QuerySet["Contradiction"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Contradiction(models.Model):
    """That a customer's facts contradict each other, as last looked at. Derived: reasons are worked out anew."""

    moves_with_customer = False

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="contradictions", db_constraint=False
    )
    code = models.CharField(max_length=40)
    found_at = models.DateTimeField()

    objects = ContradictionQuerySet.as_manager()


class LookedThrough(models.Model):
    """Up to which moment changed customers were looked through; one row per purpose."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
