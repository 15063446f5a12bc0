"""A mail as it came over the wire, read as plain text; whatever is broken in it stays out, nothing raises."""

import email
import email.policy
import html
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

import nh3

from genjin.kit.text import clean

LONGEST_TEXT = 20_000
MOST_FILES = 10
MOST_PARTS = 200
_BREAKS = re.compile(r"(?i)<\s*(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>")
_BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a person needs of a mail."""

    sender_name: str = ""
    sender_address: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    files: tuple[tuple[str, bytes], ...] = field(default=())


def read_letter(raw: bytes) -> Letter:
    """Return sender, subject, text and files of a mail; HTML becomes text, and nothing of it is kept as HTML."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    name, address = parseaddr(_header(message, "From"))
    texts: dict[str, str] = {}
    files: list[tuple[str, bytes]] = []
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS or part.is_multipart():
            continue
        _take(part, texts, files)
    text = texts.get("text/plain") or html_as_text(texts.get("text/html", ""))
    return Letter(
        sender_name=clean(name)[:120], sender_address=clean(address)[:254], subject=clean(_header(message, "Subject"))[:200],
        text=clean(text.replace("\0", ""))[:LONGEST_TEXT], message_id=clean(_header(message, "Message-ID"))[:250],
        files=tuple(files),
    )  # fmt: skip


def _header(message: "Message", name: str) -> str:
    try:
        return (
            str(make_header(decode_header(str(message.get(name, ""))))).replace("\n", " ").replace("\r", " ")
        )
    except _BROKEN:
        return ""


def _take(part: "Message", texts: dict[str, str], files: list[tuple[str, bytes]]) -> None:
    try:
        kind, name = part.get_content_type(), part.get_filename() or ""
        content = part.get_payload(decode=True)
    except _BROKEN:
        return
    if not isinstance(content, bytes):
        return
    if name or part.get_content_disposition() == "attachment":
        if len(files) < MOST_FILES:
            files.append((_file_name(name), content))
    elif kind in {"text/plain", "text/html"} and kind not in texts:
        texts[kind] = _decoded(content, part.get_content_charset())


def _file_name(name: str) -> str:
    try:
        name = str(make_header(decode_header(name)))
    except _BROKEN:
        name = ""
    return clean(name.replace("\\", "/").rpartition("/")[2])[:120] or "file"


def _decoded(content: bytes, charset: str | None) -> str:
    for encoding in (charset or "utf-8", "utf-8", "gb18030"):
        try:
            return content.decode("gb18030" if encoding.lower() in {"gb2312", "gbk"} else encoding)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def html_as_text(source: str) -> str:
    """Return the text of HTML, a line where it breaks lines; scripts, styles and tags are gone."""
    broken = _BREAKS.sub("\n\\g<0>", source[: LONGEST_TEXT * 20])
    bare = nh3.clean(broken, tags=set(), clean_content_tags={"script", "style", "title"})
    lines = (line.strip() for line in html.unescape(bare).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
