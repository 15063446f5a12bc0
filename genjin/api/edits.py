"""One field of many customers: looked at, changed, taken back."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.schemas.edits import EditIn, EditOut, PreviewOut, show_edit, show_preview
from genjin.api.wire import Call, Id
from genjin.followups.queries.lists import read_address, rows_of
from genjin.intake.actions.edit_values import Edit
from genjin.intake.actions.edits import MOST_AT_ONCE, preview_edit, start_edit, undo_edit
from genjin.intake.models import BulkEdit

router = Router(tags=["edits"])


def ids_of(user: User, body: EditIn) -> list[int]:
    """Return the customers a body means; one more than are allowed, so that too many are refused."""
    if body.ids is not None:
        return body.ids
    rows = rows_of(user, read_address(body.query))
    return list(rows.order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])


def seen_edit(request: Call, pk: int) -> BulkEdit:
    """Return an edit in the caller's sight."""
    require(request.auth, Right.CHANGE_CUSTOMER)
    return BulkEdit.objects.visible_to(request.auth).select_related("by").get(pk=pk)


@router.get("/edits", response=Page[EditOut], summary="List changes of many customers")
def list_edits(request: Call, asked: Query[Cut]) -> Page[EditOut]:
    require(request.auth, Right.CHANGE_CUSTOMER)
    rows = BulkEdit.objects.visible_to(request.auth).select_related("by")
    return page(request, rows, asked, order=Order("id", descending=True), show=show_edit)


@router.post("/edits/preview", response=PreviewOut, summary="See what a change of many customers would do")
def look(request: Call, body: EditIn) -> PreviewOut:
    ids = ids_of(request.auth, body)
    return show_preview(preview_edit(request.auth, ids, Edit(body.field, body.how, body.value)))


@router.post("/edits", response={201: EditOut, 202: EditOut}, summary="Change a field of many customers")
def add_edit(request: Call, body: EditIn) -> Status[EditOut]:
    ids = ids_of(request.auth, body)
    row = start_edit(request.auth, ids, Edit(body.field, body.how, body.value), now=timezone.now())
    status = 202 if row.status == BulkEdit.Status.RUNNING else 201
    return Status(status, show_edit(seen_edit(request, row.pk)))


@router.get("/edits/{edit_id}", response=EditOut, summary="See how a change of many customers stands")
def read_edit(request: Call, edit_id: Id) -> EditOut:
    return show_edit(seen_edit(request, edit_id))


@router.post("/edits/{edit_id}/undo", response=EditOut, summary="Take a change of many customers back")
def take_back(request: Call, edit_id: Id) -> EditOut:
    undo_edit(request.auth, seen_edit(request, edit_id), now=timezone.now())
    return show_edit(seen_edit(request, edit_id))
