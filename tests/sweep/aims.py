"""Targets of others in the world of the sweep, and how their amounts are written."""

from collections.abc import Iterator
from datetime import datetime

from genjin.accounts.models import User
from genjin.insights.models import Target
from tests.sweep.marks import TARGET_OF_MATE, TARGET_OF_STRANGER


def set_aims(mate: User, stranger: User, now: datetime) -> None:
    """Targets of this month, of a mate and of a stranger and their team: amounts nobody else may read."""
    month = {"metric": "cash", "grain": "month", "first": now.date().replace(day=1), "changed_at": now}
    Target.objects.create(person=mate, amount=TARGET_OF_MATE, **month)
    Target.objects.create(person=stranger, amount=TARGET_OF_STRANGER, **month)
    Target.objects.create(team=stranger.team, amount=TARGET_OF_STRANGER, **month)


def amounts(text: str) -> Iterator[str]:
    """Yield a number as files and as pages write it."""
    yield text
    yield f"{int(text):,}"
