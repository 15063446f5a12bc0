"""What `genjin predict` reads, says and writes: tables in, a report in words or JSON, chances as CSV."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from django.utils.translation import gettext as _

from genjin.insights.rules.chances.figures import Figures
from genjin.insights.rules.chances.plain import rounded
from genjin.insights.rules.chances.study import Chance, Report
from genjin.insights.rules.chances.trust import Level
from genjin.kit.sheets.reader import read_table
from genjin.kit.sheets.table import ROW
from genjin.kit.sheets.writer import Value, write_csv

WORDS = 6
ADDED = ("chance", "chance_low", "chance_high", "level", "reason_1", "reason_2", "reason_3")


def table_of(path: Path, sheet: str | None = None) -> pl.DataFrame:
    """Read a sheet as texts. Raises ValueRefused as the reader of sheets does."""
    with TemporaryDirectory(prefix="genjin-predict-") as folder:
        out = Path(folder, "table.arrow")
        read_table(path, out=out, sheet=sheet)
        return pl.read_ipc(out.read_bytes()).drop(ROW, strict=False)


def lines(report: Report) -> Iterator[str]:
    """Yield a report in words."""
    outcome, found = report.outcome, report.figures
    closed, positives = outcome.closed, outcome.positives
    yield _("%(rows)d rows: %(yes)d ended well (%(words)s), %(no)d did not (%(others)s), %(open)d are open.") % {
        "rows": report.rows, "yes": positives, "no": closed - positives, "open": report.rows - closed,
        "words": "、".join(outcome.positive), "others": "、".join(outcome.negative),
    }  # fmt: skip
    if outcome.open:
        words = "、".join(f"{word} ({rows})" for word, rows in outcome.open[:WORDS])
        yield _("Taken for open, neither one nor the other: %(words)s.") % {"words": words}
    yield from _result_lines(report)
    if found is not None:
        yield from figure_lines(found)
    if report.weights:
        names = "、".join(list(report.weights)[:5])
        yield _("Columns that decide most: %(columns)s.") % {"columns": names}
    for leak in report.leaks:
        yield _("Left out: %(column)s, %(why)s.") % {"column": leak.column, "why": leak.leak.label}
    for name, why in report.unused.items():
        yield _("Not used: %(column)s, %(why)s.") % {"column": name, "why": why.label}
    for warning in report.warnings:
        yield _("Please note: %(sentence)s") % {"sentence": warning.message}


def _result_lines(report: Report) -> Iterator[str]:
    if not report.is_reliable:
        yield _("Not reliable: no chances are shown.")
        yield from (f"  {doubt.message}" for doubt in report.doubts)
        if any(doubt.code == "leakage_alarm" for doubt in report.doubts):
            yield _("  Columns are left out by --without COLUMN.")
    elif report.level is Level.WEAK:
        yield _("Weak: chances order rows a little better than the base rate; do not decide on them alone.")
    else:
        yield _("Strong: chances order rows well.")


def figure_lines(found: Figures) -> Iterator[str]:
    """Yield figures in words."""
    yield _("On the newest %(rows)d rows, which nobody learned from (%(share)s ended well):") % {
        "rows": found.rows, "share": f"{found.base_rate:.1%}",
    }  # fmt: skip
    if found.auc is not None:
        yield f"  AUC {found.auc:.3f} ({found.auc_low:.3f} - {found.auc_high:.3f})"
    yield _("  Brier %(brier)s; saying the base rate to everybody gives %(base)s") % {
        "brier": f"{found.brier:.4f}", "base": f"{found.brier_base:.4f}",
    }  # fmt: skip
    yield _("  Top tenth: %(share)s ended well, %(lift)s times the base rate") % {
        "share": f"{found.top_precision:.1%}", "lift": f"{found.top_lift or 0:.1f}",
    }  # fmt: skip
    yield _("  Chance said -> what came (rows):")
    for band in found.bands:
        yield f"    {band.predicted:6.1%} -> {band.observed:6.1%} ({band.low:.1%} - {band.high:.1%}; {band.rows})"


def write_chances(path: Path, asked: pl.DataFrame, chances: Sequence[Chance | None], report: Report) -> None:
    """Write rows with their chances as CSV; where they are not reliable, the chances stay empty."""
    write_csv(path, (*asked.columns, *ADDED), _rows(asked, chances, report.level.value))


def _rows(asked: pl.DataFrame, chances: Sequence[Chance | None], level: str) -> Iterator[tuple[Value, ...]]:
    for row, told in zip(asked.iter_rows(), chances, strict=True):
        if told is None:
            yield (*row, None, None, None, level, None, None, None)
            continue
        why = [reason.sentence for reason in told.reasons]
        numbers = (rounded(told.chance), rounded(told.low), rounded(told.high))
        yield (*row, *numbers, level, *([*why, "", "", ""])[:3])
