"""The written review of a week or month, its figures as they stood, and what it decided."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import Team, User
from genjin.accounts.permissions import Right
from genjin.customers.models import Customer
from genjin.followups.models import Task
from genjin.followups.rules import TaskStatus
from genjin.insights.rules.reviews import MONTH_AT, WEEK_AT, ReviewKind, ReviewState


def teams_led(user: User) -> set[int]:
    """Return the teams whose work somebody sees as their lead, with all below; two queries."""
    if not user.may(Right.SEE_TEAM):
        return set()
    below: dict[int | None, list[int]] = {}
    for pk, parent in Team.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    waiting, found = list(Team.objects.filter(leads=user).values_list("pk", flat=True)), set[int]()
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += below.get(one, [])
    return found


class ReviewSettings(models.Model):
    """One row: whether and when reviews are made by themselves."""

    is_automatic = models.BooleanField(_("Make reviews by themselves"), default=True)
    week_at = models.TimeField(_("the week's, on its last working day at"), default=WEEK_AT)
    month_at = models.TimeField(_("the month's, on the first working day after it at"), default=MONTH_AT)


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> Self:
        """All for who sees every row; those of the teams one leads; what was published of one's own team (S3-23)."""
        if user.scope.sees_all:
            return self
        seen = Q(team__in=teams_led(user))
        if user.team_id is not None:
            seen |= Q(team=user.team_id, state=ReviewState.PUBLISHED)
        return self.filter(seen)


class Review(models.Model):
    """复盘 of a team, or of the whole company where it has none. It holds numbers and ids, never the name of a customer."""

    kind = models.CharField(_("kind of review"), max_length=8, choices=ReviewKind)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("team"))  # fmt: skip
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.DRAFT)
    figures = models.JSONField(default=dict)  # as they stood at the making; see queries.reviews.making
    conclusions = models.TextField(_("conclusions"), blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-first", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first", "team"], nulls_distinct=False, name="one_review_per_period"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="review_days_in_order"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.DRAFT, published_at=None) | Q(state=ReviewState.PUBLISHED, published_at__isnull=False),
                name="review_published_at",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="published_review_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]

    def __str__(self) -> str:
        whose = self.team.name if self.team else str(_("Whole company"))
        return f"{self.get_kind_display()} {self.first:%Y-%m-%d} – {self.last:%m-%d} · {whose}"

    @property
    def is_published(self) -> bool:
        return self.state == ReviewState.PUBLISHED


class ReviewActionQuerySet(models.QuerySet["ReviewAction"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the reviews one sees."""
        return self.filter(Q(owner=user) | Q(review__in=Review.objects.visible_to(user)))

    def open(self) -> Self:
        """What nobody has said anything of yet, and whose task is not closed either."""
        return self.filter(Q(task=None) | Q(task__status=TaskStatus.OPEN), done_at=None)


DECISIONS_STAY = """
IF EXISTS (SELECT 1 FROM insights_review r WHERE r.state = 'published' AND r.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.review_id ELSE OLD.review_id END) AND (
    TG_OP = 'INSERT'
    OR TG_OP = 'DELETE' AND OLD.customer_id IS NULL
    OR TG_OP = 'UPDATE' AND (NEW.review_id, NEW.what, NEW.owner_id, NEW.due_on) IS DISTINCT FROM (OLD.review_id, OLD.what, OLD.owner_id, OLD.due_on)
) THEN
    RAISE EXCEPTION 'insights: what a published review decided is not rewritten';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""  # what came of them may be said; those about a customer go with the customer


class ReviewAction(models.Model):
    """What a review decided: a task of the customer it concerns, or, where it concerns none, a thing to do by itself."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who does it"))  # fmt: skip
    due_on = models.DateField(_("by when"))
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("customer"))  # fmt: skip
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    outcome = models.TextField(_("what came of it"), blank=True)

    moves_with_customer = True

    objects = ReviewActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | ~Q(outcome=""), name="review_action_done_says_what"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decisions_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=DECISIONS_STAY,
            )
        ]

    def __str__(self) -> str:
        return self.what
