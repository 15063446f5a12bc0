"""Proposals with their versions, lines and files; nothing of a version that was sent is ever rewritten."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.followups.models import Attachment
from genjin.proposals.models.prices import PriceBook
from genjin.proposals.rules import SentBy, VersionState
from genjin.proposals.rules.drafts import LONGEST_MODULE
from genjin.proposals.rules.sums import LineTerms
from genjin.selling.models import Opportunity, Product

STAYS = """
IF TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM proposals_proposalversion v WHERE v.id = OLD.version_id AND v.state = 'sent') THEN
    RAISE EXCEPTION 'proposals: a version that was sent is not rewritten';
END IF;
IF TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM proposals_proposalversion v WHERE v.id = NEW.version_id AND v.state = 'sent') THEN
    RAISE EXCEPTION 'proposals: a version that was sent is not rewritten';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


def stays(name: str) -> pgtrigger.Trigger:
    """Return the trigger that keeps what belongs to a sent version as it is."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=STAYS,
    )


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Proposal(models.Model):
    """What is offered for one opportunity, in versions (S3-11)."""

    number = models.CharField(_("proposal number"), max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="proposals")
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("opportunity")
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=200)  # that of the newest version
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    moves_with_customer = True

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ProposalVersionQuerySet(models.QuerySet["ProposalVersion"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(proposal__customer__in=Customer.objects.visible_to(user))

    def newest(self) -> Self:
        """The last version of each proposal."""
        return self.order_by("proposal_id", "-number").distinct("proposal_id")


class ProposalVersion(models.Model):
    """One version: a draft until it is sent, immutable after that."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=8, choices=VersionState, default=VersionState.DRAFT)
    title = models.CharField(_("title"), max_length=200, default="")
    modules = ArrayField(
        models.CharField(max_length=LONGEST_MODULE), verbose_name=_("modules"), default=list, blank=True
    )  # fmt: skip
    duration = models.CharField(_("implementation period"), max_length=200, blank=True, default="")
    terms = models.TextField(_("terms"), blank=True, default="")
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    price_book = models.ForeignKey(
        PriceBook, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("price book")
    )  # fmt: skip
    discount = models.DecimalField(_("discount on the whole in %"), max_digits=5, decimal_places=2, default=0)
    amount = models.DecimalField(_("amount with tax"), max_digits=16, decimal_places=2, default=0)
    net_amount = models.DecimalField(_("amount without tax"), max_digits=16, decimal_places=2, default=0)
    off = models.DecimalField(_("deepest discount in %"), max_digits=5, decimal_places=2, default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    revision = models.PositiveIntegerField(default=1)
    touched = models.JSONField(default=dict, blank=True)  # field: [revision, user, moment] of its last change
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sent_how = models.CharField(_("sent by"), max_length=8, choices=SentBy, blank=True, default="")
    sent_to = models.CharField(_("sent to"), max_length=200, blank=True, default="")
    content = models.JSONField(null=True, blank=True)  # what was sent, see rules.content
    sha256 = models.CharField(max_length=64, blank=True)  # of that

    objects = ProposalVersionQuerySet.as_manager()

    class Meta:
        ordering = ["proposal_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="one_version_per_number"),
            models.CheckConstraint(condition=Q(discount__range=(0, 100)), name="version_discount_percent"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(~Q(sha256=""), sent_at__isnull=False, sent_by__isnull=False),
                name="version_sent_with_digest",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sent_version_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="sent"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal.number} V{self.number}"


class ProposalLine(models.Model):
    """A line of a version; prices are with tax, the discount is in percent of the price."""

    version = models.ForeignKey(ProposalVersion, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("what"), max_length=200)
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, default=1)
    list_price = models.DecimalField(_("list price"), max_digits=16, decimal_places=2, null=True, blank=True)
    price = models.DecimalField(_("price"), max_digits=16, decimal_places=2)
    discount = models.DecimalField(_("discount in %"), max_digits=5, decimal_places=2, default=0)
    tax_rate = models.DecimalField(_("tax rate in %"), max_digits=5, decimal_places=2, default=13)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price__gte=0, discount__range=(0, 100), tax_rate__gte=0),
                name="proposal_line_figures",
            )
        ]
        triggers = [stays("sent_line_stays")]

    def as_terms(self) -> LineTerms:
        """Return the line as the rules take it."""
        return LineTerms(self.quantity, self.price, self.discount, self.tax_rate, self.list_price)


class ProposalFile(models.Model):
    """A file of the customer that goes with a version."""

    version = models.ForeignKey(ProposalVersion, on_delete=models.CASCADE, related_name="files")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["version", "attachment"], name="one_file_per_version")]
        triggers = [stays("sent_file_stays")]


class ProposalFeedback(models.Model):
    """What the customer said to a version that was sent, and how they rate it (S3-11)."""

    version = models.ForeignKey(ProposalVersion, on_delete=models.CASCADE, related_name="feedback")
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    text = models.TextField(_("what the customer said"))
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )  # fmt: skip
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="feedback_rating"
            )
        ]


class ProposalLinkQuerySet(models.QuerySet["ProposalLink"]):
    def readable(self, now: datetime) -> Self:
        """Those a stranger may still open: in time, not revoked, of a customer that is not deleted."""
        return self.filter(revoked_at=None, expires_at__gt=now, version__proposal__customer__deleted_at=None)


class ProposalLink(models.Model):
    """An address under which a stranger reads one sent version, until it expires or is revoked."""

    version = models.ForeignKey(ProposalVersion, on_delete=models.CASCADE, related_name="links")
    key = models.CharField(max_length=32, unique=True)  # 128 random bits
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened_count = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]


def upload_name(_template: "ProposalTemplate", _name: str) -> str:
    """Return a random path: what people call a file never reaches the disk."""
    from genjin.accounts.rules import new_secret

    secret = new_secret(24)
    return f"proposals/{secret[:2]}/{secret}"


class ProposalTemplate(models.Model):
    """A Word file with placeholders of ours, written by the company."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    file = models.FileField(upload_to=upload_name, max_length=120)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    is_active = models.BooleanField(_("in use"), default=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["-is_active", "name"]

    def __str__(self) -> str:
        return self.name
