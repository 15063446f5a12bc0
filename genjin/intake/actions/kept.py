"""The table of a batch: what the first look read out of the file, kept until the batch is over."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.conf import settings

from genjin.accounts.rules import new_secret
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import ALL_HEADERS
from genjin.kit.sheets.reader import OnProgress, ReadLimits, SheetFile, Table, look_into, read_table

KEPT_FOR = timedelta(days=2)
_KEPT = Path(settings.HOME, "cache", "imports")


@contextmanager
def local_copy(batch: ImportBatch) -> Iterator[Path]:
    """Give the batch's file as a local path for as long as the block runs, wherever it is stored."""
    with TemporaryDirectory(prefix="genjin-import-") as folder:
        path = Path(folder, "sheet")
        with batch.file.open("rb") as source, path.open("wb") as copy:
            for chunk in source.chunks():
                copy.write(chunk)
        yield path


@contextmanager
def opened(batch: ImportBatch, on_progress: OnProgress | None = None) -> Iterator[pl.LazyFrame]:
    """Give the batch's table as its options say, every cell a text, not yet read from the disk.

    It comes from what the first look kept, if that is there; else the file is read again.
    """
    kept = _kept_table(batch)
    if kept.exists():
        yield pl.scan_ipc(kept)
        return
    with local_copy(batch) as path:
        out = path.with_suffix(".arrow")
        limits = ReadLimits(on_progress=on_progress)
        read_table(path, out=out, known_headers=ALL_HEADERS, limits=limits, **_choice(batch))
        yield pl.scan_ipc(out)


def look_and_keep(batch: ImportBatch, on_progress: OnProgress | None = None) -> tuple[SheetFile, Table]:
    """Read the batch's file for the first time and keep its table. Raises ValueRefused with the reader's sentence."""
    kept = _kept_table(batch)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with local_copy(batch) as path:
        out = path.with_suffix(".arrow")
        limits = ReadLimits(on_progress=on_progress)
        found = look_into(path, out=out, known_headers=ALL_HEADERS, limits=limits, **_choice(batch))
        whole = kept.with_suffix(f".{new_secret(6)}")
        shutil.move(out, whole)
        whole.rename(kept)
    return found


def _choice(batch: ImportBatch) -> dict[str, Any]:
    return {"sheet": batch.options.get("sheet"), "header_row": batch.options.get("header_row")}


def _kept_table(batch: ImportBatch) -> Path:
    """Where the table of the first look lies; a cache, so that it is in no backup and may be missing."""
    chosen = hashlib.sha256(json.dumps([batch.file.name, _choice(batch)]).encode()).hexdigest()
    return _KEPT / f"{chosen}.arrow"


def forget_table(batch: ImportBatch) -> None:
    """Remove the kept table of a batch that is over."""
    _kept_table(batch).unlink(missing_ok=True)


def forget_old_tables(now: datetime) -> int:
    """Remove tables kept for two days, of sheets nobody went on with; returns how many."""
    old = [path for path in _KEPT.glob("*") if path.stat().st_mtime < (now - KEPT_FOR).timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
