"""Web forms: what strangers may fill in, and what they sent."""

import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Campaign, Choice, Customer, Pool


def new_public_id() -> str:
    """Return an address nobody guesses: 128 random bits."""
    return secrets.token_urlsafe(16)


class WebFormQuerySet(models.QuerySet["WebForm"]):
    def visible_to(self, user: User) -> Self:
        """Forms are the business of who manages campaigns."""
        return self if user.may(Right.MANAGE_CAMPAIGNS) else self.none()


class WebForm(models.Model):
    """A page anybody may fill in, with what becomes of it (S3-4, S4-3)."""

    class Destination(models.TextChoices):
        OWNER = "owner", _("One person")
        POOL = "pool", _("A pool")
        RULES = "rules", _("By the assignment rules")

    name = models.CharField(
        _("name"), max_length=60, help_text=_("For your own eyes; visitors see the title.")
    )
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    title = models.CharField(_("title"), max_length=80)
    intro = models.TextField(_("introduction"), blank=True)
    fields = models.JSONField(_("questions"), default=list)  # rules.forms.AskedField rows
    consent_text = models.TextField(
        _("consent"),
        help_text=_("What the visitor agrees to: who keeps which data, what for, how to withdraw."),
    )
    thank_you = models.TextField(_("thanks"), blank=True)
    source = models.ForeignKey(
        Choice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead source"),
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
    )
    destination = models.CharField(_("goes to"), max_length=8, choices=Destination, default=Destination.POOL)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    pool = models.ForeignKey(
        Pool, on_delete=models.PROTECT, related_name="+", verbose_name=_("pool"),
        help_text=_("Also takes what the person cannot take any more."),
    )  # fmt: skip
    is_open = models.BooleanField(_("open"), default=True)
    daily_limit = models.PositiveSmallIntegerField(_("most entries a day"), default=200)
    confirm_by_mail = models.BooleanField(
        _("confirm by mail"), default=False,
        help_text=_("An entry counts once the link in a mail was opened; the link works once, for an hour."),
    )  # fmt: skip
    frame_sites = models.TextField(
        _("sites that may embed it"), blank=True,
        help_text=_("One a line, such as https://www.example.com; without any, the form cannot be embedded."),
    )  # fmt: skip
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = WebFormQuerySet.as_manager()

    class Meta:
        ordering = ["-is_open", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(destination="owner") | Q(owner__isnull=False), name="web_form_owner_named"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> Self:
        """What became of a customer goes by the customer; the rest is for who manages forms and sees everything."""
        mine = Q(customer__in=Customer.objects.visible_to(user))
        if user.may(Right.MANAGE_CAMPAIGNS):
            mine |= Q(customer=None)
        return self.filter(mine)

    def counted(self, since: datetime) -> Self:
        """Entries since a moment that took a place of the day's limit."""
        return self.filter(at__gte=since).exclude(status=Submission.Status.SPAM)


class Submission(models.Model):
    """What somebody sent by a form, word for word, and what became of it."""

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("entry", "New")
        CONFIRMED = "confirmed", _("Confirmed")
        ATTACHED = "attached", _("With a customer")
        SPAM = "spam", _("Spam")

    form = models.ForeignKey(WebForm, on_delete=models.PROTECT, related_name="submissions", db_index=False)
    at = models.DateTimeField()
    nonce = models.CharField(max_length=32, unique=True)  # of the page it was typed on: sent twice, kept once
    values = models.JSONField()  # what was typed, by key
    consent_text = models.TextField()  # as it stood on the page
    utm = models.JSONField(default=dict)
    referrer = models.CharField(max_length=300, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    address_hash = models.CharField(max_length=64)  # keyed: tells repeats, not addresses
    visitor_hash = models.CharField(
        max_length=64
    )  # address and browser together: an office shares one address
    user_agent = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    why = models.CharField(max_length=20, blank=True)  # decoy, hasty, flood: why it is taken for spam
    problem = models.TextField(blank=True)  # why it could not be taken in
    is_known = models.BooleanField(default=False)  # the customer was there before
    mailed_at = models.DateTimeField(null=True)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="submissions")

    objects = SubmissionQuerySet.as_manager()
    moves_with_customer = True

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["form", "-at"], name="submission_of_form"),
            models.Index(fields=["visitor_hash", "-at"], name="submission_of_visitor"),
        ]
