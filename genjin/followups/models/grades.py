"""What each grade asks of who follows up, in versions; and the plan for one customer."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.rules import Grade
from genjin.followups.rules.grades import GradeRules, read_terms


class GradePolicy(models.Model):
    """A published version of the terms of all grades; never changed, only followed by the next version."""

    version = models.PositiveIntegerField(unique=True)
    terms = models.JSONField()  # by grade; see rules.grades
    dormant_days = models.PositiveSmallIntegerField()
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-version"]
        triggers = [pgtrigger.Protect(name="policy_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def as_rules(self) -> GradeRules:
        terms = {grade: read_terms(stored) for grade, stored in self.terms.items()}
        return GradeRules(self.version, terms, self.dormant_days)


class FollowUpPlanQuerySet(models.QuerySet["FollowUpPlan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def current(self) -> Self:
        return self.filter(replaced_at=None)

    def waiting(self) -> Self:
        """Current plans that somebody is to acknowledge, of customers that are still in work."""
        return self.current().filter(
            status=FollowUpPlan.Status.FILED, customer__in=Customer.objects.in_work().values("pk")
        )


class FollowUpPlan(models.Model):
    """How a customer is to be followed up, filed with the team lead; the current one and those before (S2-13)."""

    class Status(models.TextChoices):
        FILED = "filed", pgettext_lazy("plan", "Filed")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("plan", "Acknowledged")
        RETURNED = "returned", pgettext_lazy("plan", "Returned")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="plans", db_index=False)
    grade = models.CharField(max_length=1, choices=Grade)  # as it was when the plan was filed
    cadence_days = models.PositiveSmallIntegerField(_("a contact every (days)"))
    channels = models.JSONField(_("ways of contact"), default=list)
    content = models.CharField(_("line of content"), max_length=300, blank=True)
    goal = models.CharField(_("goal"), max_length=300)
    status = models.CharField(max_length=12, choices=Status, default=Status.FILED)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    comment = models.TextField(_("comment"), blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer", "-id"], name="plan_of_customer"),
            models.Index(
                fields=["submitted_at"],
                name="plan_waiting",
                condition=Q(status="filed", replaced_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], name="one_current_plan", condition=Q(replaced_at__isnull=True)
            )
        ]
