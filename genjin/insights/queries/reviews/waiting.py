"""What waits for somebody: drafts to conclude, and what reviews asked of them."""

from collections.abc import Sequence

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.insights.models import Review, ReviewAction
from genjin.insights.rules.reviews import ReviewState

SHOWN = 8


def drafts_waiting(user: User) -> Sequence[Review]:
    """Return the drafts somebody holds, the newest first; for who sees everybody's rows the company's, and those of teams they lead."""
    if not (user.may(Right.SEE_TEAM) and user.may(Right.MANAGE_TASKS)):
        return []
    rows = Review.objects.visible_to(user).filter(state=ReviewState.DRAFT).select_related("team")
    if user.scope.sees_all:
        rows = rows.filter(team=None) | rows.filter(team__leads=user)
    return list(rows.distinct().order_by("-first", "-pk")[:SHOWN])


def actions_waiting(user: User) -> Sequence[ReviewAction]:
    """Return what reviews asked of somebody that is no task, the most urgent first; tasks stand among the tasks."""
    return list(ReviewAction.objects.filter(owner=user, task=None, done_at=None).order_by("due_on", "pk")[:SHOWN])  # fmt: skip
