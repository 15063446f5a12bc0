"""Honest figures of chances against what came: ranking with its range, calibration, the top tenth."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    type Numbers = NDArray[np.float64]

SURE = 1.96  # 95 of 100
BANDS = 10


@dataclass(frozen=True)
class Band:
    """Rows of about the same chance: what was said and what came, the latter with its range."""

    rows: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """What chances were worth on rows nobody learned from; `brier_base` is that of saying the base rate to all."""

    rows: int
    positives: int
    base_rate: float
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    brier: float
    brier_base: float
    calibration_error: float
    bands: tuple[Band, ...]
    top_rows: int
    top_precision: float
    top_lift: float | None


def figures(outcome: "Numbers", chances: "Numbers") -> Figures:
    """Compare chances with outcomes (1 or 0), row by row."""
    import numpy as np

    rows, positives = len(outcome), int(outcome.sum())
    base = positives / rows if rows else 0.0
    area, low, high = auc_range(outcome, chances)
    bands = _bands(outcome, chances)
    top = max(1, rows // 10)
    # Equal chances: the mean of the tie, so that the order of rows decides nothing.
    best = np.sort(chances)[::-1][top - 1] if rows else 0.0
    above, tied = chances > best, chances == best
    share = (top - above.sum()) / max(int(tied.sum()), 1)
    hits = float(outcome[above].sum() + share * outcome[tied].sum()) if rows else 0.0
    return Figures(
        rows=rows, positives=positives, base_rate=base, auc=area, auc_low=low, auc_high=high,
        brier=float(np.mean((chances - outcome) ** 2)) if rows else 0.0, brier_base=base * (1 - base),
        calibration_error=sum(band.rows * abs(band.predicted - band.observed) for band in bands) / max(rows, 1),
        bands=bands, top_rows=top, top_precision=hits / top, top_lift=hits / top / base if base else None,
    )  # fmt: skip


def auc(outcome: "Numbers", scores: "Numbers") -> float | None:
    """Return how often a row that ended well stands above one that did not; ties count half, None without both."""
    return auc_range(outcome, scores)[0]


def auc_range(outcome: "Numbers", scores: "Numbers") -> tuple[float | None, float | None, float | None]:
    """Return the area under the curve with its range of 95 %, by the placements of DeLong."""
    import numpy as np

    wins, losses = scores[outcome == 1], scores[outcome == 0]
    if not len(wins) or not len(losses):
        return None, None, None
    above = _placements(wins, losses)
    below = 1 - _placements(losses, wins)
    area = float(above.mean())
    spread = sum(float(np.var(part, ddof=1)) / len(part) for part in (above, below) if len(part) > 1)
    # A perfect order has no spread of its own; a few rows still prove little.
    reach = SURE * sqrt(max(spread, area * (1 - area) / len(outcome))) + 1 / (2 * min(len(wins), len(losses)))
    return area, max(0.0, area - reach), min(1.0, area + reach)


def _placements(ours: "Numbers", theirs: "Numbers") -> "Numbers":
    """Return for each of ours the share of theirs below it."""
    import numpy as np

    ranked = np.sort(theirs)
    return (np.searchsorted(ranked, ours, "left") + np.searchsorted(ranked, ours, "right")) / (
        2 * len(theirs)
    )


def _bands(outcome: "Numbers", chances: "Numbers") -> tuple[Band, ...]:
    import numpy as np

    order = np.argsort(chances, kind="stable")
    found = []
    for part in np.array_split(order, min(BANDS, max(len(order) // 10, 1))):
        if len(part):
            hits = int(outcome[part].sum())
            low, high = share_range(hits, len(part))
            found.append(Band(len(part), float(chances[part].mean()), hits / len(part), low, high))
    return tuple(found)


def share_range(hits: int, rows: int) -> tuple[float, float]:
    """Return the range of 95 % of a share, by Wilson."""
    if not rows:
        return 0.0, 1.0
    share, square = hits / rows, SURE**2
    middle = (share + square / (2 * rows)) / (1 + square / rows)
    reach = SURE * sqrt(share * (1 - share) / rows + square / (4 * rows**2)) / (1 + square / rows)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def shares_differ(first: Sequence[int], second: Sequence[int]) -> bool:
    """Say whether two shares (hits, rows) differ beyond chance and by a fifth of the first at least."""
    (a, n), (b, m) = first, second
    if not n or not m:
        return False
    both = (a + b) / (n + m)
    spread = sqrt(both * (1 - both) * (1 / n + 1 / m))
    gap = abs(a / n - b / m)
    return bool(spread and gap / spread > 3 and gap > 0.2 * max(a / n, 0.02))
