"""Whether chances may be shown at all, and what has moved since they were learned."""

from collections.abc import Collection, Mapping, Sequence
from math import log

import polars as pl
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from genjin.insights.rules.chances.columns import Column, Kind
from genjin.insights.rules.chances.figures import Figures, shares_differ
from genjin.insights.rules.chances.leakage import ALARM
from genjin.insights.rules.chances.remarks import Remark

FEWEST = 50  # rows of each outcome, below which nothing is learned
FEWEST_IN_PART = 20  # of each outcome, in the part to fit and in the part to test
LEAST_AUC = 0.6
LEAST_LOW = 0.52  # of the range: one half is a coin
STRONG_AUC, STRONG_LOW = 0.75, 0.7
SUSPICIOUS = 0.93
BADLY_OFF = 0.1
ORDER_ONLY = frozenset({"no_better_than_base_rate", "badly_calibrated"})
MOVED = 0.25  # population stability index
CUTS = 10


class Level(TextChoices):
    """How much chances may be relied upon."""

    STRONG = "strong", gettext_lazy("strong")
    WEAK = "weak", gettext_lazy("weak")
    NOT_RELIABLE = "not_reliable", gettext_lazy("not reliable")


def sample_doubts(parts: Sequence[Sequence[int]], whole: Sequence[int]) -> list[Remark]:
    """Say where rows are too few: `whole` and each part (to fit, to test) as (ended well, did not)."""
    if min(whole) < FEWEST:
        return [Remark("sample_too_small", {"yes": whole[0], "no": whole[1], "least": FEWEST})]
    if any(min(part) < FEWEST_IN_PART for part in parts):
        return [Remark("part_too_small", {"least": FEWEST_IN_PART})]
    return []


def doubts(found: Figures, heaviest: Sequence[str]) -> list[Remark]:
    """Return why chances with these figures must not be shown; `heaviest` names the columns that decide most."""
    area, low = found.auc or 0.5, found.auc_low or 0.0
    said = []
    if area > ALARM:
        said.append(Remark("leakage_alarm", {"auc": f"{area:.3f}", "columns": list(heaviest)}))
    if area < LEAST_AUC:
        said.append(Remark("no_signal", {"auc": f"{area:.3f}"}))
    elif low < LEAST_LOW:
        said.append(Remark("maybe_chance", {"auc": f"{area:.3f}", "low": f"{low:.3f}"}))
    return said


def level_of(found: Figures | None, why_not: Sequence[Remark]) -> Level:
    """Return how much chances with these figures may be relied upon: no better as numbers than the base rate is weak."""
    if found is None or found.auc is None or found.auc_low is None or why_not:
        return Level.NOT_RELIABLE
    is_strong = found.auc >= STRONG_AUC and found.auc_low >= STRONG_LOW and found.brier < found.brier_base
    return Level.STRONG if is_strong else Level.WEAK


def suspicions(found: Figures, heaviest: Sequence[str]) -> list[Remark]:
    """Warn of figures that are rarely met honestly, and of chances that did not come true."""
    said = []
    if found.auc is not None and SUSPICIOUS < found.auc <= ALARM:
        said.append(Remark("suspiciously_good", {"auc": f"{found.auc:.3f}", "columns": list(heaviest)}))
    if found.brier >= found.brier_base:
        said.append(Remark("no_better_than_base_rate"))
    if found.calibration_error > BADLY_OFF:
        said.append(Remark("badly_calibrated", {"gap": f"{found.calibration_error:.0%}"}))
    return said


def is_order_only(codes: Collection[str]) -> bool:
    """Say whether chances with these warnings order rows, but must not be read as numbers."""
    return not ORDER_ONLY.isdisjoint(codes)


def base_rate_moved(before: Sequence[int], after: Sequence[int]) -> list[Remark]:
    """Warn when the share that ended well, as (hits, rows), has moved from one time to the next."""
    if not shares_differ(before, after):
        return []
    shares = {"before": f"{before[0] / before[1]:.1%}", "after": f"{after[0] / after[1]:.1%}"}
    return [Remark("base_rate_drift", shares)]


def columns_moved(
    before: Mapping[str, Column], after: Mapping[str, Column], code: str = "column_drift"
) -> list[Remark]:
    """Warn with this code of columns whose values are not spread as they were before."""
    said = []
    for name, column in before.items():
        index = stability(column, after[name])
        if index > MOVED:
            said.append(Remark(code, {"column": name, "index": f"{index:.2f}"}))
    return said


def stability(before: Column, after: Column) -> float:
    """Return the population stability index between two times of a column."""
    first, second = before.values, after.values
    if not first.len() or not second.len():
        return 0.0
    if before.kind is not Kind.LEVEL:
        known = first.drop_nulls()
        cuts = (known.quantile(cut / CUTS) for cut in range(1, CUTS))
        edges = pl.Series(sorted({cut for cut in cuts if cut is not None}), dtype=pl.Float64)
        first, second = (_places(values, edges) for values in (first, second))
    shares = [_shares(values) for values in (first, second)]
    total = 0.0
    for level in sorted(set(shares[0]) | set(shares[1])):
        old, new = (max(share.get(level, 0.0), 0.0005) for share in shares)
        total += (new - old) * log(new / old)
    # Many small levels move by mere chance; what they would move so is taken off.
    by_chance = (len(shares[0]) - 1) * (1 / first.len() + 1 / second.len())
    return max(0.0, total - by_chance)


def _places(values: pl.Series, edges: pl.Series) -> pl.Series:
    places = edges.search_sorted(values.fill_null(0.0)).cast(pl.String)
    return places.set(values.is_null(), None)


def _shares(values: pl.Series) -> dict[str, float]:
    counts = values.fill_null("").value_counts(name="rows")
    return {str(level): rows / values.len() for level, rows in counts.iter_rows()}
