"""Lists as sheets, for who may: masked unless asked otherwise, marked with who and when, fetched by nobody else."""

import hashlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.rules import new_secret
from genjin.approvals.actions import NewRequest, ask, decide, withdraw
from genjin.approvals.models import Request
from genjin.events.actions import enqueue, record
from genjin.intake.actions.export_write import CancelledError, write_export
from genjin.intake.models import Export, ExportPolicy
from genjin.intake.queries.outgoing import OUTGOING
from genjin.intake.queries.outgoing.customers import CUSTOMERS
from genjin.intake.queries.outgoing.shape import ids_of
from genjin.intake.rules.outgoing import MOST_ROWS, refuse_empty, refuse_size
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.kit.files import write_file
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

AT_ONCE = 2000
BLOCK = 1024 * 1024
Status = Export.Status


@dataclass(frozen=True, slots=True)
class NewExport:
    """What is to go out: a list by its address or rows one by one, which columns, in which shape, and what for."""

    reason: str
    what: str = "customers"
    query: str = ""
    ids: Sequence[int] | None = None
    columns: Sequence[str] = ()
    format: str = Export.Format.XLSX
    is_unmasked: bool = False


def policy() -> ExportPolicy:
    """Return the limits in force; the usual ones until somebody sets others."""
    return ExportPolicy.objects.first() or ExportPolicy(at=timezone.make_aware(datetime(2026, 1, 1)))  # noqa: DTZ001


@transaction.atomic
def set_policy(actor: User, *, most_rows: int, days_kept: int, now: datetime) -> ExportPolicy:
    """Set how many rows one may take out without a lead's word, and for how many days a file may be fetched."""
    require(actor, Right.MANAGE_SETTINGS)
    if not (0 <= most_rows <= MOST_ROWS and 1 <= days_kept <= 90):
        sentence = _("At most 1,000,000 rows, and between 1 and 90 days.")
        raise wrong_at("most_rows", sentence, "policy_invalid")
    row = ExportPolicy.objects.create(most_rows=most_rows, days_kept=days_kept, at=now, by=actor)
    record(actor, "export_policy.set", at=now, subject_id=row.pk, rows=most_rows, days=days_kept)
    return row


@transaction.atomic
def ask_export(actor: User, new: NewExport, *, now: datetime) -> Export:
    """Ask for a sheet of what is in the actor's sight; above the limit a lead is asked first.

    Up to the limit it waits for `run_export`, which the caller or the worker calls. Raises RuleError `forbidden`
    (403), `not_found` (404) when a chosen row is out of sight, `reason_missing`, `list_unknown`, `column_unknown`,
    `format_unknown`, `export_too_large`, `export_empty`.
    """
    require(actor, Right.EXPORT)
    if not new.reason.strip():
        sentence = _("Say what the export is for.")
        raise wrong_at("reason", sentence, "reason_missing")
    if new.format not in Export.Format.values:
        sentence = _("Choose xlsx or csv.")
        raise wrong_at("format", sentence, "format_unknown")
    if new.what not in OUTGOING:
        raise wrong_at("what", _("There is no list of this name to be exported."), "list_unknown")
    row = Export(
        by=actor, created_at=now, reason=new.reason.strip(), what=new.what, query=new.query[:4000], columns=OUTGOING[new.what].chosen(new.columns),
        ids=sorted(set(new.ids)) if new.ids is not None else None, format=new.format, is_unmasked=new.is_unmasked,
    )  # fmt: skip
    rows = _rows(actor, row, now)
    count = _count(rows)
    if row.ids is not None and count != len(row.ids):
        raise not_found()
    refuse_empty(count)
    row.total = count + _count_beneath(actor, row, rows)
    refuse_size(row.total)
    limit = policy().most_rows
    row.save()
    if row.total > limit:
        words = _subject(row)
        data = {"export": row.pk, "rows": row.total, "is_unmasked": row.is_unmasked}
        row.request = ask(actor, NewRequest("export", words, _asked_why(row), data=data), now=now)
        row.status = Status.ASKED
        row.save(update_fields=["request", "status"])
    record(
        actor,
        "export.asked",
        at=now,
        subject_id=row.pk,
        what=row.what,
        rows=row.total,
        reason=row.reason,
        is_unmasked=row.is_unmasked,
    )
    return row


def _subject(row: Export) -> str:
    if row.what == CUSTOMERS.key:
        return _("Export of %(count)d customers") % {"count": row.total}
    return _("Export of %(count)d rows: %(list)s") % {"count": row.total, "list": OUTGOING[row.what].words}


