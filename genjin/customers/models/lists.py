"""What administrators keep: dictionaries, tags, pools."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import Team, User


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def of(self, kind: str) -> Self:
        return self.filter(kind=kind, is_active=True)


class Choice(models.Model):
    """One word of an editable dictionary."""

    class Kind(models.TextChoices):
        SOURCE = "source", _("Lead source")
        LOST_REASON = "lost_reason", _("Reason for loss")
        RELEASE_REASON = "release_reason", _("Reason for returning to the pool")
        CONTACT_ROLE = "contact_role", _("Role of a contact")

    kind = models.CharField(_("dictionary"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    waives_touches = models.BooleanField(
        _("makes further contacts pointless"),
        default=False,
        db_default=False,
        help_text=_(
            "For reasons of loss or return: the number of contacts the grade asks for does not matter."
        ),
    )

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_word_per_dictionary")]

    def __str__(self) -> str:
        return self.name


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def offered(self) -> Self:
        """Those one may still choose for a customer."""
        return self.filter(is_active=True)


class Campaign(models.Model):
    """A fair, an advertisement, an event that brings leads and costs money (S3-4, S4-3)."""

    name = models.CharField(_("campaign"), max_length=80, unique=True)
    channel = models.CharField(
        _("channel"), max_length=60, blank=True, help_text=_("Such as fair, search ads, WeChat, seminar.")
    )
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    cost = models.DecimalField(_("cost in yuan"), max_digits=16, decimal_places=2, null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    is_active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("One that is over stays on its customers, but is no longer offered."),
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", models.F("starts_on").desc(nulls_last=True), "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(cost__isnull=True) | models.Q(cost__gte=0),
                name="campaign_cost_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def runs_on(self, day: date) -> bool:
        """Whether `day` lies in its period; an open end is open."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )


class Tag(models.Model):
    """A label in a namespace: 行业-制造业 is namespace 行业, name 制造业 (S1-15)."""

    namespace = models.CharField(_("group"), max_length=30, blank=True)
    name = models.CharField(_("tag"), max_length=40)

    class Meta:
        ordering = ["namespace", "name"]
        constraints = [models.UniqueConstraint(fields=["namespace", "name"], name="one_tag_per_name")]

    def __str__(self) -> str:
        return f"{self.namespace}-{self.name}" if self.namespace else self.name


class PoolQuerySet(models.QuerySet["Pool"]):
    def visible_to(self, user: User) -> Self:
        """Pools open to everybody, to the user's team, or all of them for who sees everything."""
        if user.scope.sees_all:
            return self
        open_to_all = models.Q(teams=None, members=None)
        named = models.Q(members=user) | models.Q(admins=user)
        if user.team_id is not None:  # compared with nothing it would mean every pool without teams
            named |= models.Q(teams=user.team_id)
        return self.filter(open_to_all | named).distinct()

    def run_by(self, user: User) -> Self:
        """Pools whose customers `user` may give to any of their members."""
        return self.filter(admins=user)


class Pool(models.Model):
    """Customers without an owner, which its members may claim; without teams and members it is open to all."""

    name = models.CharField(_("pool"), max_length=60, unique=True)
    teams = models.ManyToManyField(Team, blank=True, related_name="pools", verbose_name=_("open to"))
    daily_claims = models.PositiveSmallIntegerField(_("claims per person and day"), default=20)
    hold_cap = models.PositiveIntegerField(_("customers one person may hold"), default=200)
    cooldown_days = models.PositiveSmallIntegerField(
        _("days before a former owner may claim again"), default=7
    )
    hold_hours = models.PositiveSmallIntegerField(_("hours before new customers may be claimed"), default=0)
    members: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        User, blank=True, related_name="pools", verbose_name=_("further members")
    )
    admins: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        User, blank=True, related_name="run_pools", verbose_name=_("pool administrators")
    )
    hidden_fields = models.JSONField(_("fields hidden from members"), default=list, blank=True)

    objects = PoolQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
