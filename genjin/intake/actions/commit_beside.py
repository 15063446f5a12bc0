"""Letting in a sheet of people, history or tasks, slice by slice like one of customers."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from genjin.intake.actions.beside import Beside
from genjin.intake.actions.deals_in import Deals
from genjin.intake.actions.goods_in import Goods
from genjin.intake.actions.history import History
from genjin.intake.actions.people_in import Persons
from genjin.intake.actions.problems import Tally
from genjin.intake.actions.progress import Stopped
from genjin.intake.actions.slices import Slices
from genjin.intake.actions.tasks_in import Tasks
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import SheetKind

SLICE = {
    SheetKind.CONTACTS: 50,
    SheetKind.FOLLOWUPS: 1000,
    SheetKind.TASKS: 1000,
    SheetKind.PRODUCTS: 1000,
    SheetKind.OPPORTUNITIES: 1000,
}  # rows in one transaction


_KINDS: Mapping[SheetKind, Callable[[ImportBatch, datetime], Beside]] = {
    SheetKind.CONTACTS: Persons, SheetKind.FOLLOWUPS: History, SheetKind.TASKS: Tasks,
    SheetKind.PRODUCTS: Goods, SheetKind.OPPORTUNITIES: Deals,
}  # fmt: skip


def of_kind(batch: ImportBatch, now: datetime) -> Beside:
    """Return what handles the rows of a batch that are no customers."""
    return _KINDS[batch.kind](batch, now)


def write_beside(batch: ImportBatch, slices: Slices, on_progress: Callable[[int, int], None]) -> None:
    """Write all slices of a batch, each in one transaction that also moves its cursor. Raises Stopped."""
    now = batch.committed_at or timezone.now()
    rows, tally = of_kind(batch, now), Tally.of(batch)
    while (part := slices.next(SLICE[batch.kind])) is not None:
        with transaction.atomic():
            row = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if row.status != ImportBatch.Status.RUNNING:
                raise Stopped
            checked = rows.check(part)
            rows.write(checked, now)
            tally.keep(batch.pk, tally.add(checked))
            ImportBatch.objects.filter(pk=batch.pk).update(
                written=row.written + checked.counts["created"], cursor=part.rows.numbers[-1], told_at=timezone.now(),
                phase=ImportBatch.Phase.WRITING, phase_done=slices.place, phase_total=slices.total, **tally.stored,
            )  # fmt: skip
        on_progress(slices.place, slices.total)
