"""Word before customers go back to a pool: to their owners, on the last day to who leads them, too."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from genjin.accounts.models import User
from genjin.accounts.queries import leads_of
from genjin.notices.actions import Telling, tell_many
from genjin.notices.rules import NoticeKind

ONE_BY_ONE = 5
LEAD_HEARS_AT = 1


@dataclass(frozen=True, slots=True)
class Warned:
    """A customer that goes back within `days` days, and whose it is."""

    customer_id: int
    owner_id: int
    days: int


def tell_before_recycling(warned: Sequence[Warned], now: datetime) -> None:
    """Tell owners of what goes back soon; many at once in one sentence."""
    owners = User.objects.select_related("team").in_bulk({one.owner_id for one in warned})
    hear: dict[int, list[Warned]] = defaultdict(list)
    leads: dict[int, list[int]] = {}
    for one in warned:
        owner = owners.get(one.owner_id)
        if owner is None:
            continue
        hear[owner.pk].append(one)
        if one.days <= LEAD_HEARS_AT:
            if owner.pk not in leads:
                leads[owner.pk] = [lead.pk for lead in leads_of(owner)]
            for lead in leads[owner.pk]:
                hear[lead].append(one)
    tell_many([line for person, ones in hear.items() for line in _lines(person, ones, now)], at=now)


def _lines(person: int, ones: Sequence[Warned], now: datetime) -> list[Telling]:
    if len(ones) > ONE_BY_ONE:
        words = {"count": len(ones), "days": max(one.days for one in ones)}
        return [Telling(person, NoticeKind.RECYCLE_WARNED_MANY, f"recycle:{now.isoformat()}", words=words)]
    return [
        Telling(person, NoticeKind.RECYCLE_WARNED, f"recycle:{one.customer_id}:{one.days}:{now.date()}", one.customer_id, words={"days": one.days})
        for one in ones
    ]  # fmt: skip
