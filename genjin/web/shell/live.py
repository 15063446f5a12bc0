"""Live updates: one LISTEN a process, handed on to every open page as server-sent events."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.queries.sight import names_seen
from genjin.events.actions import CHANNEL
from genjin.notices.actions.letters import shown_notices
from genjin.notices.models import Notice
from genjin.notices.queries import urgent_kinds
from genjin.notices.rules import manner_of
from genjin.web.shell.pages import user_of

log = logging.getLogger(__name__)
KEEP_ALIVE = 20.0
_listeners: set["asyncio.Queue[dict[str, Any]]"] = set()
_pump: "asyncio.Task[None] | None" = None


def _topics(request: HttpRequest) -> tuple[User, set[int]]:
    """Return which customers the page asks about and this person may see; asked once, when the page opens."""
    user = user_of(request)
    asked = [
        int(text.partition(":")[2])
        for text in request.GET.getlist("for")
        if text.partition(":")[2].isdecimal()
    ]
    return user, set(Customer.objects.visible_to(user).filter(pk__in=asked[:50]).values_list("pk", flat=True))


@require_GET
async def live(request: HttpRequest) -> StreamingHttpResponse:
    """Stream what happens to the customers a page shows, and what its reader is told."""
    user, customers = await sync_to_async(_topics)(request)
    response = StreamingHttpResponse(_events(user, customers), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(user: User, customers: set[int]) -> AsyncIterator[str]:
    global _pump  # noqa: PLW0603 (one listener for all pages of this process)
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=100)
    _listeners.add(queue)
    if _pump is None or _pump.done():
        _pump = asyncio.create_task(_listen())
    try:
        yield ": open\n\n"
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            message = await _heard(user, customers, event)
            if message is not None:
                yield f"data: {json.dumps(message, ensure_ascii=False)}\n\n"
    finally:
        _listeners.discard(queue)


async def _heard(user: User, customers: set[int], event: dict[str, Any]) -> dict[str, str] | None:
    """Return what an event means to this page; None when it is nothing to it."""
    told = dict(event.get("told", ()))
    if user.pk in told:
        return await sync_to_async(_told)(user, told[user.pk])
    if event.get("customer") in customers and event.get("by") != user.pk:
        return await sync_to_async(_message)(user, event)
    return None


def _told(user: User, notice_id: int | None) -> dict[str, str]:
    """Return word of a notice: the bell counts anew, and what is loud or urgent is read out in a toast."""
    ring = {"topic": "notices"}
    notice = Notice.objects.visible_to(user).filter(pk=notice_id).first() if notice_id else None
    if notice is None or not (manner_of(notice.kind).is_loud or notice.kind in urgent_kinds()):
        return ring
    with override(user.language or settings.LANGUAGE_CODE):
        shown = shown_notices(user, [notice], names_seen)[0]
        text = f"{shown.customer} {shown.text}".strip()
    href = reverse("notices:open", args=[notice.pk]) if shown.is_open else ""
    return ring | {"text": text[:200], "href": href, "level": "warning"}


def _message(user: User, event: dict[str, Any]) -> dict[str, str]:
    name = User.objects.filter(pk=event.get("by")).values_list("name", flat=True).first()
    with override(user.language or None) if user.language else contextlib.nullcontext():
        text = _("%(name)s has just updated this customer.") % {"name": name} if name else ""
    return {"topic": f"customer:{event['customer']}", "text": text}


async def _listen() -> None:
    """Wait for NOTIFY on one connection and hand each on; comes back after a lost database."""
    while _listeners:
        try:
            parameters = {
                k: v
                for k, v in connection.get_connection_params().items()
                if k not in {"cursor_factory", "context"}
            }
            async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listening:
                await listening.execute(f"LISTEN {CHANNEL}")
                async for notice in listening.notifies():
                    _hand_on(json.loads(notice.payload))
                    if not _listeners:
                        return
        except psycopg.OperationalError as error:
            log.warning("live updates wait for the database: %s", error)
            await asyncio.sleep(2)


def _hand_on(event: dict[str, Any]) -> None:
    for queue in list(_listeners):
        with contextlib.suppress(asyncio.QueueFull):  # a page that sleeps misses a hint, never data
            queue.put_nowait(event)
