"""An export as a file: the sheets of its list, streamed, with who took it and when in head, foot and every row."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.intake.models import Export
from genjin.intake.queries.outgoing import OUTGOING
from genjin.intake.queries.outgoing.shape import (
    FORMATS,
    WIDTHS,
    Heading,
    Lines,
    Outgoing,
    Reader,
    chunks_of,
)
from genjin.intake.rules.outgoing import MARK, refuse_size
from genjin.kit.sheets.writer import SheetOut, Value, write_csv, write_xlsx

MARK_WIDTH = 30
Told = Callable[[int, int], None]


class CancelledError(Exception):
    """Somebody pressed cancel while rows were written."""


@dataclass(slots=True)
class _Tally:
    """Counts the lines of an export on all its sheets as they are written, and tells how many."""

    row: Export
    on_progress: Told
    done: int = 0

    def add(self, count: int) -> None:
        """Add lines. Raises CancelledError, RuleError `export_too_large`."""
        self.done += count
        refuse_size(self.done)
        running = Export.objects.filter(pk=self.row.pk, status=Export.Status.RUNNING)
        if not running.update(rows=self.done):
            raise CancelledError
        self.on_progress(self.done, self.row.total)


def write_export(row: Export, path: Path, ids: "array[int]", on_progress: Told, *, now: datetime) -> int:
    """Write the file of an export that runs; returns how many rows hold contact data in full.

    A workbook also holds what belongs to the rows, on further sheets. Raises CancelledError, RuleError
    `export_too_large`, OSError.
    """
    outgoing = OUTGOING[row.what]
    reader = Reader(row.by, row.is_unmasked, now, mark_of(row, now))
    lines, headings = outgoing.lines(reader, row.columns), outgoing.headings(row.columns)
    tally = _Tally(row, on_progress)
    stream, written = _stream(tally, lines, ids), [lines]
    if row.format == Export.Format.CSV:
        write_csv(path, _labels(headings), stream)
        return lines.unmasked_rows
    note = _("Exported by %(name)s (%(login)s) at %(time)s. Confidential.") % {
        "name": row.by.name, "login": row.by.username, "time": timezone.localtime(now).strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip
    sheets = [_sheet(outgoing, headings, stream, note)]
    for part in outgoing.beneath():
        other = part[0]
        keys = other.chosen(())
        written.append(other.lines(reader, keys))
        below = _beneath(tally, part, written[-1], ids)
        sheets.append(_sheet(other, other.headings(keys), below, note))
    write_xlsx(path, sheets)
    return sum(one.unmasked_rows for one in written)


def mark_of(row: Export, now: datetime) -> str:
    """Return who took a sheet and when, as it stands in every row."""
    moment = timezone.localtime(now, timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M")
    return f"{row.by.name} {row.by.username} {moment} #{row.pk}"


def _labels(headings: Sequence[Heading]) -> list[str]:
    return [*(heading.label for heading in headings), MARK]


def _sheet(
    outgoing: Outgoing, headings: Sequence[Heading], stream: Iterator[list[Value]], note: str
) -> SheetOut:
    kinds = [heading.kind for heading in headings]
    return SheetOut(
        str(outgoing.words), _labels(headings), stream, widths=[*(WIDTHS[kind] for kind in kinds), MARK_WIDTH], note=note, page_mark=note,
        formats={at: FORMATS[kind] for at, kind in enumerate(kinds) if kind in FORMATS},
    )  # fmt: skip


def _stream(tally: _Tally, lines: Lines, ids: "array[int]") -> Iterator[list[Value]]:
    for chunk in chunks_of(ids):
        found = lines.of(chunk)
        yield from found
        tally.add(len(found))


def _beneath(
    tally: _Tally, part: tuple[Outgoing, str], lines: Lines, ids: "array[int]"
) -> Iterator[list[Value]]:
    """Yield the lines of what belongs to rows, in the order of those rows."""
    outgoing, link = part
    for chunk in chunks_of(ids):
        place = {pk: at for at, pk in enumerate(chunk)}
        found = outgoing.seen(tally.row.by).filter(**{f"{link}__in": chunk}).values_list("pk", f"{link}_id")
        keys = [pk for pk, _above in sorted(found, key=lambda pair: place[pair[1]])]
        yield from _stream(tally, lines, array("q", keys))
