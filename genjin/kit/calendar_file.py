"""Calendars that phones subscribe to: RFC 5545, in UTC, folded and escaped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST_LINE = 75  # bytes, without the line break
LASTS = timedelta(minutes=30)
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing at one moment; `uid` stays the same for as long as the thing is the same."""

    uid: str
    at: datetime
    summary: str
    text: str = ""
    url: str = ""


def write_calendar(name: str, entries: Iterable[Entry], *, now: datetime) -> bytes:
    """Return a calendar file in UTF-8; every line ends with CR LF and has at most 75 bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Genjin//CRM//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for entry in entries:
        lines += _event(entry, now)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(entry: Entry, now: datetime) -> list[str]:
    optional = [
        *([f"DESCRIPTION:{_text(entry.text)}"] if entry.text else []),
        *([f"URL:{entry.url}"] if entry.url else []),
    ]
    return [
        "BEGIN:VEVENT", f"UID:{_text(entry.uid)}", f"DTSTAMP:{_moment(now)}", f"DTSTART:{_moment(entry.at)}",
        f"DTEND:{_moment(entry.at + LASTS)}", f"SUMMARY:{_text(entry.summary)}", *optional, "END:VEVENT",
    ]  # fmt: skip


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    lines = "\n".join(text.splitlines())
    return "".join(sign for sign in lines if sign.isprintable() or sign == "\n").translate(_ESCAPED)


def _folded(line: str) -> Iterator[bytes]:
    """Cut a line into pieces of at most 75 bytes, never inside a letter; all but the first begin with a blank."""
    piece = b""
    for sign in line:
        byte = sign.encode("utf-8", "replace")
        if len(piece) + len(byte) > LONGEST_LINE:
            yield piece
            piece = b" "
        piece += byte
    yield piece
