"""What a rule set would have been worth on customers whose end is known. Pure."""

from dataclasses import dataclass

from genjin.customers.rules import Label

DAYS = (7, 14, 30)  # on which day after a customer came in the question may be asked
FEWEST_CLOSED, FEWEST_WON, FEWEST_IN_TOP = 30, 5, 10


@dataclass(frozen=True, slots=True)
class Closed:
    """A customer whose end is known, with its class on the day asked about: by the rules in force, and by those tried."""

    is_won: bool
    now: Label
    tried: Label


@dataclass(frozen=True, slots=True)
class TopClass:
    """What came of the customers a rule set puts into the top class."""

    customers: int | None  # None when closed customers are too few to say anything
    won: int | None
    base: float | None  # the share won of all closed ones

    @property
    def precision(self) -> float | None:
        """Return the share won of the top class; None when too few say it."""
        if self.customers is None or self.won is None or self.customers < FEWEST_IN_TOP:
            return None
        return self.won / self.customers

    @property
    def lift(self) -> float | None:
        """Return how many times the base rate that is; None when too few say it."""
        return self.precision / self.base if self.precision is not None and self.base else None


@dataclass(frozen=True, slots=True)
class BackTest:
    """A rule set tried on closed customers as they were known some days after they came in."""

    days: int
    closed: int
    won: int
    unknown: int  # closed, but what was known of them then is not kept: left out of everything else
    changed: int | None  # of the closed: those in another class than under the rules in force
    now: TopClass
    tried: TopClass

    @property
    def is_enough(self) -> bool:
        """Whether there are customers enough to say anything."""
        return self.closed >= FEWEST_CLOSED and self.won >= FEWEST_WON

    @property
    def base(self) -> float | None:
        """Return the share won of all closed ones."""
        return self.won / self.closed if self.is_enough else None


def back_test(rows: list[Closed], *, days: int, unknown: int) -> BackTest:
    """Count closed customers by what became of them; with fewer than 30, or 5 won, nothing else is said."""
    won = sum(row.is_won for row in rows)
    base = won / len(rows) if len(rows) >= FEWEST_CLOSED and won >= FEWEST_WON else None
    return BackTest(
        days=days, closed=len(rows), won=won, unknown=unknown, changed=sum(row.now != row.tried for row in rows) if base is not None else None,
        now=_top([row.is_won for row in rows if row.now == Label.HOT], base),
        tried=_top([row.is_won for row in rows if row.tried == Label.HOT], base),
    )  # fmt: skip


def _top(outcomes: list[bool], base: float | None) -> TopClass:
    return TopClass(None, None, None) if base is None else TopClass(len(outcomes), sum(outcomes), base)
