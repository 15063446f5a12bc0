"""Whose turn it is: weighted round robin over who is there and has room (S0-28)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy


class Reason(TextChoices):
    """Why a customer found no owner."""

    NO_RULE = "no_rule", gettext_lazy("no rule applies")
    AWAY = "away", gettext_lazy("everybody of the rule is away")
    FULL = "full", gettext_lazy("everybody of the rule holds as many as they may")
    CLOSED = "closed", gettext_lazy("outside working hours")
    LIMIT = "limit", gettext_lazy("the rule gave as many as it may at once")
    NOBODY = "nobody", gettext_lazy("the rule names nobody who may sign in")


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody's part in a rule: how often they come, how many they hold and may hold (None: any number)."""

    person: int
    weight: int = 1
    turn: int = 0  # what the round robin remembers of them
    held: int = 0
    capacity: int | None = None
    is_away: bool = False

    @property
    def has_room(self) -> bool:
        return self.capacity is None or self.held < self.capacity


def next_turn(shares: Sequence[Share]) -> tuple[list[Share], int | None]:
    """Return the shares after one customer was given, and who gets it; None when nobody can.

    Smooth weighted round robin: whoever is there gains their weight, who gets the customer pays all of it back.
    Over many turns everybody there gets their part, and nobody is owed for days they were away.
    """
    there = [share for share in shares if share.weight > 0 and not share.is_away and share.has_room]
    if not there:
        return list(shares), None
    total = sum(share.weight for share in there)
    chosen = max(there, key=lambda share: (share.turn + share.weight, -share.person)).person
    present = {share.person for share in there}
    return [_after(share, total, chosen) if share.person in present else share for share in shares], chosen


def _after(share: Share, total: int, chosen: int) -> Share:
    if share.person != chosen:
        return replace(share, turn=share.turn + share.weight)
    return replace(share, turn=share.turn + share.weight - total, held=share.held + 1)


def why_nobody(shares: Sequence[Share]) -> Reason:
    """Return why nobody of a rule could take a customer."""
    people = [share for share in shares if share.weight > 0]
    if not people:
        return Reason.NOBODY
    return Reason.AWAY if all(share.is_away for share in people) else Reason.FULL
