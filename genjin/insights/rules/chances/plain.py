"""A report as JSON has it: kept with a model, printed by the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from genjin.insights.rules.chances.figures import Figures
from genjin.insights.rules.chances.order import By
from genjin.insights.rules.chances.remarks import Remark
from genjin.insights.rules.chances.study import Report

DIGITS = 6
PARTS = ("fit", "calibrate", "test")


def plain(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it."""
    outcome, order = report.outcome, report.order
    closed, positives = outcome.closed, outcome.positives
    return {
        "target": outcome.name, "positive": list(outcome.positive), "negative": list(outcome.negative),
        "rows": report.rows, "closed": closed, "open": report.rows - closed, "positives": positives, "negatives": closed - positives,
        "open_words": dict(outcome.open), "base_rate": rounded(positives / closed) if closed else None,
        "order": {"by": order.by.value, "column": order.column},
        "split": dict(zip(PARTS, (_part(report, place) for place in range(len(report.parts))), strict=False)),
        "reliable": report.is_reliable, "level": report.level.value, "reasons": remarks(report.doubts),
        **figures_plain(report.figures),
        "columns": [{"column": name, "weight": rounded(weight)} for name, weight in report.weights.items()],
        "leakage": {
            "alarm": any(doubt.code == "leakage_alarm" for doubt in report.doubts),
            "left_out": [
                {"column": found.column, "code": found.leak.value, "auc": rounded(found.auc), "message": str(found.leak.label)}
                for found in report.leaks
            ],
        },
        "not_used": [{"column": name, "code": why.value, "message": str(why.label)} for name, why in report.unused.items()],
        "warnings": remarks(report.warnings),
    }  # fmt: skip


def figures_plain(found: Figures | None) -> dict[str, Any]:
    """Return figures as JSON has them; all null where nothing was learned."""
    if found is None:
        names = ("auc", "auc_low", "auc_high", "brier", "brier_base", "calibration_error", "top_tenth")
        return {**dict.fromkeys(names), "calibration": []}
    return {
        "auc": rounded(found.auc), "auc_low": rounded(found.auc_low), "auc_high": rounded(found.auc_high),
        "brier": rounded(found.brier), "brier_base": rounded(found.brier_base), "calibration_error": rounded(found.calibration_error),
        "top_tenth": {"rows": found.top_rows, "precision": rounded(found.top_precision), "lift": rounded(found.top_lift)},
        "calibration": [{name: rounded(value) for name, value in asdict(band).items()} for band in found.bands],
    }  # fmt: skip


def remarks(said: Sequence[Remark]) -> list[dict[str, Any]]:
    """Return remarks as JSON has them."""
    return [{"code": one.code, "details": dict(one.details), "message": one.message} for one in said]


def kept(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plain report without sentences: they are made when it is shown, in the language of who reads it."""
    return {name: _without_message(value) for name, value in report.items()}


def _without_message(value: Any) -> Any:
    if isinstance(value, dict):
        return kept({name: one for name, one in value.items() if name != "message"})
    return [_without_message(one) for one in value] if isinstance(value, list) else value


def rounded(number: float | None) -> float | None:
    """Return a number with as many digits as mean something."""
    return None if number is None else round(number, DIGITS)


def _part(report: Report, place: int) -> dict[str, Any]:
    part = report.parts[place]
    first, last = (_time(report, value) for value in (part.first, part.last))
    return {"rows": part.rows, "positives": part.positives, "from": first, "to": last}


def _time(report: Report, value: float) -> Any:
    if report.order.by is By.TIME:
        return datetime.fromtimestamp(value * 86_400, UTC).date().isoformat()
    return int(value)
