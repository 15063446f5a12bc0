"""How often alarms were right: precision, recall, lead time, and weights to lower. Pure (idea 13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.utils.translation import gettext as _

from genjin.care.rules.churn import HIGHEST, LOST_WITHIN, MOST_A_NIGHT, Answer, Part
from genjin.kit.errors import RuleError, wrong_at

LOWEST_PRECISION = 50  # percent; below it a component is proposed to weigh less
FEWEST_ALARMS = 10  # decided ones, before a precision says anything


@dataclass(frozen=True, slots=True)
class Judged:
    """One alarm as figures take it: when raised, by which parts, its answer, and when the customer was lost after it."""

    customer: int
    on: date
    parts: tuple[str, ...]
    answer: str = ""
    lost_on: date | None = None

    @property
    def is_hit(self) -> bool:
        """Whether somebody acts on it, or the customer was lost within half a year."""
        was_lost = self.lost_on is not None and self.on <= self.lost_on <= self.on + LOST_WITHIN
        return self.answer == Answer.ACTING or was_lost

    @property
    def is_miss(self) -> bool:
        """Whether it was called false and the customer stayed."""
        return self.answer == Answer.FALSE and not self.is_hit


@dataclass(frozen=True, slots=True)
class Tally:
    """Alarms counted; those known already bring no news and those unanswered no verdict: neither counts in the precision."""

    alarms: int = 0
    hits: int = 0
    misses: int = 0

    @property
    def decided(self) -> int:
        return self.hits + self.misses

    @property
    def undecided(self) -> int:
        return self.alarms - self.decided

    @property
    def precision(self) -> int | None:
        """Return the share of right alarms in percent; None when none is decided."""
        return round(100 * self.hits / self.decided) if self.decided else None


def tally(alarms: Sequence[Judged]) -> Tally:
    """Count alarms."""
    return Tally(len(alarms), sum(one.is_hit for one in alarms), sum(one.is_miss for one in alarms))


def by_part(alarms: Sequence[Judged]) -> dict[str, Tally]:
    """Count alarms for each component that took part in them."""
    return {str(part): tally([one for one in alarms if part in one.parts]) for part in Part}


def by_month(alarms: Sequence[Judged]) -> dict[str, Tally]:
    """Count alarms by the month they were raised in, newest first."""
    months = sorted({one.on.strftime("%Y-%m") for one in alarms}, reverse=True)
    return {month: tally([one for one in alarms if one.on.strftime("%Y-%m") == month]) for month in months}


def lower_weights(weights: Mapping[str, int], counted: Mapping[str, Tally]) -> dict[str, int]:
    """Return the weights with those of noisy components halved; the same weights when none is noisy.

    Noisy is a component right less than half the time in ten decided alarms or more.
    """
    lowered = dict(weights)
    for part, count in counted.items():
        is_noisy = count.precision is not None and count.precision < LOWEST_PRECISION
        if is_noisy and count.decided >= FEWEST_ALARMS and weights.get(part, 0) > 1:
            lowered[part] = weights[part] // 2
    return lowered


@dataclass(frozen=True, slots=True)
class Loss:
    """A customer lost on a day."""

    customer: int
    on: date


@dataclass(frozen=True, slots=True)
class Foresight:
    """How well alarms foresaw losses: of alarms how many were right, of losses how many were seen, how long before."""

    alarms: int
    right: int
    losses: int
    seen: int
    lead_days: float | None

    @property
    def false_rate(self) -> int | None:
        """Return the share of alarms after which nobody was lost, in percent."""
        return round(100 * (self.alarms - self.right) / self.alarms) if self.alarms else None

    @property
    def recall(self) -> int | None:
        """Return the share of losses an alarm came before, in percent."""
        return round(100 * self.seen / self.losses) if self.losses else None


def foresight(raised: Sequence[tuple[int, date]], losses: Sequence[Loss]) -> Foresight:
    """Compare alarms (customer, day) with what happened; the lead counts from the first alarm within half a year."""
    leads: list[int] = []
    right: set[tuple[int, date]] = set()
    for loss in losses:
        before = [
            (customer, day) for customer, day in raised if customer == loss.customer and day <= loss.on <= day + LOST_WITHIN
        ]  # fmt: skip
        if before:
            right.update(before)
            leads.append((loss.on - min(day for _customer, day in before)).days)
    return Foresight(
        len(raised), len(right), len(losses), len(leads), float(median(leads)) if leads else None
    )


def check_weights(weights: Mapping[str, int], raise_at: int, high_at: int, limit: int) -> None:
    """Refuse settings that could never raise an alarm or know other components.

    Raises RuleError `part_unknown`, `weight_range`, `threshold_range`, `limit_range`.
    """
    if unknown := sorted(set(weights) - set(Part.values)):
        raise RuleError(_("Unknown: %(codes)s.") % {"codes": ", ".join(unknown)}, "part_unknown")
    for part, weight in weights.items():
        if not 0 <= weight <= HIGHEST:
            raise wrong_at(part, _("A weight lies between 0 and 100."), "weight_range")
    if not 0 < raise_at <= high_at <= HIGHEST or raise_at > sum(weights.values()):
        sentence = _(
            "An alarm is raised at 1 or more, at most at the score that is high, and the weights must reach it."
        )
        raise wrong_at("raise_at", sentence, "threshold_range")
    if not 0 < limit <= 50 * MOST_A_NIGHT:
        raise wrong_at("limit_per_run", _("Between 1 and 10,000 alarms a night."), "limit_range")
