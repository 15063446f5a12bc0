"""Live updates: one LISTEN a process, handed on to every open page as server-sent events."""

import asyncio
import contextlib
import json
import logging
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.queries.sight import names_seen
from genjin.events.actions import CHANNEL, whisper
from genjin.notices.actions.letters import shown_notices
from genjin.notices.models import Notice
from genjin.notices.queries import urgent_kinds
from genjin.notices.rules import manner_of
from genjin.web.shell.pages import user_of
from genjin.web.shell.presence import BEAT, Room, Window, in_portions, marked

log = logging.getLogger(__name__)
KEEP_ALIVE = 20.0
WINDOW_KEY = re.compile(r"[0-9a-z-]{8,40}")
_listeners: set["asyncio.Queue[dict[str, Any]]"] = set()
_pump: "asyncio.Task[None] | None" = None


@dataclass
class Reader:
    """Somebody before an open page: the customers it shows, as long as they are in sight."""

    user: User
    customers: set[int]

    def look_again(self) -> None:
        """Let go of customers that went out of sight; a page may stay open longer than its reader's rights."""
        if not self.customers:
            return
        user = User.objects.active().filter(pk=self.user.pk).first()
        seen = (
            Customer.objects.visible_to(user).filter(pk__in=self.customers)
            if user
            else Customer.objects.none()
        )
        self.customers &= set(seen.values_list("pk", flat=True))


def _topics(request: HttpRequest) -> tuple[User, set[int]]:
    """Return which customers the page asks about and this person may see."""
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
    key = request.GET.get("window", "")
    window = None
    if len(customers) == 1 and WINDOW_KEY.fullmatch(key):
        window = Window(key, user.pk, user.name, next(iter(customers)))
    response = StreamingHttpResponse(
        _events(Reader(user, customers), window), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(reader: Reader, window: Window | None) -> AsyncIterator[str]:
    global _pump  # noqa: PLW0603 (one listener for all pages of this process)
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=100)
    _listeners.add(queue)
    if _pump is None or _pump.done():
        _pump = asyncio.create_task(_listen())
    try:
        yield ": open\n\n"
        if window is not None:
            await presence.enter(window)
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
            except TimeoutError:
                event = {}
            message = await _heard(reader, event)
            if window is not None and window.customer not in reader.customers:
                presence.leave(window)
                window = None
            yield f"data: {json.dumps(message, ensure_ascii=False)}\n\n" if message else ": still here\n\n"
    finally:
        _listeners.discard(queue)
        if window is not None:
            presence.leave(window)


async def _heard(reader: Reader, event: dict[str, Any]) -> dict[str, Any] | None:
    """Return what an event means to this page; None when it is nothing to it."""
    user, told = reader.user, dict(event.get("told", ()))
    if user.pk in told:
        return await sync_to_async(_told)(user, told[user.pk])
    concerned = {event.get("customer"), *event.get("company", ())} & reader.customers
    if concerned or not event:
        await sync_to_async(reader.look_again)()
    for customer in concerned & reader.customers & set(event.get("company", ())):
        return _company(user, customer)
    if event.get("customer") in reader.customers and event.get("by") != user.pk:
        return await sync_to_async(_message)(user, event)
    return None


def _company(user: User, customer: int) -> dict[str, Any]:
    """Return who else is at a customer, for its page."""
    with override(user.language or settings.LANGUAGE_CODE):
        people = presence.room.company(customer, besides=user.pk)
    return {"topic": f"presence:{customer}", "people": people}


@require_POST
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that somebody begins or ends editing in an open window, or closes it."""
    user, key = user_of(request), request.POST.get("window", "")
    customer = Customer.objects.visible_to(user).only("pk").get(pk=pk)
    if not WINDOW_KEY.fullmatch(key):
        return HttpResponse(status=400)
    if request.POST.get("gone"):
        whisper([{"gone": [[key, user.pk]]}])
    else:
        editing = request.POST.get("editing") == "1"
        whisper([{"here": [Window(key, user.pk, user.name, customer.pk, editing=editing).said()]}])
    return HttpResponse(status=204)


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
                presence.ready.set()
                async for notice in listening.notifies():
                    _hand_on(json.loads(notice.payload))
                    if not _listeners:
                        return
        except psycopg.OperationalError as error:
            log.warning("live updates wait for the database: %s", error)
            await asyncio.sleep(2)
        finally:
            presence.ready.clear()


def _hand_on(event: dict[str, Any]) -> None:
    if "here" in event or "gone" in event or "hello" in event:
        event = {"company": sorted(presence.hear(event))}
        if not event["company"]:
            return
    _put(event)


def _put(event: dict[str, Any]) -> None:
    for queue in list(_listeners):
        with contextlib.suppress(asyncio.QueueFull):  # a page that sleeps misses a hint, never data
            queue.put_nowait(event)


class Presence:
    """This process's part of who is where: the windows whose streams it holds, and what it hears of all others."""

    def __init__(self) -> None:
        self.room = Room()
        self.mine: dict[str, Window] = {}
        self.ready = asyncio.Event()
        self.beat: asyncio.Task[None] | None = None
        self.saying: set[asyncio.Task[None]] = set()

    async def enter(self, window: Window) -> None:
        """Announce a window and ask the other processes who is there already."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.ready.wait(), 5)
        self.mine[window.key] = window
        await self._say([*in_portions([window]), {"hello": window.customer}])
        if self.beat is None or self.beat.done():
            self.beat = asyncio.create_task(self._beat())

    def leave(self, window: Window) -> None:
        """Say that a window is closed; the stream that held it is over, so that nobody waits for this."""
        if self.mine.pop(window.key, None) is not None:
            self._soon([{"gone": [[window.key, window.person]]}])

    def hear(self, event: dict[str, Any]) -> set[int]:
        """Take in what a process said; answer a question with one's own windows."""
        asked = event.get("hello")
        if asked is not None:
            self._soon(in_portions(window for window in self.mine.values() if window.customer == asked))
            return {asked}  # who has just come is told of those who are here
        for key, person in event.get("gone", ()):
            if key in self.mine and self.mine[key].person == person:
                del self.mine[key]
        changed = self.room.hear(event, time.monotonic())
        for key in self.mine.keys() & self.room.windows.keys():
            heard = self.room.windows[key][0]
            self.mine[key] = marked(self.mine[key], editing=heard.editing)
        return changed

    async def _beat(self) -> None:
        while self.mine or self.room.windows:
            await asyncio.sleep(BEAT)
            await self._say(in_portions(self.mine.values()))
            if lost := self.room.forget(time.monotonic()):
                _put({"company": sorted(lost)})

    def _soon(self, messages: list[dict[str, Any]]) -> None:
        task = asyncio.get_running_loop().create_task(self._say(messages))
        self.saying.add(task)
        task.add_done_callback(self.saying.discard)

    async def _say(self, messages: list[dict[str, Any]]) -> None:
        try:
            if messages:
                await sync_to_async(whisper)(messages)
        except DatabaseError as error:
            log.warning("presence waits for the database: %s", error)


presence = Presence()
