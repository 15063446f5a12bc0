"""Posting to addresses that people typed: to the one checked address, without redirects, within a time, for a small answer."""

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused
from genjin.kit.outgoing import checked_address

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 30.0
LARGEST_ANSWER = 64 * 1024


class PostError(Exception):
    """Nobody answered in time, or not in HTTP; the text says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: its status, the first 64 kB of its body, and how many seconds it asks to wait."""

    status: int
    text: str
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: an address taken apart, with the one IP address that was checked."""

    host: str
    port: int
    path: str
    is_tls: bool
    address: str


def checked_place(url: str, *, allowed: Collection[str] = ()) -> Place:
    """Take an address apart and check where it leads; `allowed` names private hosts that are meant.

    Raises ValueRefused `url_invalid`, `plain_refused` (http is for allowed hosts only), `host_unknown`, `host_private`.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in {"http", "https"} or parts.username or not url.strip().isprintable():
        sentence = _("Write an address such as https://host/path.")
        raise ValueRefused(sentence, "url_invalid")
    is_tls = parts.scheme == "https"
    if not is_tls and host not in {name.lower() for name in allowed}:
        sentence = _("Only https is used; without encryption only a server of one's own network is asked.")
        raise ValueRefused(sentence, "plain_refused")
    port = port or (443 if is_tls else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or " " in path:
        raise ValueRefused(_("Write an address such as https://host/path."), "url_invalid")
    return Place(host, port, path, is_tls, checked_address(host, port, allowed=allowed))


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, whatever the name leads to by now."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.host, place.port, timeout=CONNECT_SECONDS)
        self._place = place

    def connect(self) -> None:
        plain = socket.create_connection((self._place.address, self._place.port), CONNECT_SECONDS)
        self.sock = plain
        if self._place.is_tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self._place.host)


def post_json(
    place: Place,
    payload: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
    seconds: float = WHOLE_SECONDS,
) -> Answer:
    """Post JSON and return the answer, whatever its status; a redirect is an answer, too, and nobody follows it.

    Raises PostError when connecting takes five seconds, or everything more than `seconds`.
    """
    body = json.dumps(payload, ensure_ascii=False).encode()
    sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Genjin", **(headers or {})}
    connection = _Pinned(place)
    ends = time.monotonic() + seconds
    try:
        connection.connect()
        # A server that drips one byte after the other never lets a socket's own timeout run out.
        guard = threading.Timer(max(0.1, ends - time.monotonic()), _cut, [connection.sock])
        guard.daemon = True
        guard.start()
        try:
            connection.sock.settimeout(seconds)
            connection.request("POST", place.path, body=body, headers=sent)
            response = connection.getresponse()
            text = response.read(LARGEST_ANSWER).decode("utf-8", "replace")
            if time.monotonic() > ends:
                raise PostError("TimeoutError: no answer in time")
            return Answer(response.status, text, _seconds(response.getheader("Retry-After", "")))
        finally:
            guard.cancel()
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() >= ends
        raise PostError("TimeoutError: no answer in time" if late else _words(error)) from error
    finally:
        connection.close()


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _seconds(text: str | None) -> int:
    return min(int(text), 24 * 3600) if text and text.isdecimal() and len(text) < 9 else 0
