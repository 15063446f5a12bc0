"""What is to be typed in by hand: photos of cards and sheets, and mails, each waiting for somebody."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Choice, Customer


class Mailbox(models.Model):
    """A mailbox we look into; its password is kept sealed under the secret key."""

    class Security(models.TextChoices):
        TLS = "tls", _("TLS (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")
        NONE = "none", _("none, in one's own network only")

    name = models.CharField(_("name"), max_length=60, unique=True)
    host = models.CharField(_("server"), max_length=200, help_text=_("Such as imap.example.com."))
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(_("encryption"), max_length=8, choices=Security, default=Security.TLS)
    user = models.CharField(_("login"), max_length=200)
    password_sealed = models.TextField(blank=True)
    folder = models.CharField(_("folder"), max_length=120, default="INBOX")
    source = models.ForeignKey(
        Choice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead source"),
    )
    readers: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        User, blank=True, related_name="mailboxes", verbose_name=_("read by"),
        help_text=_("Who sees the mails as drafts, besides managers and administrators."),
    )  # fmt: skip
    is_active = models.BooleanField(_("in use"), default=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """One's own and one's people's photos, and the mails of mailboxes one reads."""
        if not user.may(Right.ADD_CUSTOMER):
            return self.none()
        if user.scope.sees_all:
            return self
        mailboxes = Mailbox.objects.filter(readers=user).values("pk")
        return self.filter(Q(created_by__in=user.scope.people) | Q(mailbox__in=mailboxes))

    def waiting(self) -> Self:
        return self.filter(status=Draft.Status.OPEN)


class Draft(models.Model):
    """Somebody to be typed in: a photo, or a mail, with what could be recognised in it."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        MAIL = "mail", pgettext_lazy("draft", "Mail")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("draft", "To be typed in")
        DONE = "done", pgettext_lazy("draft", "Typed in")
        DROPPED = "dropped", pgettext_lazy("draft", "Dropped")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="drafts")
    message_id = models.CharField(max_length=250, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    proposed = models.JSONField(default=dict)  # name, contact_name, phone, email
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="drafts")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = DraftQuerySet.as_manager()
    moves_with_customer = True

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["-id"], name="draft_waiting", condition=Q(status="open"))]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "message_id"], name="one_draft_per_message",
                condition=Q(mailbox__isnull=False) & ~Q(message_id=""),
            )
        ]  # fmt: skip


class DraftFile(models.Model):
    """A file of a draft, until it is with a customer."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="drafts/%Y/%m", max_length=200)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
