"""Complaints and requests of customers, what was said about them, and how soon they are dealt with."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.care.models.surveys import Survey
from genjin.care.rules import Priority, TicketKind, TicketState
from genjin.care.rules.tickets import MOST_HOURS, Pace
from genjin.care.rules.words import OPEN_TICKETS, TROUBLES, WATCHED, ConfirmedBy, NoteKind, TicketWay
from genjin.customers.models import Customer
from genjin.delivery.models import Project
from genjin.followups.models import Attachment, Task


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        """Neither solved nor merged."""
        return self.filter(state__in=OPEN_TICKETS)

    def watched(self) -> Self:
        """Those somebody looks after: until the customer has confirmed."""
        return self.filter(state__in=WATCHED)

    def drafts(self) -> Self:
        return self.filter(state=TicketState.DRAFT)

    def troubles(self) -> Self:
        """Open complaints and bad ratings: while there is one, collecting keeps quiet (idea 12)."""
        return self.open().filter(kind__in=TROUBLES)

    def late(self, now: datetime) -> Self:
        """Open ones past their next limit."""
        unanswered = Q(state=TicketState.OPEN, answer_due_at__lt=now)
        return self.open().filter(unanswered | Q(due_at__lt=now))

    def asking(self, key: str, now: datetime) -> Self:
        """The solved one whose customer is asked by this link."""
        rows = self.exclude(confirm_key="").filter(
            confirm_key=key, state=TicketState.SOLVED, customer__deleted_at=None
        )
        return rows.filter(confirm_expires_at__gt=now)


class Ticket(models.Model):
    """A complaint or request with an owner in any department and a limit (S3-17, S3-19)."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tickets")
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("delivery")
    )  # fmt: skip
    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=TicketKind, default=TicketKind.REQUEST)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority, default=Priority.NORMAL)
    title = models.CharField(_("what"), max_length=200)
    details = models.TextField(_("in detail"), blank=True)
    way = models.CharField(_("how it came"), max_length=6, choices=TicketWay, default=TicketWay.HAND)
    sender = models.CharField(_("who reported it"), max_length=60, blank=True)
    sender_reach = models.CharField(_("how to reach them"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=TicketState, default=TicketState.OPEN)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("who looks after it")
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    counts_from = models.DateTimeField()  # its limits count from here; anew when it is reopened
    answer_due_at = models.DateTimeField(_("to be answered by"))
    due_at = models.DateTimeField(_("due"))
    in_working_hours = models.BooleanField(default=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    solution = models.TextField(_("how it was solved"), blank=True)
    closed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_how = models.CharField(_("confirmed how"), max_length=6, choices=ConfirmedBy, blank=True)
    confirmed_name = models.CharField(_("who confirmed"), max_length=60, blank=True)
    confirm_key = models.CharField(max_length=32, blank=True, default="")
    confirm_expires_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="ticket_watched",
                condition=Q(state__in=["draft", "open", "answered", "solved"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["open", "answered", "solved"]) | Q(owner__isnull=False),
                name="ticket_never_orphaned",
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="ticket_merged_into"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["solved", "closed"])
                | Q(answered_at__isnull=False, solved_at__isnull=False),
                name="ticket_solved_was_answered",
            ),
            models.UniqueConstraint(
                fields=["confirm_key"], name="one_ticket_per_link", condition=~Q(confirm_key="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class TicketNoteQuerySet(models.QuerySet["TicketNote"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class TicketNote(models.Model):
    """One thing said about a ticket: among ourselves, to the customer, or by the customer."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # nobody: the customer
    kind = models.CharField(max_length=8, choices=NoteKind, default=NoteKind.INTERNAL)
    text = models.TextField()
    file = models.ForeignKey(
        Attachment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )  # fmt: skip

    objects = TicketNoteQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]


class TicketPolicy(models.Model):
    """How soon tickets of a kind and priority are answered and solved."""

    kind = models.CharField(_("kind"), max_length=10, choices=TicketKind)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority)
    answer_hours = models.PositiveSmallIntegerField(
        _("hours to the answer"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )
    solve_hours = models.PositiveSmallIntegerField(
        _("hours to the solution"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )
    in_working_hours = models.BooleanField(
        _("in working hours"), default=True, help_text=_("9 to 18 o'clock of working days; else day and night.")
    )  # fmt: skip

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "priority"], name="one_policy_per_kind_and_priority")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_priority_display()}"

    def as_pace(self) -> Pace:
        """Return it as the rules take it."""
        return Pace(self.answer_hours, self.solve_hours, in_working_hours=self.in_working_hours)


class ReportLinkQuerySet(models.QuerySet["ReportLink"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def standing(self) -> Self:
        """Those one may still report by."""
        return self.filter(revoked_at=None, customer__deleted_at=None)


class ReportLink(models.Model):
    """The address of a page on which a customer reports a problem; what comes by it waits to be accepted."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="report_links")
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("delivery")
    )  # fmt: skip
    key = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    moves_with_customer = True

    objects = ReportLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
