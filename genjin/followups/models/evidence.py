"""What shows that something is so, and what somebody answers for while nothing does."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof
from genjin.followups.models.records import Attachment, FollowUp
from genjin.followups.rules.evidence import EvidenceKind


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Evidence(models.Model):
    """That something was seen, said or signed: written once, withdrawn at most (S2-19).

    Gates, deadlines and health only read it; later floors write their own signed contracts and receipts as rows here.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("form"), max_length=10, choices=EvidenceKind)
    proves = ArrayField(models.CharField(max_length=20, choices=Proof), verbose_name=_("what it shows"))
    text = models.TextField(_("in words"), blank=True)
    file = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("file")
    )  # fmt: skip
    sha256 = models.CharField(max_length=64)  # of the file, else of the text
    facts = models.JSONField(
        default=dict, blank=True
    )  # of a signed contract: see rules.evidence.ContractFacts
    followup = models.ForeignKey(
        FollowUp, on_delete=models.SET_NULL, null=True, blank=True, related_name="evidence", verbose_name=_("record")
    )  # fmt: skip
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_reason = models.TextField(blank=True)
    moves_with_customer = True

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proves__len__gt=0, proves__contained_by=list(Proof.values)),
                name="evidence_proves",
            ),
            models.CheckConstraint(condition=Q(file__isnull=False) | ~Q(text=""), name="evidence_not_empty"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | Q(~Q(withdrawn_reason=""), withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="evidence_withdrawn_with_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="evidence_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(  # customer and record may change: records are merged, and taken back with an import
                name="evidence_is_not_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "kind",
                    "proves",
                    "text",
                    "file",
                    "sha256",
                    "facts",
                    "author",
                    "occurred_at",
                    "recorded_at",
                ),
            ),
            pgtrigger.Protect(
                name="withdrawn_stays_withdrawn",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__withdrawn_at__isnull=False, old__withdrawn_at__df=pgtrigger.F("new__withdrawn_at")
                ),
            ),
        ]


class GateExceptionQuerySet(models.QuerySet["GateException"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(settled_at=None)

    def run_out(self, now: datetime) -> Self:
        """Open ones whose term is over."""
        return self.open().filter(expires_at__lte=now)


class GateException(models.Model):
    """A gate debt: what a customer's stage still lacks, who answers for it, and until when.

    It comes from an exception a lead granted, or from evidence that was withdrawn; it goes when the evidence is there.
    """

    class Cause(models.TextChoices):
        GRANTED = "granted", pgettext_lazy("debt", "Exception")
        WITHDRAWN = "withdrawn", pgettext_lazy("debt", "Evidence withdrawn")

    class Outcome(models.TextChoices):
        PAID = "paid", pgettext_lazy("debt", "Evidence supplied")
        MOOT = "moot", pgettext_lazy("debt", "No longer in this stage")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="gate_exceptions")
    cause = models.CharField(max_length=10, choices=Cause)
    target = models.CharField(_("stage"), max_length=12, choices=Stage)
    missing = ArrayField(models.CharField(max_length=20), verbose_name=_("what is missing"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("until"))
    told_at = models.DateTimeField(null=True)  # that it ran out unpaid
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)
    moves_with_customer = True

    objects = GateExceptionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["expires_at"], name="gate_debt_open", condition=Q(settled_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="")
                | Q(~Q(outcome=""), settled_at__isnull=False),
                name="gate_debt_settled_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(cause="granted") | Q(approver__isnull=False, asked_by__isnull=False),
                name="gate_exception_has_an_approver",
            ),
        ]
