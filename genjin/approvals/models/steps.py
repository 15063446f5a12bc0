"""The steps a request goes through, and who answers at each."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.approvals.models.requests import Request
from genjin.approvals.rules.flows import Needs, StepRule, read_signer


class Step(models.Model):
    """One step of one request, as the flow said when it was asked, or put in by a signer (加签)."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("step", "Not yet")
        OPEN = "open", pgettext_lazy("step", "Waiting for an answer")
        DONE = "done", pgettext_lazy("step", "Agreed")
        CLOSED = "closed", pgettext_lazy("step", "Closed")

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    needs = models.CharField(max_length=3, choices=Needs, default=Needs.ANY)
    rule = models.JSONField(default=list)  # signers as texts, see rules.flows.read_signer
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    is_led = models.BooleanField(default=False)  # whoever leads the asker may answer, too
    is_stand_in = models.BooleanField(default=False)  # nobody fits the rule; it went to who leads the asker
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.CharField(max_length=300, blank=True)  # why it was put in

    class Meta:
        ordering = ["request", "position"]
        indexes = [models.Index(fields=["request", "position"], name="steps_of_request")]

    @property
    def wants(self) -> Needs:
        """Whose yes it takes now: where nobody fits the rule, one of those who lead the asker is enough."""
        return Needs.ANY if self.is_stand_in else Needs(self.needs)

    @property
    def as_rule(self) -> StepRule:
        return StepRule(tuple(read_signer(text) for text in self.rule), Needs(self.needs))


class SignerQuerySet(models.QuerySet["Signer"]):
    def asked(self) -> Self:
        """Those whose word is waited for now."""
        return self.filter(
            status=Signer.Status.WAITING, step__status=Step.Status.OPEN, step__request__status=Request.Status.OPEN
        )  # fmt: skip


class Signer(models.Model):
    """Somebody asked at a step: why, and what came of it."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("signer", "Waiting")
        GRANTED = "granted", pgettext_lazy("signer", "Agreed")
        RETURNED = "returned", pgettext_lazy("signer", "Returned")
        HANDED_ON = "handed_on", pgettext_lazy("signer", "Handed on")
        MOOT = "moot", pgettext_lazy("signer", "Not needed any more")

    class Came(models.TextChoices):
        """Why somebody is asked."""

        FLOW = "flow", pgettext_lazy("signer came", "By the flow")
        STAND_IN = "stand_in", pgettext_lazy("signer came", "Nobody else fits")
        ABSENCE = "absence", pgettext_lazy("signer came", "Stands in for somebody absent")
        HANDED = "handed", pgettext_lazy("signer came", "Handed on")
        ADDED = "added", pgettext_lazy("signer came", "Added")
        LEAD = "lead", pgettext_lazy("signer came", "Leads who asks")
        EARLIER = "earlier", pgettext_lazy("signer came", "Agreed at an earlier step")

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="signers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    came = models.CharField(max_length=8, choices=Came, default=Came.FLOW)
    stands_for = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    brought_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.CharField(max_length=300, blank=True)  # why handed on or added
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(_("answer"), blank=True)
    reminded_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField(null=True)  # when who leads them was told

    objects = SignerQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "user"], condition=Q(status="waiting"), name="asked_once_a_step"
            )
        ]
        indexes = [
            models.Index(fields=["user", "step"], name="signer_of"),
            models.Index(fields=["user"], name="signer_waiting", condition=Q(status="waiting")),
        ]
