"""How the return on collected cash looks from outside."""

from typing import Literal

from genjin.accounts.models import User
from genjin.api.wire import In, Money, Out
from genjin.desk.queries.returns import Brought


class ReturnsAsked(In):
    """By what the customers in sight are counted."""

    by: Literal["source", "campaign"] = "source"


class BroughtOut(Out):
    """What one source or campaign brought; `id` is null where none is known.

    `cost` is null to who may not see costs, `percent` (collected above the cost, of the cost) to who does not see everybody.
    """

    id: int | None
    name: str
    leads: int
    won: int
    signed: Money
    collected: Money
    renewals: int
    renewed: Money
    cost: Money | None
    percent: int | None


class ReturnsOut(Out):
    """What each brought, most cash first, and all together."""

    by: str
    items: list[BroughtOut]
    total: BroughtOut


def show_brought(user: User, one: Brought) -> BroughtOut:
    """Return what a source or campaign brought, as `user` may see it."""
    names = ("leads", "won", "signed", "collected", "renewals", "renewed", "cost")
    return BroughtOut(
        **{name: getattr(one, name) for name in names}, id=one.key or None, name=one.label,
        percent=one.percent if user.scope.sees_all else None,
    )  # fmt: skip
