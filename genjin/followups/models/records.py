"""What was said, and the files that go with it."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.followups.rules import Method, Mood
from genjin.library.models import RecordTemplate

_NOTHING = models.Value({}, output_field=models.JSONField())


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
    questions = models.TextField(_("open questions"), blank=True, default="", db_default="")
    # By field (rules.issues): who settled it and when, as [user id, moment].
    settled = models.JSONField(default=dict, blank=True, db_default=_NOTHING)
    # What changed about the customer, by field as [old, new] (S2-15).
    changes = models.JSONField(default=dict, blank=True, db_default=_NOTHING)
    # What it was asked by, where the customer stood, and how good it is (rules.quality); null: written before there were any.
    template = models.ForeignKey(
        RecordTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    stage = models.CharField(max_length=12, blank=True, default="", db_default="")
    quality = models.PositiveSmallIntegerField(null=True, blank=True)
    quality_notes = models.JSONField(
        default=list, blank=True, db_default=models.Value([], output_field=models.JSONField())
    )
    import_batch = models.BigIntegerField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-id"]
        indexes = [
            models.Index(fields=["customer", "-happened_at"], name="followup_of_customer"),
            models.Index(fields=["author", "-happened_at"], name="followup_of_author"),
            models.Index(fields=["happened_at", "customer"], name="followup_by_day"),  # who was spoken to
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
    task = models.ForeignKey(
        "followups.Task", on_delete=models.SET_NULL, null=True, blank=True, related_name="attachments"
    )  # with what was asked, or with its answer
    file = models.FileField(upload_to=upload_name, max_length=120)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
