"""Sheets on their way out: asked for, watched, fetched."""

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.api.paging import Order, Page, page
from genjin.api.schemas.exports import ExportFilter, ExportIn, ExportOut, show_export
from genjin.api.wire import Call, Id
from genjin.followups.queries.lists import saved_list
from genjin.intake.actions.export import (
    NewExport,
    ask_export,
    cancel_export,
    hand_out,
    is_small,
    run_export,
    start_export,
)
from genjin.intake.models import Export
from genjin.kit.errors import wrong_at
from genjin.kit.sheets.writer import XLSX

router = Router(tags=["exports"])
CSV = "text/csv; charset=utf-8"
BINARY = {"schema": {"type": "string", "format": "binary"}}


def seen_export(request: Call, pk: int) -> Export:
    """Return an export in the caller's sight."""
    require(request.auth, Right.EXPORT)
    return Export.objects.visible_to(request.auth).select_related("by", "request").get(pk=pk)


def address_of(user: User, body: ExportIn) -> str:
    """Return the list's address a body means."""
    if body.view is None:
        return body.query
    view = saved_list(user, body.view) if body.what == "customers" else None
    if view is None:
        sentence = _("No saved list is called %(name)s.") % {"name": body.view}
        raise wrong_at("view", sentence, "view_unknown")
    return f"{view.query}&view={view.pk}"


@router.get("/exports", response=Page[ExportOut], summary="List exports")
def list_exports(request: Call, asked: Query[ExportFilter]) -> Page[ExportOut]:
    require(request.auth, Right.EXPORT)
    rows = Export.objects.visible_to(request.auth).select_related("by", "request")
    rows = rows.filter(status=asked.status) if asked.status else rows
    rows = rows.filter(what=asked.what) if asked.what else rows
    return page(request, rows, asked, order=Order("id", descending=True), show=show_export)


@router.post("/exports", response={201: ExportOut, 202: ExportOut}, summary="Ask for a list as a sheet")
def add_export(request: Call, body: ExportIn) -> Status[ExportOut]:
    new = NewExport(
        body.reason, what=body.what, query=address_of(request.auth, body), ids=body.ids, columns=body.columns, format=body.format,
        is_unmasked=body.is_unmasked,
    )  # fmt: skip
    row = ask_export(request.auth, new, now=timezone.now())
    small = is_small(row)
    if small:
        run_export(row.pk, now=timezone.now())
    else:
        start_export(request.auth, row)
    return Status(201 if small else 202, show_export(seen_export(request, row.pk)))


@router.get("/exports/{export_id}", response=ExportOut, summary="See how an export stands")
def read_export(request: Call, export_id: Id) -> ExportOut:
    return show_export(seen_export(request, export_id))


@router.post("/exports/{export_id}/cancel", response=ExportOut, summary="Stop an export of yours")
def stop_export(request: Call, export_id: Id) -> ExportOut:
    cancel_export(request.auth, seen_export(request, export_id), now=timezone.now())
    return show_export(seen_export(request, export_id))


@router.get(
    "/exports/{export_id}/file",
    summary="Download the file of an export of yours",
    openapi_extra={"responses": {200: {"content": {XLSX: BINARY, CSV: BINARY}}}},
)
def download_export(request: Call, export_id: Id) -> FileResponse:
    row = hand_out(request.auth, seen_export(request, export_id), now=timezone.now())
    kind = CSV if row.format == Export.Format.CSV else XLSX
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=row.file_name, content_type=kind)
