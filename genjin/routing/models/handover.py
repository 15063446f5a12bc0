"""Customers change hands because a person leaves or moves: offered as a packet, accepted by who receives it."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.routing.rules.credit import CreditSplit

ANSWER_WITHIN = timedelta(hours=24)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> Self:
        """What one gives or receives oneself, and what goes from or to the people one leads."""
        if user.scope.sees_all:
            return self
        people = user.scope.people
        return self.filter(Q(giver__in=people) | Q(receiver__in=people) | Q(made_by=user))

    def open(self) -> Self:
        return self.filter(status=Handover.Status.OFFERED)

    def for_answer(self, user: User) -> Self:
        return self.open().filter(receiver=user)

    def unanswered(self, now: datetime) -> Self:
        """Offers nobody answered within 24 hours."""
        return self.open().filter(made_at__lt=now - ANSWER_WITHIN)


class Handover(models.Model):
    """Some of a person's customers on their way to a colleague (S2-2)."""

    class Status(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("handover", "Waiting for acceptance")
        ACCEPTED = "accepted", pgettext_lazy("handover", "Accepted")
        DECLINED = "declined", pgettext_lazy("handover", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("handover", "Withdrawn")

    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"))
    receiver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("to"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    note = models.TextField(_("what the receiver should know"), blank=True)
    tasks = models.JSONField(default=list)  # ids of the giver's open tasks at other people's customers
    giver_percent = models.PositiveSmallIntegerField(_("credit that stays with the giver (%)"), default=0)
    shared_until = models.DateField(_("credit shared until"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OFFERED)
    moved_at = models.DateTimeField(null=True)  # at once for who left, else with the acceptance
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(giver_percent=0) | Q(giver_percent__lte=100, shared_until__isnull=False),
                name="handover_credit_ends",
            )
        ]

    @property
    def split(self) -> CreditSplit:
        """How the credit is shared."""
        return CreditSplit(self.giver_percent, self.shared_until)


class HandoverItem(models.Model):
    """One customer of a handover."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    is_moved = models.BooleanField(default=False)
    moves_with_customer = False

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["handover", "customer"], name="one_item_per_customer")]
