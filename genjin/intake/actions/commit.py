"""Letting a checked batch in, slice by slice, so that it can be watched, cancelled, resumed and taken back."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer
from genjin.customers.queries.scores import current_rules
from genjin.events.actions import enqueue, record
from genjin.intake.actions.attach import attach_needs
from genjin.intake.actions.check import Checked, People, compare_slice, placement_of
from genjin.intake.actions.commit_beside import write_beside
from genjin.intake.actions.kept import forget_table, opened
from genjin.intake.actions.measured import measure_filled_tables
from genjin.intake.actions.parents import settle_parents
from genjin.intake.actions.problems import Tally, forget_findings
from genjin.intake.actions.progress import Stopped, Teller, alone_with, rarely_collecting, reading
from genjin.intake.actions.slices import Slices
from genjin.intake.actions.updates import UPDATE_CHUNK, Updates
from genjin.intake.actions.upload import check_mapping
from genjin.intake.actions.write import Chunk, Run, new_ids, prepare_chunk, write_chunk
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import SheetKind
from genjin.intake.rules.known import EarlierRows
from genjin.intake.rules.modes import Mode
from genjin.kit.errors import RuleError, ValueRefused
from genjin.notices.actions import Telling, tell, tell_many
from genjin.notices.rules import NoticeKind

CHUNK = 4000  # rows of a sheet written in one transaction, at most
SMALLEST_CHUNK = 250
CHUNK_SECONDS = 0.6  # what a transaction should take, so that others hardly wait and progress is seen to move
Status = ImportBatch.Status
OnProgress = Callable[[int, int], None]


@transaction.atomic
def request_commit(
    actor: User, batch: ImportBatch, *, now: datetime, in_background: bool = True
) -> ImportBatch:
    """Say that a batch shall come in; the worker writes it unless the caller does. Raises RuleError `import_not_ready` (409)."""
    require(actor, Right.IMPORT)
    changed = (
        ImportBatch.objects.visible_to(actor)
        .filter(pk=batch.pk, status=Status.READY)
        .update(status=Status.RUNNING, committed_at=now, phase="", phase_done=0, phase_total=0)
    )
    if not changed:
        raise RuleError(_("This import is not ready, or already on its way."), "import_not_ready", status=409)
    if in_background:
        enqueue("intake.commit", batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def cancel_import(actor: User, batch: ImportBatch, *, now: datetime) -> ImportBatch:
    """Stop a batch; rows already in stay until they are taken back. Raises RuleError `import_not_running`."""
    require(actor, Right.IMPORT)
    changed = (
        ImportBatch.objects.visible_to(actor)
        .filter(pk=batch.pk, status__in=[Status.CHECKING, Status.READY, Status.RUNNING, Status.FAILED])
        .update(status=Status.CANCELLED, finished_at=now)
    )
    if not changed:
        raise RuleError(_("This import is over already."), "import_not_running", status=409)
    record(actor, "import.cancelled", at=now, subject_id=batch.pk)
    batch.refresh_from_db()
    return batch


def commit_batch(
    batch_id: int,
    *,
    unseen: bool = False,
    on_progress: OnProgress = lambda _done, _total: None,
) -> ImportBatch:
    """Write a running batch from where it stopped; a second run at the same time does nothing.

    `unseen` lets a batch in that nobody looked at in a preview: the check is made once instead of twice.

    The check is made again, against the database as it is now. Each chunk is one transaction that also moves
    the cursor, the figures and the findings, so that a kill at any moment loses and doubles nothing: rows of
    the sheet that are in already are known by their keys like all others.
    """
    with alone_with(batch_id) as alone:
        if alone and unseen:
            ImportBatch.objects.filter(pk=batch_id, status=Status.CHECKING).update(
                status=Status.RUNNING, committed_at=timezone.now()
            )
        batch = ImportBatch.objects.select_related("created_by").get(pk=batch_id)
        if alone and batch.status == Status.RUNNING:
            try:
                with rarely_collecting():
                    _commit(batch, on_progress)
            except Stopped:
                pass
            except (RuleError, ValueRefused) as refusal:
                _fail(batch, refusal.message, timezone.now())
    return ImportBatch.objects.select_related("created_by").get(pk=batch_id)


def _commit(batch: ImportBatch, on_progress: OnProgress) -> None:
    require(batch.created_by, Right.IMPORT)  # asked again when it runs
    check_mapping(batch.options["mapping"], batch.shape["columns"], batch.kind)
    run = None
    if batch.kind == SheetKind.CUSTOMERS:
        moment = batch.committed_at or timezone.now()
        run = Run(batch.pk, batch.created_by, placement_of(batch), current_rules(), moment)
    with opened(batch, reading(batch).share) as table:
        if not batch.cursor:
            forget_findings(batch.pk)
            changes = batch.preview.get("changes")
            batch.counts, batch.preview = {}, {"changes": changes} if changes else {}
        slices = Slices(batch, table, reading(batch).still)
        Teller(batch, ImportBatch.Phase.WRITING, slices.total)(slices.place)
        if run is None:
            write_beside(batch, slices, on_progress)
            return _finish(batch.pk)
        with ThreadPoolExecutor(1) as ahead:
            _Commit(batch, run, slices, ahead).run(on_progress)
        if "parent" in batch.options["mapping"].values():
            settle_parents(batch)
        return _finish(batch.pk)


class _Commit:
    """One run through the slices of a batch. While the database writes one, a thread lays out and reads the next."""

    def __init__(self, batch: ImportBatch, run: Run, slices: Slices, ahead: ThreadPoolExecutor) -> None:
        self._batch, self._run, self._slices, self._ahead = batch, run, slices, ahead
        self._total = slices.total
        self._tally, self._people = Tally.of(batch), People(batch)
        self._updates = Updates(batch)
        is_updating = batch.mode != Mode.CREATE
        self._largest = min(CHUNK, UPDATE_CHUNK) if is_updating else CHUNK
        self._size = min(self._largest, SMALLEST_CHUNK * 4)

    def run(self, on_progress: OnProgress) -> None:
        """Write all slices. Raises Stopped when the batch was cancelled meanwhile."""
        following = self._soon(self._slices.next, self._size)
        before = EarlierRows()  # of the slice that is being written while the next one is compared
        waiting: tuple[Checked, Future[Chunk]] | None = None
        while True:
            part = following.result()
            if part is not None:
                self._people.name(part)
                rows = EarlierRows()
                checked = compare_slice(self._batch, part, [before, rows])
                ids = new_ids(len(checked.accepted))
                chunk = self._soon(prepare_chunk, self._run, checked, ids)
                following, before = self._soon(self._slices.next, self._size), rows
            if waiting is not None:
                self._write(waiting[0], waiting[1].result())
                done = waiting[0].slice.place + len(waiting[0].slice.rows.numbers)
                on_progress(done, self._total)
            if part is None:
                return
            waiting = checked, chunk

    def _soon[**P, R](self, deed: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        return self._ahead.submit(partial(copy_context().run, deed, *args, **kwargs))

    def _write(self, checked: Checked, chunk: Chunk) -> None:
        """Write one slice, move the batch's cursor behind it, and choose how large the next ones are."""
        began = time.monotonic()
        numbers = checked.slice.rows.numbers
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=self._batch.pk)
            if batch.status != Status.RUNNING:
                raise Stopped
            write_chunk(self._run, chunk)
            if checked.met:
                self._updates.write(checked, self._run.now)
            if checked.attached:
                attach_needs(self._batch, checked, self._run.now)
            self._tally.keep(batch.pk, self._tally.add(checked))
            ImportBatch.objects.filter(pk=batch.pk).update(
                written=batch.written + len(chunk.ids), cursor=numbers[-1], told_at=timezone.now(),
                phase=ImportBatch.Phase.WRITING, phase_done=checked.slice.place + len(numbers),
                phase_total=self._total, **self._tally.stored,
            )  # fmt: skip
        if not batch.written:
            measure_filled_tables()
        pace = CHUNK_SECONDS / max(time.monotonic() - began, 0.01)
        wanted = int(len(numbers) * min(max(pace, 0.5), 1.5))
        self._size = min(self._largest, max(SMALLEST_CHUNK, wanted))


