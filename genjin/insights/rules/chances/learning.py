"""A line through the features, calibrated on later rows: what it says of a row, how sure, and why."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl
from django.utils.translation import gettext as _

from genjin.insights.rules.chances.columns import Column
from genjin.insights.rules.chances.features import Code, code_of, matrix, spans
from genjin.insights.rules.chances.figures import auc
from genjin.kit.errors import RuleError

if TYPE_CHECKING:
    from genjin.insights.rules.chances.figures import Numbers

STRENGTHS = (0.03, 0.1, 0.3, 1.0)  # of the pull towards nothing, the strongest pull first
WINDOWS = (0.5, 2 / 3, 5 / 6, 1.0)
NO_WORSE = 0.001  # AUC
LIKELY = 1.645  # 90 of 100


@dataclass(frozen=True)
class Model:
    """What was learned. Scores are log odds before calibration; `slope` and `shift` turn them into those that came."""

    codes: tuple[Code, ...]
    weights: "Numbers"
    means: "Numbers"
    base: float
    covariance: "Numbers"
    slope: float = 1.0
    shift: float = 0.0
    shift_spread: float = 0.0

    def scores(self, features: "Numbers") -> "Numbers":
        """Return log odds as learned, before calibration."""
        return (features - self.means) @ self.weights + self.base

    def chances(self, features: "Numbers") -> "Numbers":
        """Return calibrated chances, 0 to 1."""
        return odds(self.slope * self.scores(features) + self.shift)

    def ranges(self, features: "Numbers") -> "tuple[Numbers, Numbers]":
        """Return between what a chance lies in nine of ten cases, by what the rows learned from leave open."""
        import numpy as np

        centred = np.hstack([features - self.means, np.ones((len(features), 1))])
        spread = np.einsum("ij,ij->i", centred @ self.covariance, centred)
        reach = LIKELY * np.sqrt(self.slope**2 * np.maximum(spread, 0) + self.shift_spread)
        middle = self.slope * self.scores(features) + self.shift
        return odds(middle - reach), odds(middle + reach)

    def pulls(self, features: "Numbers") -> "Numbers":
        """Return by row and column how far the column moves the row's log odds away from the average row."""
        import numpy as np

        each = (features - self.means) * (self.weights * self.slope)
        return np.stack([each[:, begin:end].sum(axis=1) for begin, end in spans(self.codes)], axis=1)


def linear_models() -> Any:
    """Return scikit-learn's linear models. Raises RuleError `predict_missing` where it is not installed."""
    try:
        from sklearn import linear_model
    except ImportError:
        sentence = _(
            "Predictions need scikit-learn, which is not installed. Install it: pip install 'genjin[predict]'"
        )
        raise RuleError(sentence, "predict_missing") from None
    return linear_model


def one_thread() -> AbstractContextManager[Any]:
    """Let linear algebra run in one thread: sums in one order, so that the same rows give the same bytes."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def odds(logits: "Numbers") -> "Numbers":
    """Turn log odds into chances."""
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))


def learn(columns: Sequence[Column], outcome: "Numbers", newest: "pl.Series") -> Model:
    """Learn from rows in the order of their time, calibrated on the `newest` of them, which the slope's model never saw.

    The weights then come from all rows; the shift is such that the newest rows' chances add up to what came.
    """
    import numpy as np

    older = pl.int_range(int(newest[0]), eager=True)
    before = [column.taking(older) for column in columns]
    strength = best_strength(before, outcome[: len(older)])
    trial = fit(before, outcome[: len(older)], strength)
    late = outcome[newest[0] :]
    slope = _slope(trial.scores(matrix(trial.codes, [column.taking(newest) for column in columns])), late)
    whole = fit(columns, outcome, strength)
    scores = slope * whole.scores(matrix(whole.codes, [column.taking(newest) for column in columns]))
    shift = _shift(scores, float(np.mean(late)))
    chances = odds(scores + shift)
    known = float((chances * (1 - chances)).sum())
    return replace(whole, slope=slope, shift=shift, shift_spread=1 / max(known, 1.0))


def fit(columns: Sequence[Column], outcome: "Numbers", strength: float) -> Model:
    """Draw the line, without calibration."""
    codes = tuple(code_of(column) for column in columns)
    features = matrix(codes, columns)
    means = features.mean(axis=0)
    weights, base = _line(features - means, outcome, strength)
    return Model(codes, weights, means, base, _covariance(features - means, weights, base, strength))


def best_strength(columns: Sequence[Column], outcome: "Numbers") -> float:
    """Return the strongest pull that ranks later rows about as well as any, each third told by what lay before it."""
    rows = len(outcome)
    cuts = [int(rows * share) for share in WINDOWS]
    totals, pairs = dict.fromkeys(STRENGTHS, 0.0), 0.0
    for cut, end in pairwise(cuts):
        late = outcome[cut:end]
        weight = float(late.sum() * (len(late) - late.sum()))
        if not weight or len(set(outcome[:cut].tolist())) < 2:
            continue
        before, after = ([column.taking(part) for column in columns] for part in _parts(cut, end))
        codes = tuple(code_of(column) for column in before)
        known, asked = matrix(codes, before), matrix(codes, after)
        means = known.mean(axis=0)
        pairs += weight
        for strength in STRENGTHS:
            weights, _base = _line(known - means, outcome[:cut], strength)
            totals[strength] += weight * (auc(late, (asked - means) @ weights) or 0.5)
    best = max(totals.values())
    return next(one for one in STRENGTHS if totals[one] >= best - NO_WORSE * pairs)


def _parts(cut: int, end: int) -> "tuple[pl.Series, pl.Series]":
    return pl.int_range(cut, eager=True), pl.int_range(cut, end, eager=True)


def _slope(scores: "Numbers", outcome: "Numbers") -> float:
    """Return by how much log odds are to be stretched to become those that came."""
    import numpy as np

    if len(set(outcome.tolist())) < 2 or float(np.std(scores)) < 1e-9:
        return 1.0
    weights, _base = _line(scores[:, None], outcome, 10.0)
    return float(np.clip(weights[0], 0.05, 3.0))


def _shift(scores: "Numbers", wanted: float) -> float:
    """Return what is to be added to log odds so that their chances have this mean."""
    low, high = -40.0, 40.0
    for _turn in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if float(odds(scores + middle).mean()) < wanted else (low, middle)
    return (low + high) / 2


def _line(features: "Numbers", outcome: "Numbers", strength: float) -> "tuple[Numbers, float]":
    learner = linear_models().LogisticRegression(C=strength, solver="newton-cholesky", max_iter=200, tol=1e-6)
    learner.fit(features, outcome.astype(int))
    return learner.coef_[0], float(learner.intercept_[0])


def _covariance(centred: "Numbers", weights: "Numbers", base: float, strength: float) -> "Numbers":
    """Return how uncertain weights and base are, by the curvature at the optimum."""
    import numpy as np

    chances = odds(centred @ weights + base)
    wide = np.hstack([centred, np.ones((len(centred), 1))])
    curvature = (wide * (chances * (1 - chances))[:, None]).T @ wide
    pull = np.full(wide.shape[1], 1 / strength)
    pull[-1] = 1e-9
    return np.linalg.pinv(curvature + np.diag(pull), hermitian=True)
