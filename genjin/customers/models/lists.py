"""What administrators keep: dictionaries, tags, pools, score rule sets."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import Team, User
from genjin.customers.rules import RuleSet, ScoreRow


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

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_word_per_dictionary")]

    def __str__(self) -> str:
        return self.name


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
        return self.filter(models.Q(teams=None) | models.Q(teams=user.team_id)).distinct()


class Pool(models.Model):
    """Customers without an owner, which the members of its teams may claim."""

    name = models.CharField(_("pool"), max_length=60, unique=True)
    teams = models.ManyToManyField(Team, blank=True, related_name="pools", verbose_name=_("open to"))
    daily_claims = models.PositiveSmallIntegerField(_("claims per person and day"), default=20)
    hold_cap = models.PositiveIntegerField(_("customers one person may hold"), default=200)
    cooldown_days = models.PositiveSmallIntegerField(
        _("days before a former owner may claim again"), default=7
    )

    objects = PoolQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class ScoreRuleSet(models.Model):
    """A published version of the score rules; never changed, only followed by the next version."""

    version = models.PositiveIntegerField(unique=True)
    rows = models.JSONField()  # [["industry_fit", 3], ...]
    pass_mark = models.PositiveSmallIntegerField()
    ordinary_mark = models.PositiveSmallIntegerField()
    industries = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]

    def as_rules(self) -> RuleSet:
        return RuleSet(
            self.version,
            tuple(ScoreRow(key, points) for key, points in self.rows),
            self.pass_mark,
            self.ordinary_mark,
            tuple(self.industries),
        )
