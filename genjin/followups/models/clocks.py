"""Clocks: one row per kind, customer and subject, stopped by facts alone."""

from typing import Self

from django.db import models
from django.db.models import Q

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.rules import DeadlineKind
from genjin.followups.rules.clocks import HIGH_RISK_LEVEL


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def running(self) -> Self:
        return self.filter(met_at=None, ended_at=None)

    def high_risk(self) -> Self:
        """Customers nobody has been in touch with for a week longer than their grade allows."""
        return self.running().filter(kind=DeadlineKind.CONTACT_GAP, level__gte=HIGH_RISK_LEVEL)

    def of_people(self, user: User) -> Self:
        """Clocks of the people whose rows `user` sees."""
        return self if user.scope.sees_all else self.filter(responsible__in=user.scope.people)

    def in_state(self, state: str) -> Self:
        """Clocks that are running in time (warned or not), breached and still open, at high risk, met or ended; "" is all."""
        return {
            "open": self.running(),
            "running": self.running().filter(breached_at=None),
            "warned": self.running().filter(breached_at=None).exclude(warned_at=None),
            "breached": self.running().exclude(breached_at=None),
            "high_risk": self.high_risk(),
            "met": self.exclude(met_at=None),
            "ended": self.filter(met_at=None).exclude(ended_at=None),
        }.get(state, self)


class Deadline(models.Model):
    """A clock that only a fact stops: a contact row, complete information; never an edited status.

    `breached_at` is the moment nothing was on record by, whoever noticed it when.
    """

    kind = models.CharField(max_length=16, choices=DeadlineKind)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="deadlines")
    subject_id = models.BigIntegerField(default=0, db_default=0)  # a milestone, a ticket ... of a floor above
    responsible = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # the customer left the journey; neither kept nor broken
    warned_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(
        default=0
    )  # the last step of its ladder that people were told of
    acts_at = models.DateTimeField(null=True)  # when its next step falls; empty when there is none left

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at", "id"],  # a sheet's clocks are all due at one moment
                name="deadline_running",
                condition=Q(met_at__isnull=True, ended_at__isnull=True, breached_at__isnull=True),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="deadline_breached",
                condition=Q(met_at__isnull=True, ended_at__isnull=True, breached_at__isnull=False),
            ),
            models.Index(
                fields=["acts_at"],
                name="deadline_acts",
                condition=Q(met_at__isnull=True, ended_at__isnull=True, acts_at__isnull=False),
            ),
            models.Index(
                fields=["responsible", "due_at"],
                name="deadline_of",
                condition=Q(met_at__isnull=True, ended_at__isnull=True),
            ),
            models.Index(
                fields=["subject_id", "kind"],
                name="deadline_subject",
                condition=Q(met_at__isnull=True, ended_at__isnull=True, subject_id__gt=0),
            ),
            models.Index(
                fields=["due_at"],
                name="deadline_high_risk",
                condition=Q(kind="contact_gap", level__gte=5, met_at__isnull=True, ended_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "subject_id"],
                name="one_running_deadline",
                condition=Q(met_at__isnull=True, ended_at__isnull=True),
            )
        ]
