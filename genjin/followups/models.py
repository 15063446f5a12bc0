"""What was said, what is to be done, by when, and the days people work."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.followups.rules import DeadlineKind, Method, Mood, TaskKind, TaskStatus


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class FollowUp(models.Model):
    """A contact that happened (S0-23, S2-15)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="followups", db_index=False)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("with")
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="followups", db_index=False)
    method = models.CharField(_("method"), max_length=8, choices=Method, default=Method.PHONE)
    happened_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"))
    is_late = models.BooleanField(_("recorded late"), default=False)
    is_effective = models.BooleanField(default=True)
    summary = models.TextField(_("what was said"))
    feedback = models.TextField(_("the customer's answer"), blank=True)
    got_response = models.BooleanField(_("the customer responded"), default=True)
    new_needs = models.TextField(_("new needs"), blank=True)
    risks = models.TextField(_("risks"), blank=True)
    mood = models.CharField(_("mood"), max_length=8, choices=Mood, blank=True)
    import_batch = models.BigIntegerField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-id"]
        indexes = [
            models.Index(fields=["customer", "-happened_at"], name="followup_of_customer"),
            models.Index(fields=["author", "-happened_at"], name="followup_of_author"),
        ]


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

    def of_people(self, user: User) -> Self:
        """Tasks of the people whose rows `user` sees."""
        return self if user.scope.sees_all else self.filter(assignee__in=user.scope.people)

    def due_before(self, moment: datetime) -> Self:
        return self.filter(due_at__lt=moment)


class Task(models.Model):
    """One thing to do, with a day and a person: the only table of things to do (S0-19, S0-24)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=TaskKind, default=TaskKind.FOLLOW_UP)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="tasks", db_index=False, verbose_name=_("who")
    )
    due_at = models.DateTimeField(_("due"))
    method = models.CharField(_("method"), max_length=8, choices=Method, blank=True)
    objective = models.CharField(_("what for"), max_length=300)
    materials = models.CharField(_("to bring"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=TaskStatus, default=TaskStatus.OPEN)
    outcome = models.TextField(_("outcome"), blank=True)
    postponed = models.PositiveSmallIntegerField(default=0)
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
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | Q(~Q(status="open"), closed_at__isnull=False),
                name="task_closed_with_a_moment",
            )
        ]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


def upload_name(_attachment: "Attachment", _name: str) -> str:
    """Return a random path: what people call a file never reaches the disk."""
    from genjin.accounts.rules import new_secret

    secret = new_secret(24)
    return f"files/{secret[:2]}/{secret}"


class Attachment(models.Model):
    """A file kept with a customer or with one contact record."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="attachments")
    followup = models.ForeignKey(
        FollowUp, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    file = models.FileField(upload_to=upload_name, max_length=120)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def running(self) -> Self:
        return self.filter(met_at=None, ended_at=None)

    def in_state(self, state: str) -> Self:
        """Clocks that are running in time, breached and still open, met or ended; "" is all of them."""
        return {
            "running": self.running().filter(breached_at=None),
            "breached": self.running().exclude(breached_at=None),
            "met": self.exclude(met_at=None),
            "ended": self.filter(met_at=None).exclude(ended_at=None),
        }.get(state, self)


class Deadline(models.Model):
    """A clock that only a fact stops: a contact row, complete information; never an edited status."""

    kind = models.CharField(max_length=16, choices=DeadlineKind)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="deadlines")
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

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="deadline_running",
                condition=Q(met_at__isnull=True, ended_at__isnull=True, breached_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                name="one_running_deadline",
                condition=Q(met_at__isnull=True, ended_at__isnull=True),
            )
        ]


class CalendarDay(models.Model):
    """A day that differs from its week day: a holiday, or a working weekend (调休)."""

    day = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the people one leads."""
        return self if user.scope.sees_all else self.filter(person__in=user.scope.people)

    def on(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Absence(models.Model):
    """Days on which somebody is away: rules give them nothing new."""

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="absences", verbose_name=_("who is away")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=80, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="absence_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_on}–{self.ends_on}"