def _asked_why(row: Export) -> str:
    return f"{row.reason} · {_('contact data in full')}" if row.is_unmasked else row.reason


def is_small(row: Export) -> bool:
    """Whether an export may be written while its asker waits."""
    return row.status == Status.WAITING and row.total <= AT_ONCE


def start_export(actor: User, row: Export) -> None:
    """Leave an export that waits to the worker."""
    require(actor, Right.EXPORT)
    if row.status == Status.WAITING:
        enqueue("intake.export", export_id=row.pk)


def _rows(actor: User, row: Export, now: datetime) -> "QuerySet[Any]":
    """Return the rows an export asks for, in their order, as far as `actor` sees them now."""
    outgoing = OUTGOING[row.what]
    if row.ids is not None:
        return outgoing.seen(actor).filter(pk__in=row.ids).order_by("-pk")
    return outgoing.asked(actor, QueryDict(row.query), now)


def count_of(actor: User, row: Export, *, now: datetime) -> int:
    """Return how many rows an export asks for on all its sheets, kept or not, as far as `actor` sees them."""
    rows = _rows(actor, row, now)
    return _count(rows) + _count_beneath(actor, row, rows)


def _count(rows: "QuerySet[Any]") -> int:
    """Return how many rows there are; one more than the most is the most."""
    return rows.order_by()[: MOST_ROWS + 1].count()


def _count_beneath(actor: User, row: Export, rows: "QuerySet[Any]") -> int:
    """Return how many rows stand on the further sheets of a workbook."""
    parts = OUTGOING[row.what].beneath() if row.format == Export.Format.XLSX else ()
    above = rows.order_by().values("pk")
    return sum(_count(part.seen(actor).filter(**{f"{link}__in": above})) for part, link in parts)


@transaction.atomic
def grant_export(actor: User, request: Request, *, answer: str = "", now: datetime) -> Request:
    """Say yes to an export above the limit; the worker writes it at once. Raises what `decide` raises."""
    row = Export.objects.select_for_update(of=("self",)).get(request=request)
    decided = decide(actor, request, grant=True, answer=answer, now=now)
    if decided.status == Request.Status.GRANTED and row.status == Status.ASKED:
        row.status = Status.WAITING
        row.save(update_fields=["status"])
        enqueue("intake.export", export_id=row.pk)
    return decided


def run_export(
    export_id: int,
    *,
    now: datetime,
    out: Path | None = None,
    on_progress: Callable[[int, int], None] = lambda _d, _t: None,
) -> Export:
    """Write an export that waits, or that a killed worker left; a second run at the same time does nothing.

    Right, sight and size are asked again as they are now; what fails leaves no file. With `out` the sheet is
    written there and nothing is kept.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(727005, %s)", [export_id])
        if not cursor.fetchone()[0]:
            return Export.objects.get(pk=export_id)
    try:
        row = Export.objects.select_related("by", "request").get(pk=export_id)
        if row.status in {Status.WAITING, Status.RUNNING}:
            with translation.override(row.by.language or settings.LANGUAGE_CODE):
                _run(row, out, on_progress, now=now)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(727005, %s)", [export_id])
    return Export.objects.get(pk=export_id)


def _run(row: Export, out: Path | None, on_progress: Callable[[int, int], None], *, now: datetime) -> None:
    try:
        ids = _checked_ids(row, now)
        Export.objects.filter(pk=row.pk).update(
            status=Status.RUNNING, started_at=now, total=row.total, rows=0, unmasked_rows=0
        )
        with TemporaryDirectory(prefix="genjin-export-") as folder:
            path = out or Path(folder, row.file_name)
            unmasked = write_export(row, path, ids, on_progress, now=now)
            _keep(row, path, unmasked, is_kept=out is None, now=now)
    except CancelledError:
        if out is not None:
            out.unlink(missing_ok=True)
    except (RuleError, OSError) as problem:
        _fail(
            row,
            problem.message if isinstance(problem, RuleError) else _("The file could not be written."),
            now,
        )


def _checked_ids(row: Export, now: datetime) -> "array[int]":
    """Return the ids of an export's rows, and note in it how many lines its sheets will have."""
    require(row.by, Right.EXPORT)
    rows = _rows(row.by, row, now)
    ids = ids_of(rows)
    refuse_empty(len(ids))
    row.total = len(ids) + _count_beneath(row.by, row, rows)
    refuse_size(row.total)
    is_granted = row.request is not None and row.request.status == Request.Status.GRANTED
    if row.total > policy().most_rows and not is_granted:
        raise RuleError(
            _("There are more rows by now than one may take out alone; ask again."), "export_grew"
        )
    return ids


