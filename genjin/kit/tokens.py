"""Looking texts up by pairs of characters: a text becomes tokens, a query a question about tokens.

Chinese is written without blanks, so that pairs of characters stand for words; PostgreSQL needs no dictionary.
"""

import re
from collections.abc import Iterable, Sequence

from genjin.kit.pinyin import syllables
from genjin.kit.text import fold

MOST_WORDS = 6
_CUTS = re.compile(r"[\s,，。;；、!！?？:：“”\"'()（）《》<>【】\[\]/]+")


def pairs(folded: str) -> list[str]:
    """Return the overlapping character pairs of a folded text; the text itself when it is one character."""
    if len(folded) < 2:
        return [folded] if folded else []
    return [folded[at : at + 2] for at in range(len(folded) - 1)]


def quoted(token: str) -> str:
    """Return a token as tsvector and tsquery take it."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def starting(token: str) -> str:
    """Return the question for tokens that begin with this one."""
    return f"{quoted(token)}:*"


def all_of(whole: Iterable[str], *, last: str = "") -> str:
    """Return the question for all of these tokens, and for one that begins with `last`."""
    parts = [quoted(token) for token in whole]
    if last:
        parts.append(starting(last))
    return "(" + " & ".join(parts) + ")"


def as_tsvector(found: Sequence[str]) -> str:
    """Return tokens as the text of a tsvector."""
    text = "' '".join(found)
    if "\\" in text or text.count("'") != 2 * max(len(found) - 1, 0):
        return " ".join(quoted(token) for token in found)
    return f"'{text}'" if found else ""


def text_tokens(title: str, texts: Iterable[str] = ()) -> list[str]:
    """Return the distinct tokens of a written piece: pairs of all its texts, single characters and initials of its title."""
    found: dict[str, None] = {}
    for text in (title, *texts):
        for piece in _CUTS.split(text):
            folded = fold(piece)
            found.update({f"b{pair}": None for pair in pairs(folded)})
            if folded:
                found[f"b{folded[-1]}"] = None  # its last character alone, which begins no pair
    if said := syllables(title):
        found[f"i{''.join(syllable[0] for syllable in said)}"] = None
    return list(found)


def text_question(text: str) -> str:
    """Return a tsquery (as text) for what somebody typed: every word must be found; "" when there is nothing to ask."""
    words = [folded for word in _CUTS.split(text) if (folded := fold(word)[:40])]
    return " & ".join(f"({_ways(word)})" for word in words[:MOST_WORDS])


def _ways(folded: str) -> str:
    ways = [all_of(f"b{pair}" for pair in pairs(folded)) if len(folded) > 1 else starting(f"b{folded}")]
    if folded.isascii() and folded.isalpha():
        ways.append(starting(f"i{folded}"))
    return " | ".join(ways)