@transaction.atomic
def _fail(batch: ImportBatch, problem: str, now: datetime) -> None:
    running = ImportBatch.objects.filter(pk=batch.pk, status=Status.RUNNING)
    if running.update(status=Status.FAILED, problem=problem, finished_at=now):
        tell(
            [batch.created_by_id], NoticeKind.IMPORT_FAILED, key=f"import:{batch.pk}:{batch.attempt}", at=now,
            subject_id=batch.pk, file=batch.name, why=problem,
        )  # fmt: skip


@transaction.atomic
def _finish(batch_id: int) -> None:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=batch_id)
    if batch.status != Status.RUNNING:
        return
    now = timezone.now()
    batch.status, batch.finished_at, batch.phase, batch.total = Status.DONE, now, "", batch.written
    if not batch.counts:
        batch.counts = Tally().stored["counts"]
    batch.save()
    transaction.on_commit(partial(forget_table, batch))
    if batch.options.get("assign") and batch.kind == SheetKind.CUSTOMERS:
        enqueue("intake.share_out", batch_id=batch.pk)
    record(batch.created_by, "import.done", at=now, subject_id=batch.pk, name=batch.name, **batch.counts)
    tell(
        [batch.created_by_id], NoticeKind.IMPORT_DONE, key=f"import:{batch.pk}", at=now, subject_id=batch.pk,
        file=batch.name, created=batch.counts.get("created", 0), rejected=batch.counts.get("rejected", 0),
    )  # fmt: skip
    if batch.kind == SheetKind.CUSTOMERS:
        _tell_owners(batch, now)


def _tell_owners(batch: ImportBatch, now: datetime) -> None:
    """Tell people how many customers somebody else's sheet made theirs."""
    brought = (
        Customer.objects.filter(import_batch=batch.pk).exclude(owner=None).exclude(owner=batch.created_by)
    )
    counts = brought.order_by().values_list("owner").annotate(count=Count("pk")).values_list("owner", "count")
    who = batch.created_by.name
    tellings = [
        Telling(
            owner, NoticeKind.CUSTOMERS_GIVEN, f"import:{batch.pk}:given", words={"who": who, "count": count}
        )
        for owner, count in counts
    ]
    tell_many(tellings, at=now)
