"""What the robots of WeCom, DingTalk and Feishu are posted, and what their answers mean. Pure.

Their limits: 20 messages a minute; 4,096 bytes (WeCom), 20,000 (DingTalk, Feishu).
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote_plus

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_BYTES = {"wecom": 3800, "dingtalk": 15000, "feishu": 15000}
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
# Signs a markdown reader would act on, in the full width that it does not know.
_WIDE = str.maketrans({"<": "＜", ">": "＞", "@": "＠", "[": "［", "]": "］", "`": "＇", "*": "＊", "_": "＿", "#": "＃", "~": "～", "|": "｜", "\\": "＼"})  # fmt: skip


class RobotKind(models.TextChoices):
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


# Where the three are at home; a company's own installation has its own host.
HOSTS = {
    "qyapi.weixin.qq.com": RobotKind.WECOM,
    "oapi.dingtalk.com": RobotKind.DINGTALK,
    "open.feishu.cn": RobotKind.FEISHU,
    "open.larksuite.com": RobotKind.FEISHU,
}


class Verdict(StrEnum):
    """What became of an attempt: taken, to be tried again, or an endpoint that is there no more."""

    SENT = "sent"
    AGAIN = "again"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message: words, and the address they lead to."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """What a robot is to say. `mark` is the message's own id at its end, the same when it is sent twice.

    `more` (with `{count}`) counts the lines that find no room.
    """

    title: str
    lines: Sequence[Line]
    mark: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it is posted: what to add to the address, and the JSON."""

    query: str
    payload: dict[str, Any]


def plain_text(text: str) -> str:
    """Return user text as a robot shows it: one line, and no sign that markdown would act on (S2-8)."""
    return _LINE_BREAKS.sub(" ", text).translate(_WIDE).strip()


def message_for(kind: str, speech: Speech, *, secret: str, now: datetime) -> Outgoing:
    """Return what is posted to a robot of this kind, signed with its `secret` when it has one."""
    lines = speech.lines
    shown = fitting(lines, MOST_BYTES[kind] - 400)
    left = len(lines) - len(shown)
    body = [*shown, Line(speech.more.replace("{count}", str(left)))] if left else shown
    head, mark = plain_text(speech.title), plain_text(speech.mark)
    if kind == RobotKind.FEISHU:
        return Outgoing("", _feishu(head, body, mark) | _feishu_sign(secret, now))
    text = "\n\n".join([*(_markdown(line) for line in body), mark])
    if kind == RobotKind.DINGTALK:
        payload = {"msgtype": "markdown", "markdown": {"title": head, "text": f"#### {head}\n\n{text}"}}
        return Outgoing(_dingtalk_sign(secret, now), payload)
    return Outgoing("", {"msgtype": "markdown", "markdown": {"content": f"**{head}**\n{text}"}})


def fitting(lines: Sequence[Line], most: int) -> list[Line]:
    """Return the first lines that fit into `most` bytes; at least one, cut short where it must be."""
    shown: list[Line] = []
    used = 0
    for line in lines:
        text = line.text if len(line.text) <= 240 else f"{line.text[:240]}…"
        size = len(text.encode()) + len(line.url) + 8
        if shown and used + size > most:
            break
        shown.append(Line(text, line.url))
        used += size
    return shown


def _markdown(line: Line) -> str:
    text = plain_text(line.text)
    return f"- [{text}]({line.url})" if line.url else f"- {text}"


def _feishu(title: str, lines: Sequence[Line], mark: str) -> dict[str, Any]:
    rows: list[list[dict[str, str]]] = [
        [{"tag": "a", "text": plain_text(line.text), "href": line.url}]
        if line.url
        else [{"tag": "text", "text": plain_text(line.text)}]
        for line in lines
    ]
    rows.append([{"tag": "text", "text": mark}])
    post = {"zh_cn": {"title": title, "content": rows}}
    return {"msg_type": "post", "content": {"post": post}}


def _feishu_sign(secret: str, now: datetime) -> dict[str, str]:
    if not secret:
        return {}
    stamp = str(int(now.timestamp()))
    key = f"{stamp}\n{secret}".encode()
    sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    return {"timestamp": stamp, "sign": sign}


def _dingtalk_sign(secret: str, now: datetime) -> str:
    if not secret:
        return ""
    stamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


# What the three say in the body of an answer of status 200: the robot was removed, or its key is not known.
_GONE = {93000, 300005, 19001}


def verdict(status: int, body: str) -> tuple[Verdict, str]:
    """Return what an answer means, and its words for the log.

    The robots answer 200 to everything and say in the body whether they took it: `errcode`, `code` or `StatusCode`.
    """
    if status == 410:
        return Verdict.GONE, f"HTTP {status}"
    if status != 200:
        return Verdict.AGAIN, f"HTTP {status}"
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Verdict.AGAIN, "HTTP 200, no JSON"
    code = next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), None)
    if code == 0 and not isinstance(code, bool):
        return Verdict.SENT, ""
    words = f"{code} {said.get('errmsg') or said.get('msg') or ''}".strip()[:200]
    return (Verdict.GONE if code in _GONE else Verdict.AGAIN), words
