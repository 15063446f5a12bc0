"""Reads workbooks and text tables; the work is done by a child process under limits."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genjin.kit.sheets import messages

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
TOLD_EVERY = 0.25  # seconds
KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH")


type OnProgress = Callable[
    [float], None
]  # told the share that is read, 0 to 1; what it raises stops the reading


@dataclass(frozen=True)
class ReadLimits:
    """What one file may cost: address space in bytes, processor and wall time in seconds; who is told meanwhile."""

    memory_bytes: int = 3 << 30
    cpu_seconds: int = 600
    wall_seconds: float = 900
    on_progress: OnProgress | None = None


@dataclass(frozen=True)
class SheetInfo:
    """A sheet of a workbook; `rows` and `columns` span the filled area, 0 when it is empty."""

    name: str
    is_hidden: bool
    is_chart: bool
    rows: int
    columns: int

    @property
    def is_empty(self) -> bool:
        return self.rows == 0


@dataclass(frozen=True)
class SheetFile:
    """A file by its content: `kind` is xlsx, xlsb, ods, xls or text; the rest is None for workbooks."""

    kind: str
    encoding: str | None
    delimiter: str | None
    sheets: tuple[SheetInfo, ...]


@dataclass(frozen=True)
class OddRow:
    """A row of a text file with another number of cells than the table; `extra` are those beyond it."""

    row: int
    cells: int
    extra: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """Something left out or changed while reading, by code with the details of its sentence."""

    code: str
    details: Mapping[str, str | int]

    @property
    def sentence(self) -> str:
        return messages.note(self.code, self.details)


@dataclass(frozen=True)
class Table:
    """A table in the Arrow file `path`: texts by `columns`, and `__row__`, the row's number in the file.

    `header_row` is 1-based, 0 where there is none; `sample` are the first 20 rows in the order of
    `columns`; `odd_rows` are the first 1,000 of `odd_count`.
    """

    path: Path
    sheet: str
    columns: tuple[str, ...]
    header_row: int
    rows: int
    sample: tuple[tuple[str | None, ...], ...]
    odd_rows: tuple[OddRow, ...]
    odd_count: int
    notes: tuple[Note, ...]


def inspect_sheet_file(path: Path, *, limits: ReadLimits | None = None) -> SheetFile:
    """Describe a file and its sheets.

    Raises ValueRefused: sheet_empty, sheet_no_table, sheet_unknown_kind, sheet_html, sheet_damaged,
    sheet_password, sheet_entities, sheet_too_heavy, sheet_open_quote.
    """
    return _as_file(_run({"operation": "inspect", "path": str(path.resolve())}, limits or ReadLimits()))


def _as_file(answer: dict[str, Any]) -> SheetFile:
    return SheetFile(**{**answer, "sheets": tuple(SheetInfo(**sheet) for sheet in answer["sheets"])})


def read_table(
    path: Path,
    *,
    out: Path,
    sheet: str | None = None,
    header_row: int | None = None,
    known_headers: frozenset[str] = frozenset(),
    limits: ReadLimits | None = None,
) -> Table:
    """Write one sheet's table to the Arrow file `out`, every cell as text, and describe it.

    `sheet` None takes the first visible sheet with cells; `header_row` is 1-based, 0 = no header, None =
    find it; `known_headers` are words as `header.header_key` gives them. Raises ValueRefused as
    inspect_sheet_file does, and sheet_unknown, sheet_header_row, sheet_too_wide.
    """
    request = _wish(path, out, sheet=sheet, header_row=header_row, known_headers=known_headers)
    return _as_table(out, _run({"operation": "read", **request}, limits or ReadLimits()))


def look_into(
    path: Path,
    *,
    out: Path,
    sheet: str | None = None,
    header_row: int | None = None,
    known_headers: frozenset[str] = frozenset(),
    limits: ReadLimits | None = None,
) -> tuple[SheetFile, Table]:
    """Describe a file and read one of its sheets, as the two above do, opening it once."""
    request = _wish(path, out, sheet=sheet, header_row=header_row, known_headers=known_headers)
    answer = _run({"operation": "look", **request}, limits or ReadLimits())
    return _as_file(answer["file"]), _as_table(out, answer["table"])


def _wish(path: Path, out: Path, *, known_headers: frozenset[str], **wish: Any) -> dict[str, Any]:
    places = {"path": str(path.resolve()), "out": str(out.resolve())}
    return {**places, **wish, "known_headers": sorted(known_headers)}


def _as_table(out: Path, answer: dict[str, Any]) -> Table:
    return Table(
        path=out,
        sheet=answer["sheet"],
        columns=tuple(answer["columns"]),
        header_row=answer["header_row"],
        rows=answer["rows"],
        sample=tuple(tuple(row) for row in answer["sample"]),
        odd_rows=tuple(OddRow(row["row"], row["cells"], tuple(row["extra"])) for row in answer["odd_rows"]),
        odd_count=answer["odd_count"],
        notes=tuple(Note(note["code"], note["details"]) for note in answer["notes"]),
    )


def _run(request: dict[str, Any], limits: ReadLimits) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="genjin-sheet-") as folder:
        request_path, answer_path = Path(folder, "request.json"), Path(folder, "answer.json")
        costs = {"memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds}
        places = {"answer": str(answer_path), "progress": str(Path(folder, "progress"))}
        request_path.write_text(json.dumps({**request, **costs, **places}), "utf-8")
        try:
            code = _wait_for_child(request_path, limits)
        except subprocess.TimeoutExpired as error:
            raise messages.refusal("sheet_too_heavy", {}) from error
        if not answer_path.exists():
            raise messages.refusal(_cause(code, Path(folder, "stderr")), {})
        result = json.loads(answer_path.read_text("utf-8"))
    if "refused" in result:
        raise messages.refusal(result["refused"], result["details"])
    answer: dict[str, Any] = result["answer"]
    return answer


def _cause(exit_code: int, errors: Path) -> str:
    # 1 is Python's exit after an exception: the reader stumbled over the content, it was not killed.
    if exit_code != 1:
        return "sheet_too_heavy"
    log.warning("a sheet could not be read: %s", errors.read_bytes()[-2000:].decode("utf-8", "replace"))
    return "sheet_damaged"


def _wait_for_child(request_path: Path, limits: ReadLimits) -> int:
    # The child reads what strangers wrote: it gets no database address, no key, nothing but this.
    environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "POLARS_MAX_THREADS": "2"}
    command = [sys.executable, "-P", "-m", "genjin.kit.sheets.child", str(request_path)]
    with (request_path.parent / "stderr").open("wb") as errors:
        child = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            return _watch(child, request_path, limits)
        finally:
            child.kill()
            child.wait()


def _watch(child: "subprocess.Popen[bytes]", request_path: Path, limits: ReadLimits) -> int:
    if limits.on_progress is None:
        return child.wait(limits.wall_seconds)
    ends = time.monotonic() + limits.wall_seconds
    source = Path(json.loads(request_path.read_text("utf-8"))["path"])
    while True:
        try:
            return child.wait(TOLD_EVERY)
        except subprocess.TimeoutExpired:
            if time.monotonic() > ends:
                raise
        limits.on_progress(_share(child.pid, request_path.parent / "progress", source))


def _share(pid: int, told: Path, source: Path) -> float:
    """Return how much is read: up to a half while the sheet is parsed, then by the rows told."""
    with suppress(OSError, ValueError):
        row, rows = map(int, told.read_text("ascii").split())
        return 0.5 + 0.5 * min(row / rows, 1) if rows else 0.5
    return 0.5 * min(_position(pid, source) / max(source.stat().st_size, 1), 1)


def _position(pid: int, source: Path) -> int:
    """Return how far into its file the child is, as far as the system tells."""
    with suppress(OSError, ValueError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            if link.readlink() == source:
                return int(Path(f"/proc/{pid}/fdinfo/{link.name}").read_text("ascii").split()[1])
    return 0
