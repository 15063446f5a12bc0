"""Comments: how long, until when one's own may be changed, and whom a text names. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError, wrong_at

LONGEST = 2000
CHANGED_WITHIN = timedelta(minutes=15)
LONGEST_NAME = 60
MOST_NAMED = 20
_AT = re.compile(r"(?<![A-Za-z0-9_.+-])[@＠]([^\s@＠,，。;；:：!！?？、]{1,60})")


def check_comment(text: str) -> None:
    """Refuse an empty or endless comment. Raises RuleError `comment_empty`, `comment_too_long`."""
    if not text:
        sentence = _("Write something.")
        raise wrong_at("text", sentence, "comment_empty")
    if len(text) > LONGEST:
        sentence = _("At most %(longest)d characters; this has %(length)d.") % {
            "longest": LONGEST,
            "length": len(text),
        }
        raise wrong_at("text", sentence, "comment_too_long")


def may_change(at: datetime, now: datetime) -> bool:
    """Whether a comment of `at` may still be changed: within 15 minutes."""
    return now - at <= CHANGED_WITHIN


def check_may_change(at: datetime, now: datetime) -> None:
    """Refuse to change what others have read for long. Raises RuleError `comment_closed` (409)."""
    if not may_change(at, now):
        sentence = _("A comment may be changed within 15 minutes; write another one, or remove it.")
        raise RuleError(sentence, "comment_closed", status=409)


def written_after_at(text: str) -> list[str]:
    """Return what stands after each @, at most 20: a name begins it, the rest of a sentence may follow unspaced."""
    return [found[1] for found in _AT.finditer(text)][:MOST_NAMED]


def beginnings(written: Iterable[str]) -> set[str]:
    """Return every beginning of what was written after an @: one of them is the name that was meant."""
    return {one[:end] for one in written for end in range(1, min(len(one), LONGEST_NAME) + 1)}


def longest_beginning(written: str, names: Iterable[str]) -> str:
    """Return the longest of `names` that `written` begins with, "" for none; letters' case does not matter."""
    fitting = [name for name in names if name and written.lower().startswith(name.lower())]
    return max(fitting, key=len, default="")
