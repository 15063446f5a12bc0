"""Sheets on their way in: upload, look, let in, take back."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Form, Query, Router, Status, UploadedFile
from pydantic import BaseModel

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.api.paging import Order, Page, page
from genjin.api.references import named, person
from genjin.api.schemas.intake import (
    LISTED,
    ImportFilter,
    ImportForm,
    ImportOptions,
    ImportOut,
    Left,
    Undone,
    show_batch,
)
from genjin.api.wire import Call, Id, Ref
from genjin.customers.models import Customer, Pool
from genjin.customers.queries.sight import shown_name
from genjin.events.actions import enqueue
from genjin.intake.actions.commit import request_commit
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.sheets import write_errors
from genjin.intake.actions.undo import undo_import
from genjin.intake.actions.upload import LOOKED_AT_ONCE, set_options, start_import
from genjin.intake.models import ImportBatch
from genjin.kit.sheets.writer import XLSX

router = Router(tags=["imports"])
AT_ONCE = 20_000  # rows checked while the caller waits; more are checked by the worker


def seen_batch(request: Call, pk: int) -> ImportBatch:
    """Return a batch in the caller's sight; its cells are as people wrote them, so only importers look."""
    require(request.auth, Right.IMPORT)
    return ImportBatch.objects.visible_to(request.auth).select_related("created_by").get(pk=pk)


def shown_batch(request: Call, pk: int) -> ImportOut:
    """Return a batch read anew with its first problems."""
    row = seen_batch(request, pk)
    return show_batch(row, list(row.problems.all()[:LISTED]))


def options_of(user: User, body: BaseModel) -> dict[str, Any]:
    """Return what was given, with owner and pool as ids of rows in sight."""
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    if "owner" in given:
        given["owner"] = person(user, given["owner"], "owner").pk
    if "pool" in given:
        given["pool"] = named(Pool.objects.visible_to(user), given["pool"], "pool").pk
    return given


def check(batch: ImportBatch) -> None:
    """Check a batch now, or leave a large one to the worker."""
    if batch.shape and batch.shape["rows"] <= AT_ONCE:
        preview_batch(batch.pk)
    else:
        enqueue("intake.check", batch_id=batch.pk)


@router.get("/imports", response=Page[ImportOut], summary="List imports")
def list_imports(request: Call, asked: Query[ImportFilter]) -> Page[ImportOut]:
    require(request.auth, Right.IMPORT)
    rows = ImportBatch.objects.visible_to(request.auth).select_related("created_by")
    rows = rows.filter(status=asked.status) if asked.status else rows
    return page(
        request, rows, asked, order=Order("id", descending=True), show=lambda row: show_batch(row, [])
    )


@router.post("/imports", response={201: ImportOut}, summary="Upload a sheet and look at what would come in")
def add_import(request: Call, file: File[UploadedFile], options: Form[ImportForm]) -> Status[ImportOut]:
    given = options_of(request.auth, options)
    is_large = (file.size or 0) > LOOKED_AT_ONCE
    batch = start_import(request.auth, file, given, now=timezone.now(), in_background=is_large)
    if not is_large:
        check(batch)
    return Status(201, shown_batch(request, batch.pk))


@router.get("/imports/{batch_id}", response=ImportOut, summary="See how an import stands")
def read_import(request: Call, batch_id: Id) -> ImportOut:
    return shown_batch(request, batch_id)


@router.patch("/imports/{batch_id}", response=ImportOut, summary="Change columns or destination")
def change_import(request: Call, batch_id: Id, body: ImportOptions) -> ImportOut:
    row = seen_batch(request, batch_id)
    check(set_options(request.auth, row, options_of(request.auth, body)))
    return shown_batch(request, batch_id)


@router.post("/imports/{batch_id}/commit", response={202: ImportOut}, summary="Let a checked import in")
def commit_import(request: Call, batch_id: Id) -> Status[ImportOut]:
    request_commit(request.auth, seen_batch(request, batch_id), now=timezone.now())
    return Status(202, shown_batch(request, batch_id))


@router.post("/imports/{batch_id}/undo", response=Undone, summary="Take an import back")
def take_back(request: Call, batch_id: Id) -> Undone:
    done = undo_import(request.auth, seen_batch(request, batch_id), now=timezone.now(), in_background=True)
    kept = Customer.objects.visible_to(request.auth).filter(pk__in=[pk for pk, _name in done.kept])
    names = [Ref(id=row.pk, name=shown_name(request.auth, row)) for row in kept]
    rows = Customer.objects.visible_to(request.auth).in_bulk([pk for pk, _name, _why in done.left])
    left = [
        Left(id=pk, name=shown_name(request.auth, rows[pk]), why=why)
        for pk, _name, why in done.left
        if pk in rows
    ]
    return Undone(
        removed=done.removed, kept=names, kept_count=len(done.kept) + len(done.products), is_running=done.is_running,
        restored=done.restored, left=left, products=[Ref(id=pk, name=name) for pk, name in done.products],
    )  # fmt: skip


@router.get(
    "/imports/{batch_id}/errors.xlsx",
    summary="Download the rows with problems",
    openapi_extra={
        "responses": {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
def download_errors(request: Call, batch_id: Id) -> HttpResponse:
    row = seen_batch(request, batch_id)
    with TemporaryDirectory(prefix="genjin-sheet-") as folder:
        path = Path(folder, "errors.xlsx")
        write_errors(row, path)
        response = HttpResponse(path.read_bytes(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=import-{row.pk}-errors.xlsx"
    return response
