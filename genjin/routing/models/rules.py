"""What administrators decide once, so that nobody has to every night."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Pool
from genjin.followups.queries.conditions import Condition, as_query, read_conditions
from genjin.routing.rules.recycling import Policy


class RuleQuerySet[Row: "Rule"](models.QuerySet[Row]):
    def in_force(self) -> Self:
        return self.filter(is_active=True)


class Rule(models.Model):
    """What both kinds of rules share: for whom they are, in which order they are asked, how many they may touch."""

    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("The first rule that fits applies.")
    )
    is_active = models.BooleanField(_("in force"), default=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    match = models.CharField(max_length=3, default="all")
    limit_per_run = models.PositiveIntegerField(
        _("customers at most at once"), default=500, help_text=_("What is over waits for the next run.")
    )

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def asked(self) -> list[Condition]:
        return read_conditions(self.conditions)

    @property
    def applies(self) -> models.Q:
        """For whom the rule is; without conditions for everybody."""
        return as_query(self.asked, self.match) if self.asked else models.Q(pk__gt=0)


class RecycleRule(Rule):
    """When customers nobody looks after go back to which pool."""

    days_a = models.PositiveSmallIntegerField(_("days without contact, grade A"), default=14)
    days_b = models.PositiveSmallIntegerField(_("days without contact, grade B"), default=30)
    days_c = models.PositiveSmallIntegerField(_("days without contact, grade C"), default=60)
    no_deal_days = models.PositiveSmallIntegerField(
        _("days without a deal"), default=180, help_text=_("0: no limit.")
    )
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+", verbose_name=_("back to"))

    objects = RuleQuerySet.as_manager()

    @property
    def policy(self) -> Policy:
        return Policy({"A": self.days_a, "B": self.days_b, "C": self.days_c}, self.no_deal_days)


class AssignmentRule(Rule):
    """Which customers go to whom, in turns."""

    only_working_hours = models.BooleanField(
        _("only in working hours"), default=False, help_text=_("At night customers wait for the next working morning, 09:00.")
    )  # fmt: skip
    fallback = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("if nobody can"),
        help_text=_("Empty: it waits on the list of unassigned customers, with the reason."),
    )  # fmt: skip
    people: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        User, through="AssignmentShare", related_name="+"
    )

    objects = RuleQuerySet.as_manager()


class AssignmentShare(models.Model):
    """Somebody's part in a rule."""

    rule = models.ForeignKey(AssignmentRule, on_delete=models.CASCADE, related_name="shares")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("who"))
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    capacity = models.PositiveIntegerField(_("open customers at most"), null=True, blank=True)
    turn = models.IntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rule", "person"], name="one_share_per_person")]
