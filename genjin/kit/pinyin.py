"""How Chinese text is read aloud, for searching by letters and for sorting.

The readings are pypinyin's; its own `lazy_pinyin` takes 200 microseconds for a company's name, so the two
dictionaries are turned into tables of plain syllables once and walked here.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from operator import add
from typing import cast

from genjin.kit.text import to_simplified

_RUN = re.compile(r"[^\W_\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# Surnames whose usual reading is another one; the first stands for the name, all are searched.
_SURNAMES = {
    "曾": ("zeng",),
    "单": ("shan",),
    "仇": ("qiu",),
    "解": ("xie",),
    "区": ("ou",),
    "查": ("zha",),
    "朴": ("piao",),
    "盖": ("ge",),
    "覃": ("qin", "tan"),
    "翟": ("zhai", "di"),
    "乐": ("yue", "le"),
    "黑": ("he",),
    "员": ("yun",),
    "召": ("shao",),
    "种": ("chong",),
    "折": ("she",),
    "秘": ("bi",),
    "缪": ("miao",),
    "牟": ("mu", "mou"),
    "繁": ("po",),
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """A text in letters: `full` is `huaweijishu`, `initials` is `hwjs`."""

    full: str
    initials: str


@dataclass(frozen=True, slots=True)
class _Tables:
    characters: dict[str, str]
    phrases: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
    changing: frozenset[str]  # the two characters that open a phrase with an unusual reading
    syllables: frozenset[str]


def syllables(text: str) -> list[str]:
    """Return a syllable without tone per Chinese character and each other run of letters as one item.

    `ABC科技` gives `["abc", "ke", "ji"]`; ü is written v; punctuation and blanks are left out.
    """
    tables = _tables()
    plain = to_simplified(text if text.isascii() else unicodedata.normalize("NFKC", text))
    if tables.changing.isdisjoint(map(add, plain, plain[1:])):
        usual = [tables.characters.get(character) for character in plain]
        if None not in usual:
            return cast(list[str], usual)
    return _walk(plain, tables)


def _walk(plain: str, tables: _Tables) -> list[str]:
    """Read from left to right, at each place the longest phrase that begins there."""
    items: list[str] = []
    at, end = 0, len(plain)
    while at < end:
        known = tables.characters.get(plain[at])
        if known is None:
            run = _RUN.match(plain, at)
            if run:
                items.append(run[0].lower())
            at = run.end() if run else at + 1
            continue
        for phrase, readings in tables.phrases.get(plain[at : at + 2], ()):
            if plain.startswith(phrase, at):
                items.extend(readings)
                at += len(phrase)
                break
        else:
            items.append(known)
            at += 1
    return items


def person_syllables(name: str) -> list[list[str]]:
    """Return every reading of a person's name, the likeliest first; surnames are read as surnames."""
    usual = syllables(name)
    if not usual:
        return []
    surname = to_simplified(name.strip()[:1])
    known = _SURNAMES.get(surname, ()) if not _reads_as_phrase(name) else ()
    firsts = dict.fromkeys((*known, usual[0]))
    if known and surname in _tables().characters:
        firsts |= {_tables().characters[surname]: None}
    return [[first, *usual[1:]] for first in firsts]


def spell(text: str) -> Spelling:
    """Spell a text in full and by its initials; runs of other letters count whole in both."""
    items = syllables(text)
    known = _tables().syllables
    return Spelling("".join(items), "".join(item[0] if item in known else item for item in items))


def sort_key(text: str) -> str:
    """Return what a Chinese list is sorted by: its syllables, so that 北京 stands before 上海."""
    return " ".join(syllables(text))


def is_syllable(letters: str) -> bool:
    """Tell whether letters are one whole pinyin syllable without tone."""
    return letters in _tables().syllables


def _reads_as_phrase(name: str) -> bool:
    """Two-character surnames (尉迟, 万俟, 单于) come out right by the phrases."""
    return to_simplified(name.strip()[:2]) in {"单于", "乐正"}


@cache
def _tables() -> _Tables:
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    characters = {chr(code): _toneless(readings.split(",")[0]) for code, readings in PINYIN_DICT.items()}
    phrases = {
        phrase: tuple(_toneless(reading[0]) for reading in readings)
        for phrase, readings in PHRASES_DICT.items()
        if len(phrase) == len(readings) > 1
    }
    # All phrases are kept: one that reads its characters as usual still keeps 公司|长沙 from being read 司长.
    by_opening: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    changing: set[str] = set()
    for phrase, readings in phrases.items():
        by_opening.setdefault(phrase[:2], []).append((phrase, readings))
        if any(
            characters.get(character) != reading for character, reading in zip(phrase, readings, strict=True)
        ):
            changing.add(phrase[:2])
    ordered = {
        opening: tuple(sorted(group, key=lambda entry: -len(entry[0])))
        for opening, group in by_opening.items()
    }
    return _Tables(characters, ordered, frozenset(changing), frozenset(characters.values()))


@cache
def _toneless(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
