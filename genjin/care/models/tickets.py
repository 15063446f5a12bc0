"""Complaints and requests of customers."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.care.rules import Priority, TicketKind, TicketState
from genjin.care.rules.words import OPEN_TICKETS
from genjin.customers.models import Customer


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        """Neither solved nor merged."""
        return self.filter(state__in=OPEN_TICKETS)


class Ticket(models.Model):
    """A complaint or request with an owner in any department and a limit (S3-17, S3-19)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tickets")
    kind = models.CharField(_("kind"), max_length=10, choices=TicketKind, default=TicketKind.REQUEST)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority, default=Priority.NORMAL)
    title = models.CharField(_("what"), max_length=200)
    details = models.TextField(_("in detail"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=TicketState, default=TicketState.OPEN)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("who looks after it")
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(_("due"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    moves_with_customer = True

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title