@transaction.atomic
def _keep(row: Export, path: Path, unmasked: int, *, is_kept: bool, now: datetime) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    current = Export.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if current.status != Status.RUNNING:
        raise CancelledError
    current.status, current.finished_at, current.unmasked_rows = Status.DONE, now, unmasked
    current.size, current.sha256 = path.stat().st_size, digest.hexdigest()
    current.expires_at = now + timedelta(days=policy().days_kept) if is_kept else now
    if is_kept:
        with path.open("rb") as file:
            write_file(current.file, new_secret(18), File(file))
    else:
        current.status, current.downloads, current.last_download_at = Status.EXPIRED, 1, now
    current.save()
    kind = "customers.exported" if row.what == CUSTOMERS.key else "list.exported"
    record(
        row.by, kind, at=now, subject_id=row.pk, what=row.what, reason=row.reason, rows=current.rows, is_unmasked=row.is_unmasked,
        unmasked_rows=unmasked,
    )  # fmt: skip
    if is_kept and (row.total > AT_ONCE or row.request is not None):  # else its asker waits for it
        tell(
            [row.by_id],
            NoticeKind.EXPORT_READY,
            key=f"export:{row.pk}",
            at=now,
            subject_id=row.pk,
            rows=current.rows,
        )


@transaction.atomic
def _fail(row: Export, problem: str, now: datetime) -> None:
    Export.objects.filter(pk=row.pk).update(status=Status.FAILED, problem=problem, finished_at=now)
    record(row.by, "export.failed", at=now, subject_id=row.pk, problem=problem)
    tell(
        [row.by_id], NoticeKind.EXPORT_FAILED, key=f"export:{row.pk}", at=now, subject_id=row.pk, why=problem
    )


@transaction.atomic
def cancel_export(actor: User, row: Export, *, now: datetime) -> Export:
    """Stop one's own export, whether it waits, is asked for or is being written. Raises RuleError `export_over` (409)."""
    require(actor, Right.EXPORT)
    current = (
        Export.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("request")
        .get(pk=row.pk)
    )
    _require_own(actor, current)
    if current.status not in {Status.ASKED, Status.WAITING, Status.RUNNING}:
        raise RuleError(_("This export is over already."), "export_over", status=409)
    if current.request is not None and current.request.status == Request.Status.OPEN:
        withdraw(actor, current.request, now=now)
    current.status, current.finished_at = Status.CANCELLED, now
    current.save(update_fields=["status", "finished_at"])
    record(actor, "export.cancelled", at=now, subject_id=current.pk)
    return current


def _require_own(actor: User, row: Export) -> None:
    if row.by_id != actor.pk:
        raise RuleError(_("Only who asked for an export has it."), "not_yours", status=403)


@transaction.atomic
def hand_out(actor: User, row: Export, *, now: datetime) -> Export:
    """Let the actor fetch the file of an own export once more; counted and logged.

    Raises RuleError `forbidden`, `not_yours` (403), `export_not_ready`, `export_expired` (409).
    """
    require(actor, Right.EXPORT)
    current = Export.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=row.pk)
    _require_own(actor, current)
    if current.status == Status.EXPIRED or (current.expires_at is not None and current.expires_at <= now):
        raise RuleError(_("This file has expired; export anew."), "export_expired", status=409)
    if current.status != Status.DONE:
        raise RuleError(_("This export is not ready."), "export_not_ready", status=409)
    current.downloads += 1
    current.last_download_at = now
    current.save(update_fields=["downloads", "last_download_at"])
    record(actor, "export.downloaded", at=now, subject_id=current.pk, rows=current.rows)
    return current


def expire_exports(now: datetime) -> int:
    """Remove the files whose time is over; returns how many. Their lines in the log stay."""
    over = list(Export.objects.filter(status=Status.DONE, expires_at__lte=now))
    for row in over:
        with transaction.atomic():
            name = str(row.file.name)
            row.status, row.file = Status.EXPIRED, ""
            row.save(update_fields=["status", "file"])
            transaction.on_commit(partial(row.file.storage.delete, name))
    return len(over)
