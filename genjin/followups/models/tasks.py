"""What is to be done, by whom, by when."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.followups.models.records import FollowUp
from genjin.followups.rules import Method, TaskKind, TaskStatus
from genjin.followups.rules.promises import PROMISES


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> Self:
        """Tasks of visible customers; one's own tasks always."""
        return self.filter(
            Q(assignee=user) | Q(customer__in=Customer.objects.visible_to(user)), customer__deleted_at=None
        )

    def of(self, user: User) -> Self:
        """One's own tasks: visible without a look at the customer's rights."""
        return self.filter(assignee=user, customer__deleted_at=None)

    def open(self) -> Self:
        return self.filter(status=TaskStatus.OPEN)

    def asked_by(self, user: User) -> Self:
        """What `user` asked colleagues for."""
        return self.visible_to(user).filter(created_by=user).exclude(assignee=user)

    def of_people(self, user: User) -> Self:
        """Tasks of the people whose rows `user` sees."""
        return self if user.scope.sees_all else self.filter(assignee__in=user.scope.people)

    def due_before(self, moment: datetime) -> Self:
        return self.filter(due_at__lt=moment)


class Task(models.Model):
    """One thing to do, with a day and a person: the only table of things to do (S0-19, S0-24)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=TaskKind, default=TaskKind.FOLLOW_UP)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="tasks", db_index=False, verbose_name=_("who")
    )
    due_at = models.DateTimeField(_("due"))
    method = models.CharField(_("method"), max_length=8, choices=Method, blank=True)
    objective = models.CharField(_("what for"), max_length=300)
    materials = models.CharField(_("to bring"), max_length=300, blank=True)
    details = models.TextField(_("in detail"), blank=True, default="", db_default="")
    # What the assignee has to know first; while it is there, whoever asked is to answer.
    question = models.TextField(_("needs to know"), blank=True, default="", db_default="")
    status = models.CharField(_("status"), max_length=10, choices=TaskStatus, default=TaskStatus.OPEN)
    outcome = models.TextField(_("outcome"), blank=True)
    postponed = models.PositiveSmallIntegerField(default=0)
    # Of promises only: the day first named, whatever it was postponed to since; who of the customer's people gave it.
    promised_for = models.DateField(_("promised for"), null=True, blank=True)
    promisor = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("who promised")
    )  # fmt: skip
    is_confirmed = models.BooleanField(_("the customer confirmed it"), default=False, db_default=False)
    origin = models.ForeignKey(
        FollowUp,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="next_actions",
        db_index=False,
    )
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["assignee", "due_at"], name="task_open_of", condition=Q(status="open")),
            models.Index(fields=["customer", "due_at"], name="task_of_customer"),
            models.Index(
                fields=["promised_for"], name="task_promises", condition=Q(promised_for__isnull=False)
            ),
            # Asked for every contact that is deleted.
            models.Index(fields=["promisor"], name="task_promisor", condition=Q(promisor__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | Q(~Q(status="open"), closed_at__isnull=False),
                name="task_closed_with_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in PROMISES], promised_for__isnull=False)
                | ~Q(kind__in=[kind.value for kind in PROMISES]) & Q(promised_for__isnull=True),
                name="task_promise_has_its_day",
            ),
        ]
