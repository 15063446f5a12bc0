"""Word to people whose customers change hands: one by one while they are few, in one sentence when they are many."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.notices.actions import Telling, tell_many
from genjin.notices.rules import NoticeKind

ONE_BY_ONE = 5
HOUSE = "Genjin"  # who acts when a rule does


def tell_of_change(actor: User | None, rows: Sequence[Customer], owner: User, *, now: datetime) -> None:
    """Tell the new owner, and the former ones, of customers somebody or a rule gave away; `rows` still carry the former."""
    by = actor.pk if actor else None
    who = actor.name if actor else HOUSE
    taken: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.owner_id not in {None, by, owner.pk}:
            taken[row.owner_id].append(row.pk)
    words = {"who": who, "owner": owner.name}
    tellings = _few_or_many(taken, (NoticeKind.CUSTOMER_TAKEN, NoticeKind.CUSTOMERS_TAKEN), words, now)
    if owner.pk != by:
        given = {owner.pk: [row.pk for row in rows]}
        tellings += _few_or_many(given, (NoticeKind.CUSTOMER_GIVEN, NoticeKind.CUSTOMERS_GIVEN), words, now)
    tell_many(tellings, at=now)


def tell_of_recycling(rows: Sequence[Customer], why: str, *, now: datetime) -> None:
    """Tell former owners of customers a rule took back; `rows` still carry them."""
    lost: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.owner_id is not None:
            lost[row.owner_id].append(row.pk)
    kinds = (NoticeKind.RECYCLED, NoticeKind.RECYCLED_MANY)
    tell_many(_few_or_many(lost, kinds, {"why": why}, now), at=now)


def _few_or_many(
    found: Mapping[int, Sequence[int]], kinds: tuple[str, str], words: dict[str, Any], now: datetime
) -> list[Telling]:
    """Return what each person is told of their customers; `kinds` are that of one and that of many."""
    one, many = kinds
    tellings = []
    for person, ids in found.items():
        if len(ids) > ONE_BY_ONE:
            key = f"{many}:{min(ids)}:{len(ids)}:{now.isoformat()}"
            tellings.append(Telling(person, many, key, words=words | {"count": len(ids)}))
        else:
            tellings += [Telling(person, one, f"{one}:{pk}:{now.isoformat()}", pk, words=words) for pk in ids]
    return tellings
