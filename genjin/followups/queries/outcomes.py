"""What came of using the library: was there an answer, did the stage move (S4-6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from genjin.accounts.models import User
from genjin.customers.models import Customer, StageChange
from genjin.customers.rules import Stage
from genjin.followups.models import FollowUp
from genjin.library.models import Use

MOVED_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often an entry went into a record, was answered, and was followed by a step forward within 14 days."""

    uses: int = 0
    answered: int = 0
    moved: int = 0


def judged(user: User) -> Any:
    """Return the uses by the people whose rows `user` sees, each with `is_answered` and `has_moved`."""
    answered = FollowUp.objects.filter(pk=OuterRef("followup_id"), got_response=True)
    moved = StageChange.objects.filter(
        customer_id=OuterRef("customer_id"),
        at__gt=OuterRef("at"),
        at__lte=OuterRef("at") + MOVED_WITHIN,
        origin__gt="",
    ).exclude(target=Stage.LOST)
    rows = Use.objects.of_people(user).filter(followup_id__isnull=False)
    return rows.annotate(is_answered=Exists(answered), has_moved=Exists(moved))


def outcomes(user: User, entry_ids: Iterable[int]) -> dict[int, Outcome]:
    """Return what came of entries, as far as `user` sees the people who used them; one query."""
    rows = judged(user).filter(entry__in=list(entry_ids)).order_by().values("entry_id")
    counted = rows.annotate(
        uses=Count("id"),
        answered=Count("id", filter=Q(is_answered=True)),
        moved=Count("id", filter=Q(has_moved=True)),
    )
    return {row["entry_id"]: Outcome(row["uses"], row["answered"], row["moved"]) for row in counted}


def latest_uses(user: User, entry_id: int, most: int = 20) -> list[tuple[Use, Customer]]:
    """Return the last uses of an entry with their customers, of those `user` sees."""
    visible = Customer.objects.visible_to(user)
    uses = judged(user).filter(entry_id=entry_id, customer_id__in=visible.values("pk")).select_related("by")
    rows = list(uses.order_by(F("at").desc(), "-id")[:most])
    found = visible.select_related("pool").in_bulk([use.customer_id for use in rows])
    return [(use, found[use.customer_id]) for use in rows]
