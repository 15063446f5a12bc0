"""How the one search box works: a customer becomes tokens, a query becomes a question about tokens.

Tokens carry a letter for their kind: `b` a pair of characters of a name, `s` a pair of pinyin syllables,
`i` up to four initials, `p` a phone written backwards (so that a tail is a prefix), `m` a mail, `u` a code,
`o` a pair of characters of an own field.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from genjin.customers.rules.identity import Reachable
from genjin.kit.pinyin import is_syllable, person_syllables, syllables
from genjin.kit.text import fold
from genjin.kit.tokens import all_of, pairs, starting

_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团公司|公司)")
_CODE = re.compile(r"^kh0*(\d{1,12})$")
_DIGITS = re.compile(r"\D+")
_SPACED_NUMBER = re.compile(r"[\d\s+()（）-]+")  # 138 1234 5678, as it is shown
_COUNTRY = re.compile(r"^\s*(?:\+|00)86")
WINDOW = 4
SHORTEST_TAIL = 4


@lru_cache(maxsize=16_384)
def spoken(text: str) -> tuple[str, ...]:
    """Return how a name is said, without the words of its company form; the last names asked are kept."""
    return tuple(syllables(_FORM.sub("", text)))


def sort_key(name: str) -> str:
    """Return what a name sorts by: its pinyin without the company form, at most 120 letters."""
    return " ".join(spoken(name))[:120]


def _spoken(said: Sequence[str]) -> Iterable[str]:
    initials = "".join(syllable[0] for syllable in said)
    for at, syllable in enumerate(said):
        following = said[at + 1] if at + 1 < len(said) else ""
        yield f"s{syllable}.{following}"
        yield f"i{initials[at : at + WINDOW]}"


def tokens(
    name: str,
    credit_code: str,
    people: Iterable[Reachable],
    texts: Iterable[str] = (),
    *,
    aliases: Iterable[str] = (),
) -> list[str]:
    """Return the distinct search tokens of a customer, its people, the texts of its own fields, its other names."""
    people, names = list(people), [name, *aliases]
    spelled = [text for text in (*names, *(person.name for person in people)) if text]
    found: dict[str, None] = {f"b{pair}": None for text in spelled for pair in pairs(fold(text))}
    found.update(dict.fromkeys(token for text in names for token in _spoken(spoken(text))))
    for person in people:  # in every reading: 曾 is zeng as a surname, ceng elsewhere
        for said in person_syllables(person.name):
            found.update(dict.fromkeys(_spoken(said)))
    for person in people:
        found.update({f"p{_DIGITS.sub('', number)[::-1]}": None for number in person.phones if number})
        if person.email:
            found[f"m{person.email.lower()}"] = None
    if credit_code:
        found[f"u{credit_code.lower()}"] = None
    found.update(dict.fromkeys(f"o{pair}" for text in texts for pair in pairs(fold(text))))
    return list(found)


def code_in(text: str) -> int | None:
    """Return the customer id in a typed customer number (KH000012), or None."""
    found = _CODE.match(text.strip().lower())
    return int(found[1]) if found else None


def question(text: str, *, with_people: bool = True) -> str:
    """Return a tsquery (as text) for what somebody typed; "" when there is nothing to look for.

    Every word must be found; a word may be part of a name, pinyin, initials, a phone tail, a mail or a code.
    Unless `with_people`, phones, mails and own fields are not looked at: where they are masked, a part of one
    must not find them.
    """
    if _SPACED_NUMBER.fullmatch(text):
        text = _DIGITS.sub("", _COUNTRY.sub("", text))
    words = [word for word in text.split() if fold(word)]
    return " & ".join(f"({ways})" for word in words[:6] if (ways := _ways(word, with_people=with_people)))


def _ways(word: str, *, with_people: bool) -> str:
    folded = fold(word)[:40]
    ways = [all_of(f"b{pair}" for pair in pairs(folded))] if len(folded) > 1 else [starting(f"b{folded}")]
    digits = _DIGITS.sub("", word)
    if with_people and len(digits) >= SHORTEST_TAIL:
        ways.append(starting(f"p{digits[::-1]}"))
    if folded.isascii() and folded.isalnum() and len(folded) >= SHORTEST_TAIL:
        ways.append(starting(f"u{folded}"))
    if folded.isascii() and folded.isalpha():
        ways += _spoken_ways(folded)
    if with_people and len(folded) > 1:
        ways.append(all_of(f"o{pair}" for pair in pairs(folded)))
    if with_people and word.isascii() and len(word) >= 3:
        ways.append(starting(f"m{word.lower()}"))
    return " | ".join(ways)


def _spoken_ways(letters: str) -> list[str]:
    windows = [letters[at : at + WINDOW] for at in range(max(1, len(letters) - WINDOW + 1))]
    ways = [all_of((f"i{window}" for window in windows[:-1]), last=f"i{windows[-1]}")]
    for said in readings(letters)[:4]:
        whole = [f"s{first}.{second}" for first, second in pairwise(said[:-1])]
        last = f"s{said[-2]}.{said[-1]}" if len(said) > 1 else f"s{said[0]}"
        ways.append(all_of(whole, last=last))
    return ways


@lru_cache(maxsize=4096)
def readings(letters: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut typed letters into pinyin syllables; the last one may be unfinished."""
    found: list[tuple[str, ...]] = []

    def cut(at: int, said: tuple[str, ...]) -> None:
        if len(found) >= 8:
            return
        rest = letters[at:]
        if said and not rest:
            found.append(said)
            return
        for length in range(min(6, len(rest)), 0, -1):
            if is_syllable(rest[:length]):
                cut(at + length, (*said, rest[:length]))
        if said and 0 < len(rest) <= 5 and not is_syllable(rest):
            found.append((*said, rest))

    cut(0, ())
    return tuple(found)
