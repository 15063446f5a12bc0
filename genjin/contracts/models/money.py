"""Money that came in, and invoices; both are written once and taken back by a row of their own."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.contracts.models.contracts import BillingProfile, Contract
from genjin.contracts.models.milestones import Milestone
from genjin.contracts.rules import InvoiceKind, InvoiceState, PayMethod
from genjin.customers.models import Customer
from genjin.followups.models import Task


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(contract__customer__in=Customer.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that were neither reversed nor are a reversal."""
        return self.filter(reverses=None, reversal=None)

    def shown(self) -> Self:
        """With what lists and answers show of each."""
        people = ("contract__customer__owner", "contract__customer__pool", "recorded_by")
        return self.select_related(*people, "reversal").prefetch_related("parts__milestone")


class Receipt(models.Model):
    """Money of one contract; a reversal is a row of its own with the amount below nothing. Sums need no case."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="receipts")
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    received_on = models.DateField(_("received"))
    method = models.CharField(_("method"), max_length=8, choices=PayMethod, default=PayMethod.TRANSFER)
    payer = models.CharField(_("payer"), max_length=120, blank=True)
    reference = models.CharField(_("bank reference"), max_length=60, blank=True)
    note = models.TextField(_("note"), blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    key = models.UUIDField(
        null=True, blank=True, unique=True
    )  # of the form it was typed in; sent twice it counts once
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(_("recorded"))

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-id"]
        indexes = [models.Index(fields=["-received_on", "-id"], name="receipt_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0)
                | Q(~Q(note=""), reverses__isnull=False, amount__lt=0),
                name="receipt_or_reversal",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="receipts_stay", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class ReceiptPart(models.Model):
    """Which part of a receipt pays which milestone; of a reversal, the same parts below nothing."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="parts")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="parts")
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="receipt_part_of_something"),
            models.UniqueConstraint(fields=["receipt", "milestone"], name="one_part_per_milestone"),
        ]
        triggers = [
            pgtrigger.Protect(name="receipt_parts_stay", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(contract__customer__in=Customer.objects.visible_to(user))

    def counting(self) -> Self:
        """Those that count against the contract: asked for or issued."""
        return self.exclude(state=InvoiceState.VOID)

    def shown(self) -> Self:
        """With what lists and answers show of each."""
        people = ("contract__customer__owner", "contract__customer__pool", "requested_by", "issued_by")
        return self.select_related(*people, "profile")


class Invoice(models.Model):
    """An invoice asked for, issued or void."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="invoices")
    profile = models.ForeignKey(
        BillingProfile, on_delete=models.PROTECT, related_name="+", verbose_name=_("billing profile")
    )
    billed_to = models.JSONField(default=dict)  # the profile as it was when the invoice was issued
    kind = models.CharField(_("kind"), max_length=8, choices=InvoiceKind, default=InvoiceKind.SPECIAL)
    state = models.CharField(_("state"), max_length=9, choices=InvoiceState, default=InvoiceState.REQUESTED)
    amount = models.DecimalField(_("amount with tax"), max_digits=16, decimal_places=2)
    tax_rate = models.DecimalField(_("tax rate in %"), max_digits=5, decimal_places=2, default=13)
    tax = models.DecimalField(_("tax"), max_digits=16, decimal_places=2)
    number = models.CharField(_("invoice number"), max_length=40, blank=True)
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    void_reason = models.TextField(_("why it is void"), blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    requested_at = models.DateTimeField(_("requested"))
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    task = models.ForeignKey(
        Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="invoice_state")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, tax__gte=0), name="invoice_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(~Q(number=""), issued_on__isnull=False),
                name="invoice_issued_with_a_number",
            ),
            models.CheckConstraint(
                condition=Q(~Q(void_reason=""), state="void") | Q(~Q(state="void"), void_reason=""),
                name="invoice_void_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state="issued"), name="one_invoice_per_number"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


class HoldQuerySet(models.QuerySet["CollectionHold"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)


class CollectionHold(models.Model):
    """While it stands, money of this customer is not dunned: first what they complain about is solved (idea 12)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="collection_holds")
    why = models.CharField(_("why"), max_length=300)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    moves_with_customer = True

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer"], name="collection_hold_open", condition=Q(ended_at__isnull=True))
        ]
