"""What an import says at its end: figures, the first problems, and files with all of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from genjin.intake.actions.sheets import write_errors
from genjin.intake.models import ImportBatch
from genjin.kit.sheets.writer import write_csv

LISTED = 1000
HEADER = ("row", "column", "code", "value", "message", "level", "match_id", "match_name")


def summary(batch: ImportBatch, *, is_dry_run: bool) -> dict[str, Any]:
    """Return what `genjin import --json` prints, without the seconds."""
    names = ("rows", "created", "updated", "duplicates", "rejected", "warnings")
    problems = batch.problems.values("row", "column", "code", "value", "message")
    return {
        "batch": batch.pk,
        **{name: batch.counts.get(name, 0) for name in names},
        "problems": list(problems[:LISTED]),
        "error_file": str(error_file(batch) or ""),
        "dry_run": is_dry_run,
    }


def error_file(batch: ImportBatch) -> Path | None:
    """Write the rows left out or found known already, the reason beside each, into the data folder."""
    if not batch.problems.filter(level__in=["rejected", "same"]).exists():
        return None
    folder = Path(settings.HOME, "import-problems")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"import-{batch.pk}.xlsx"
    write_errors(batch, path)
    path.chmod(0o600)
    return path


def write_report(batch: ImportBatch, path: Path) -> None:
    """Write every problem and match as CSV, the best match of a row first."""
    write_csv(path, HEADER, _rows(batch))


def _rows(batch: ImportBatch) -> Iterator[tuple[Any, ...]]:
    yield from batch.problems.values_list(*HEADER).iterator(chunk_size=5000)


def lines(found: Mapping[str, Any]) -> list[str]:
    """Return the figures in words."""
    words = {
        "rows": _("Rows read"),
        "created": _("New customers"),
        "updated": _("Updated customers"),
        "duplicates": _("Known already, left out"),
        "rejected": _("Cannot be read, left out"),
        "warnings": _("Came in, please check"),
    }
    said = [f"{words[name]}: {found.get(name, 0):,}" for name in words]
    if found.get("batch"):
        said.insert(0, _("Import %(batch)s") % {"batch": found["batch"]})
    if found.get("error_file"):
        said.append(_("Rows left out: %(path)s") % {"path": found["error_file"]})
    return said
