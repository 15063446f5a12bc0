"""What the caller was told: list, read, and how they want to be told."""

from collections.abc import Sequence

from django.utils import timezone
from ninja import Query, Router

from genjin.accounts.models import User
from genjin.api.paging import Order, Page, page
from genjin.api.schemas.notices import (
    Counted,
    HabitsIn,
    HabitsOut,
    NoticeFilter,
    NoticeOut,
    show_habits,
    show_notice,
)
from genjin.api.wire import Call, Id, Ref
from genjin.customers.queries.sight import names_seen
from genjin.notices.actions.letters import shown_notices
from genjin.notices.actions.reading import mark_read, save_habits
from genjin.notices.models import Habits, Notice

router = Router(tags=["notices"])


def _shown(user: User, notices: Sequence[Notice]) -> list[NoticeOut]:
    """Return notices as `user` may see them, with the customers' names in one query."""
    names = names_seen(user, {one.customer_id for one in notices if one.customer_id is not None})
    found = shown_notices(user, notices, lambda _reader, _ids: names)
    return [
        show_notice(one, Ref(id=one.notice.customer_id, name=names[one.notice.customer_id]) if one.notice.customer_id in names else None)
        for one in found
    ]  # fmt: skip


@router.get("/notices", response=Page[NoticeOut], summary="List what I was told, newest first")
def list_notices(request: Call, asked: Query[NoticeFilter]) -> Page[NoticeOut]:
    rows = Notice.objects.visible_to(request.auth)
    if asked.unread is not None:
        rows = rows.filter(read_at__isnull=asked.unread)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    cut: Page[int] = page(
        request, rows, asked, order=Order("id", descending=True), show=lambda row: int(row.pk)
    )
    found = Notice.objects.visible_to(request.auth).in_bulk(cut.items)
    items = _shown(request.auth, [found[pk] for pk in cut.items if pk in found])
    return Page(items=items, next=cut.next)


@router.post("/notices/read", response=Counted, summary="Mark everything as read")
def read_everything(request: Call) -> Counted:
    return Counted(read=mark_read(request.auth, now=timezone.now()))


@router.get("/notices/preferences", response=HabitsOut, summary="Read how I am told")
def read_habits(request: Call) -> HabitsOut:
    row = Habits.objects.filter(person=request.auth).first()
    return show_habits(row or Habits(person=request.auth))


@router.patch("/notices/preferences", response=HabitsOut, summary="Choose how I am told")
def change_habits(request: Call, body: HabitsIn) -> HabitsOut:
    values = {name: value for name, value in body.model_dump().items() if value is not None}
    return show_habits(save_habits(request.auth, values, now=timezone.now()))


@router.post("/notices/{notice_id}/read", response=NoticeOut, summary="Mark a notice as read")
def read_one(request: Call, notice_id: Id) -> NoticeOut:
    row = Notice.objects.visible_to(request.auth).get(pk=notice_id)
    mark_read(request.auth, ids=[row.pk], now=timezone.now())
    row.refresh_from_db()
    return _shown(request.auth, [row])[0]
