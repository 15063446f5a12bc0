"""Looking into a mailbox over IMAP: what is new and unread is copied, nothing is marked, moved or deleted."""

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

CONNECT_SECONDS = 10.0
RUN_SECONDS = 120.0
LARGEST = 25 * 1024 * 1024
MOST_MESSAGES = 50
Client = imaplib.IMAP4


class MailboxError(Exception):
    """The server could not be reached, let us not in, or speaks oddly; the text says which."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is and how one enters; `address` is the checked one that `host` led to."""

    host: str
    address: str
    port: int
    security: str  # tls, starttls, none
    user: str
    password: str
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Fetched:
    """New messages by their number; None stands for one that is too large to be fetched."""

    validity: int
    messages: tuple[tuple[int, bytes | None], ...]


class _Pinned(imaplib.IMAP4):
    """A client that connects to the address that was checked, whatever the name leads to by now."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._context = ssl.create_default_context()
        super().__init__(account.host, account.port, CONNECT_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self._account.address, self._account.port), timeout)
        if self._account.security != "tls":
            return plain
        return self._context.wrap_socket(plain, server_hostname=self._account.host)

    def read(self, size: int) -> bytes:
        """Read what the server announced, unless it announces more than anybody sends."""
        if size > LARGEST + 1024 * 1024:
            raise MailboxError("too large")
        return super().read(size)


@contextmanager
def _opened(account: Account) -> Iterator[Client]:
    client: Client | None = None
    try:
        client = _Pinned(account)
        if account.security == "starttls":
            client.starttls(client._context)
        client.login(account.user, account.password)
        yield client
    except (imaplib.IMAP4.error, OSError, EOFError, ValueError, IndexError, AttributeError) as error:
        raise MailboxError(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        if client is not None:
            try:
                client.logout()
            except (imaplib.IMAP4.error, OSError, EOFError, MailboxError):
                client.shutdown()


def fetch_new(account: Account, *, validity: int, after: int) -> Fetched:
    """Return up to 50 unread messages with a number above `after`, oldest first.

    When the folder was numbered anew (`validity` differs) all unread ones count. Raises MailboxError; takes
    two minutes at most.
    """
    ends = time.monotonic() + RUN_SECONDS
    with _opened(account) as client:
        status, _data = client.select(_quoted(account.folder), readonly=True)
        if status != "OK":
            raise MailboxError("folder")
        now_valid = _number(client.response("UIDVALIDITY")[1])
        first = (after if now_valid == validity else 0) + 1
        numbers = [uid for uid in _search(client, first) if uid >= first][:MOST_MESSAGES]
        found: list[tuple[int, bytes | None]] = []
        for uid in numbers:
            if time.monotonic() > ends:
                break
            found.append((uid, _message(client, uid)))
        return Fetched(now_valid, tuple(found))


def _quoted(folder: str) -> str:
    return '"' + re.sub(r"[\r\n\x00]", "", folder).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _number(data: object) -> int:
    text = data[0] if isinstance(data, list) and data else b"0"
    return int(text) if isinstance(text, bytes) and text.isdigit() else 0


def _search(client: Client, first: int) -> list[int]:
    status, data = client.uid("SEARCH", "UNSEEN", "UID", f"{first}:*")
    if status != "OK" or not data or not isinstance(data[0], bytes):
        return []
    return sorted(int(word) for word in data[0].split() if word.isdigit())


def _message(client: Client, uid: int) -> bytes | None:
    _status, data = client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(part for part in data if isinstance(part, bytes)))
    if size is None or int(size[1]) > LARGEST:
        return None
    _status, data = client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    return next((bytes(part[1]) for part in data if isinstance(part, tuple)), b"")
