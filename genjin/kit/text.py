"""Text as people type it: cleaned for storing, folded for comparing."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

# Invisible characters that spreadsheets and chat programs leave behind: soft hyphen, zero-width blanks,
# marks of writing direction, byte order mark. The joiner U+200D stays, emoji are built with it.
_INVISIBLE = (0x00AD, 0x200B, 0x200C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), *range(0xFFF9, 0xFFFC))
_CLEANING: dict[int, str | None] = {
    **dict.fromkeys((*_CONTROLS, *_INVISIBLE)),
    **dict.fromkeys((0x09, 0x0B, 0x0C, 0x85, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F), " "),
    **dict.fromkeys((0x0A, 0x2028, 0x2029), "\n"),
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_IN_KEYS = re.compile(r"[\W_]+")
_CJK = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32000))


def clean(text: str) -> str:
    """Remove what nobody typed: invisible and control characters, odd blanks, outer blanks.

    Line breaks stay (as `\\n`), and so does everything else inside: the text is the user's.
    """
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEANING)
    return _SURROGATE.sub("", text).strip()


def as_typed(text: str) -> str:
    """Keep a text to the letter; only outer blanks go, and NUL and half characters, which cannot be stored."""
    return _SURROGATE.sub("", text.replace("\0", "")).strip()


def fold(text: str) -> str:
    """Reduce a text to the key under which equal things are found: `ＡＢＣ 科技(北京)` -> `abc科技北京`.

    NFKC, lower case, simplified characters; blanks, punctuation and symbols removed. The key of a text of
    symbols alone is empty: an empty key equals nothing.
    """
    if text.isascii():
        return _NOT_IN_KEYS.sub("", text.lower())
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not unicodedata.is_normalized("NFKC", folded):
        folded = unicodedata.normalize("NFKC", folded).casefold()
    return to_simplified(_NOT_IN_KEYS.sub("", folded))


def to_simplified(text: str) -> str:
    """Turn traditional characters into simplified ones, character forms only, no regional words."""
    if _traditional().isdisjoint(text):
        return text
    return _converter()(text)


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC

    # t2s and not tw2sp, which would rewrite 積體電路 in a name to 集成电路.
    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


@cache
def _traditional() -> frozenset[str]:
    characters = [chr(code) for block in _CJK for code in block]
    simplified = _converter()("\n".join(characters)).split("\n")
    return frozenset(old for old, new in zip(characters, simplified, strict=True) if old != new)
