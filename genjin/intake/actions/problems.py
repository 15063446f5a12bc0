"""What there is to say about a batch: findings as they come, figures and the report of each column."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection

from genjin.intake.actions.check import COUNTED, Checked
from genjin.intake.models import ImportBatch, ImportProblem
from genjin.intake.rules.rows import ColumnReport, Finding, merge_reports

LISTED_PROBLEMS = 3_000_000  # of a batch; all are counted
_COPY = (
    'COPY intake_importproblem (batch_id, row, "column", code, value, message, level, match_id, match_name)'
    " FROM STDIN"
)


@dataclass(slots=True)
class Tally:
    """The figures of a batch so far, with the report of each column; kept with the batch, so that it can go on."""

    counts: Counter[str] = field(default_factory=Counter)
    reports: list[ColumnReport] = field(default_factory=list)
    listed: int = 0
    changes: dict[str, Any] = field(default_factory=dict)  # by field: how many, and a few examples

    @classmethod
    def of(cls, batch: ImportBatch) -> "Tally":
        """Return the figures a batch carries."""
        reports = [ColumnReport(**known) for known in batch.preview.get("columns", [])]
        for report in reports:
            report.examples = {
                kind: [(old, new) for old, new in shown] for kind, shown in report.examples.items()
            }
        kept = batch.preview
        return cls(Counter(batch.counts), reports, kept.get("listed", 0), kept.get("changes", {}))

    def add(self, checked: Checked) -> list[Finding]:
        """Count a slice; returns its findings in the order of rows."""
        self.counts += checked.counts
        rows = checked.slice.rows
        self.counts["warnings"] += sum(found.level in {"warning", "similar"} for found in rows.findings)
        self.reports = merge_reports(self.reports, rows.reports)
        return sorted(rows.findings, key=lambda found: found.row)

    def keep(self, batch_id: int, findings: Sequence[Finding]) -> None:
        """Store the findings of a slice, as far as there is room."""
        shown = findings[: max(0, LISTED_PROBLEMS - self.listed)]
        self.listed += len(shown)
        copy_findings(batch_id, shown)

    @property
    def stored(self) -> dict[str, Any]:
        """What a batch's row carries of it."""
        counts = dict.fromkeys(COUNTED, 0) | dict(self.counts)
        columns = [asdict(report) for report in self.reports]
        preview: dict[str, Any] = {"columns": columns, "listed": self.listed}
        return {"counts": counts, "preview": preview | ({"changes": self.changes} if self.changes else {})}


def copy_findings(batch_id: int, findings: Iterable[Finding]) -> None:
    """Store findings of a batch."""
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for found in findings:
            copy.write_row(
                (batch_id, found.row, found.column[:120], found.code, found.value.replace("\0", ""), found.message,
                 found.level, found.match_id, found.match_name[:200])
            )  # fmt: skip


def forget_findings(batch_id: int) -> None:
    """Remove what an earlier check found."""
    ImportProblem.objects.filter(batch=batch_id).delete()
