"""How good a record is, as hints and never as a ban: what its template asks, a next step, the customer's words, no copy.

The score weighs 50 for what the template asks, 20 for a next step with owner and day, 20 for the customer's own words,
10 for enough words; a copy of the last record gets 20 at most (S2-15, S1-6).
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from genjin.followups.rules.records import EFFECTIVE_LETTERS
from genjin.kit.text import fold
from genjin.library.rules.templates import Prompt, answers

COPY_FROM = 85  # per cent alike
MOST_FOR_COPY = 20
GOOD, FAIR = 80, 50
_QUOTED = re.compile(r"[“「『\"]\s*[^”」』\"\s][^”」』\"]{1,}[”」』\"]")


@dataclass(frozen=True, slots=True)
class Told:
    """A record as it is judged: its words, which of its fields are filled, its next step, what was written last."""

    text: str
    fields: Collection[str] = ()
    has_next_step: bool = False
    earlier: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """The score from 0 to 100, and what would make it better: code and detail, heaviest first."""

    percent: int
    notes: tuple[tuple[str, str], ...] = ()


def completeness(prompts: Sequence[Prompt], told: Told) -> tuple[int, tuple[str, ...]]:
    """Weigh the prompts that are answered, by a heading in the text or by the record's own field; and name the others."""
    _lead, found = answers(prompts, told.text)
    missing = [one for one in prompts if not found.get(one.label) and one.field not in told.fields]
    total = sum(one.weight for one in prompts)
    if not total:
        return 100, ()
    lacking = sum(one.weight for one in missing)
    named = sorted((one for one in missing if one.weight), key=lambda one: -one.weight)
    return (total - lacking) * 100 // total, tuple(one.label for one in named)


def is_copy(text: str, earlier: Iterable[str]) -> bool:
    """Say whether a text is one of the earlier ones again, letter by letter or nearly."""
    folded = fold(text)
    return bool(folded) and any(fuzz.ratio(folded, fold(other)) >= COPY_FROM for other in earlier if other)


def has_own_words(told: Told) -> bool:
    """Say whether the customer speaks: a quotation in the text, or the field for the answer."""
    return "feedback" in told.fields or bool(_QUOTED.search(told.text))


def judge(prompts: Sequence[Prompt], told: Told) -> Quality:
    """Return how good a record is under the version it was written with."""
    percent, missing = completeness(prompts, told)
    notes: list[tuple[str, str]] = []
    score = percent // 2
    if is_copy(told.text, told.earlier):
        notes.append(("copy", ""))
    checks = (
        (told.has_next_step, 20, "no_next_step"),
        (has_own_words(told), 20, "no_own_words"),
        (len(fold(told.text)) >= EFFECTIVE_LETTERS, 10, "too_short"),
    )
    for is_met, points, code in checks:
        score += points if is_met else 0
        if not is_met:
            notes.append((code, ""))
    if missing:
        notes.append(("missing", "、".join(missing)))
    return Quality(min(score, MOST_FOR_COPY) if ("copy", "") in notes else score, tuple(notes))


def band(percent: int) -> str:
    """Return the band of a score: good, fair or poor."""
    return "good" if percent >= GOOD else "fair" if percent >= FAIR else "poor"


def in_words(notes: Iterable[Sequence[Any]]) -> list[str]:
    """Return what would make a record better, in the language of the moment."""
    words = {
        "copy": _("nearly the same as the last record"),
        "no_next_step": _("a next step with a day"),
        "no_own_words": _("the customer's own words"),
        "too_short": _("a little more about what was said"),
    }
    return [
        _("still to tell: %(names)s") % {"names": detail} if code == "missing" else words[code]
        for code, detail in notes
    ]
