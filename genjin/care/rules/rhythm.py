"""A customer's own rhythm: median and median absolute deviation of what it usually does. Pure (idea 13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

ENOUGH = 5  # gaps or delays; fewer say nothing about a habit
TO_SIGMA = 1.4826  # a median absolute deviation of a normal spread, as a standard deviation
SPREADS = 3  # so many of them beyond the median is out of the ordinary


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The middle of what is usual and how far it strays, in days."""

    middle: float
    spread: float

    @property
    def limit(self) -> float:
        """Return up to how many days are ordinary."""
        return self.middle + SPREADS * TO_SIGMA * self.spread


def rhythm_of(spans: Sequence[float]) -> Rhythm | None:
    """Return the rhythm of some spans in days; None when there is not enough history."""
    known = [span for span in spans if span >= 0]
    if len(known) < ENOUGH:
        return None
    middle = float(median(known))
    return Rhythm(middle, float(median(abs(span - middle) for span in known)))


def gaps(days: Sequence[date]) -> list[float]:
    """Return the days between one contact and the next; several on one day count as one."""
    ordered = sorted(set(days))
    return [float((later - earlier).days) for earlier, later in pairwise(ordered)]


def reply_delays(attempts: Sequence[tuple[date, bool]], today: date) -> tuple[list[float], float | None]:
    """Return how long the customer took to answer, and since how many days it has owed one (None: it owes none).

    `attempts` are contacts with whether the customer responded; a delay runs from the first one without an answer to
    the next with one.
    """
    delays: list[float] = []
    waiting_since: date | None = None
    for day, is_answered in sorted(attempts, key=lambda attempt: attempt[0]):
        if not is_answered:
            waiting_since = waiting_since or day
            continue
        delays.append(float((day - waiting_since).days) if waiting_since else 0.0)
        waiting_since = None
    owed = (
        float((today - waiting_since).days) if waiting_since is not None and waiting_since <= today else None
    )
    return delays, owed
