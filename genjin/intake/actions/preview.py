"""Checking a whole batch for its preview: exact, slice by slice, in memory that hardly grows with the rows."""

from collections.abc import Callable

import polars as pl
from django.db import transaction
from django.utils import timezone

from genjin.accounts.queries import local_day
from genjin.customers.rules.identity import Named
from genjin.intake.actions.check import Checked, People, compare_slice, placement_of
from genjin.intake.actions.commit_beside import of_kind
from genjin.intake.actions.kept import opened
from genjin.intake.actions.problems import Tally, forget_findings
from genjin.intake.actions.progress import Stopped, Teller, alone_with, reading
from genjin.intake.actions.slices import Slice, Slices
from genjin.intake.actions.updates import Updates
from genjin.intake.actions.upload import check_mapping, look
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import SheetKind
from genjin.intake.rules.known import EarlierPlaces
from genjin.intake.rules.sense import doubtful
from genjin.kit.errors import RuleError, ValueRefused

SLICE = 4096
LOOKED_AT_FOR_SENSE = 40_960  # rows; what contradicts itself in a longer sheet is found after it came in
WAIT = 30  # seconds for an older check to notice that the options changed
Status = ImportBatch.Status


def preview_batch(
    batch_id: int, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> ImportBatch:
    """Look into a batch if nobody has yet, check it, and keep what was found for the preview page."""
    with alone_with(batch_id, wait=WAIT) as alone:
        batch = ImportBatch.objects.select_related("created_by").get(pk=batch_id)
        if alone and batch.status == Status.CHECKING:
            try:
                _preview(batch, on_progress)
            except Stopped:
                pass
            except (RuleError, ValueRefused) as refusal:
                _unless_stopped(batch, status=Status.FAILED, problem=refusal.message)
    return ImportBatch.objects.select_related("created_by").get(pk=batch_id)


def _preview(batch: ImportBatch, on_progress: Callable[[int, int], None]) -> None:
    if not batch.shape:
        tell = reading(batch)
        tell(0)
        look(batch, tell.share)
        _unless_stopped(batch, shape=batch.shape, counts=batch.counts, options=batch.options)
    check_mapping(batch.options["mapping"], batch.shape["columns"], batch.kind)
    if batch.kind == SheetKind.CUSTOMERS:
        placement_of(batch)
    tell = Teller(batch, ImportBatch.Phase.CHECKING, batch.shape["rows"])
    tell(0)
    with opened(batch, reading(batch).share) as table:
        forget_findings(batch.pk)
        tally, slices = Tally(), Slices(batch, table, reading(batch).still)
        look_at = _customers(batch, slices, tally) if batch.kind == SheetKind.CUSTOMERS else _beside(batch)
        while (part := slices.next(SLICE)) is not None:
            checked = look_at(part)
            with transaction.atomic():
                tally.keep(batch.pk, tally.add(checked))
            tell(slices.place)
            on_progress(slices.place, slices.total)
    _unless_stopped(batch, status=Status.READY, total=tally.counts["created"], phase="", **tally.stored)


def _beside(batch: ImportBatch) -> Callable[[Slice], Checked]:
    return of_kind(batch, timezone.now()).check


def _customers(batch: ImportBatch, slices: Slices, tally: Tally) -> Callable[[Slice], Checked]:
    people, names, updates = People(batch), _Names(), Updates(batch)
    earlier = EarlierPlaces(slices.total, names.at)

    def look_at(part: Slice) -> Checked:
        people.name(part)
        names.add(part)
        checked = compare_slice(batch, part, [earlier])
        if slices.place <= LOOKED_AT_FOR_SENSE:
            rows = part.rows
            rows.findings.extend(doubtful(rows.values, rows.numbers, local_day(batch.created_at)))
        if checked.met:
            updates.look(checked, tally.changes)
        return checked

    return look_at


def _unless_stopped(batch: ImportBatch, **values: object) -> None:
    """Store what was found, unless the batch was cancelled or its options changed meanwhile. Raises Stopped."""
    still = ImportBatch.objects.filter(pk=batch.pk, status=Status.CHECKING, attempt=batch.attempt)
    if not still.update(**values):
        raise Stopped


class _Names:
    """What the rows of a sheet are called, as three compact columns."""

    def __init__(self) -> None:
        self._parts: list[tuple[pl.Series, pl.Series, pl.Series]] = []

    def add(self, part: Slice) -> None:
        values = part.rows.values
        self._parts.append(
            (
                pl.Series(part.rows.numbers, dtype=pl.UInt32),
                pl.Series([row.get("name") for row in values], dtype=pl.String),
                pl.Series([row.get("credit_code", "") for row in values], dtype=pl.String),
            )
        )

    def at(self, place: int) -> tuple[int, Named]:
        numbers, names, codes = self._parts[place // SLICE]
        at = place % SLICE
        return numbers[at], Named(names[at], codes[at])
