"""Which industry is meant: section and division of GB/T 4754-2017, read from codes, names and common words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from genjin.kit.industry_table import SECTIONS, UNSURE, WORDS, WORDS_INSIDE
from genjin.kit.text import clean, to_simplified

_CUT = re.compile(r"\s*(?:[-—–_/|>＞→:：·]|\s)+\s*")
_CODE = re.compile(r"([A-Ta-t])?\s*(\d{2})(\d{0,2})|([A-Ta-t])")
_SIGNS = re.compile(r"[\s、,，和及与()（）.。;；]+")
_SHORTEST = 2  # a word of one character names nothing


@dataclass(frozen=True, slots=True)
class Industry:
    """A section with its letter and, where known, a division of two digits; empty where nothing is sure."""

    section_code: str = ""
    section: str = ""
    division_code: str = ""
    division: str = ""

    def __bool__(self) -> bool:
        return bool(self.section_code)

    @property
    def code(self) -> str:
        """C36, or C alone."""
        return self.section_code + self.division_code

    @property
    def words(self) -> str:
        """制造业-汽车制造业, as people choose it; one word where both levels are called the same."""
        return "-".join(dict.fromkeys(part for part in (self.section, self.division) if part))


def parse_industry(text: str) -> Industry:
    """Read an industry as written: `C36`, `制造业-汽车零部件`, `汽车制造业`, `IT服务`.

    Parts cut by a dash or slash narrow each other; parts that contradict each other leave the first. A word
    that may be several industries gives what they share, or an empty Industry, which is false. Never raises.
    """
    plain = unicodedata.normalize("NFKC", clean(text))
    if found := _CODE.fullmatch(plain):
        return _of_code(found)
    plain = to_simplified(plain).lower()
    whole = _named(plain, "")
    if whole:
        return whole
    here = Industry()
    for part in _CUT.split(plain):
        found_here = _named(_without_code(part), here.section_code) or _held(part, here.section_code)
        if found_here and (not here or found_here.section_code == here.section_code):
            here = found_here if found_here.division_code or not here else here
    return here


def sections_in(text: str) -> frozenset[str]:
    """Return the letters of all sections a longer text speaks of: 汽车零部件的生产和销售 speaks of C."""
    plain = to_simplified(unicodedata.normalize("NFKC", clean(text))).lower()
    return frozenset(industry_of(code).section_code for code in _codes_in(plain))


def industry_of(code: str) -> Industry:
    """Return the industry of a letter or of a division's two digits; false for a code that is none."""
    return _by_code().get(code, Industry())


def all_industries() -> tuple[Industry, ...]:
    """Return every section followed by its divisions, in the order of the standard."""
    return tuple(_by_code().values())


def _of_code(found: re.Match[str]) -> Industry:
    letter, digits, alone = (found[1] or "").upper(), found[2], found[4]
    industry = industry_of(alone.upper() if alone else digits)
    return industry if not letter or industry.section_code == letter else Industry()


def _without_code(part: str) -> str:
    return re.sub(r"^[a-t]?\d{2,4}\s*(?=\D)", "", part)


def _key(text: str) -> str:
    return _SIGNS.sub("", text).removesuffix("行业").removesuffix("业")


def _named(part: str, section: str) -> Industry:
    """Return what a whole part is called so; inside a section only its own."""
    if inside := WORDS_INSIDE.get(section, {}).get(_key(part)):
        return industry_of(inside)
    codes = _names().get(_key(part), ())
    fitting = [one for one in map(industry_of, codes) if not section or one.section_code == section]
    return _common(fitting)


def _held(part: str, section: str) -> Industry:
    """Return what all the words in a part agree on; inside a section only its own words count."""
    return _common(
        [one for one in map(industry_of, _codes_in(part)) if not section or one.section_code == section]
    )


def _common(found: list[Industry]) -> Industry:
    if len({one.section_code for one in found}) != 1:
        return Industry()
    divisions = {one.division_code for one in found if one.division_code}
    if len(divisions) == 1:
        return industry_of(divisions.pop())
    return industry_of(found[0].section_code)


def _codes_in(plain: str) -> list[str]:
    """Return the codes of the longest words from left to right; none of them overlap."""
    codes: list[str] = []
    at = 0
    while at < len(plain):
        for word in _words_by_opening().get(plain[at : at + _SHORTEST], ()):
            if plain.startswith(word, at):
                codes += _words()[word]
                at += len(word)
                break
        else:
            at += 1
    return codes


@cache
def _by_code() -> dict[str, Industry]:
    table: dict[str, Industry] = {}
    number = 0
    for letter, section, divisions in SECTIONS:
        table[letter] = Industry(letter, section)
        for division in divisions:
            number += 1
            table[f"{number:02d}"] = Industry(letter, section, f"{number:02d}", division)
    return table


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Return the common words with their codes."""
    words: dict[str, tuple[str, ...]] = {}
    for code, text in WORDS.items():
        for word in text.split():
            words[word] = (*words.get(word, ()), code)
    return dict.fromkeys(UNSURE, ()) | words


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Return official names and common words by their key; the official name wins over a word."""
    names = {_key(word): codes for word, codes in _words().items()}
    for code, industry in _by_code().items():
        names[_key(industry.division or industry.section)] = (code,)
    return names


@cache
def _words_by_opening() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in _words():
        if len(word) >= _SHORTEST:
            found.setdefault(word[:_SHORTEST], []).append(word)
    return {opening: tuple(sorted(group, key=len, reverse=True)) for opening, group in found.items()}


def as_chosen(text: str) -> str:
    """Return an industry as people choose it where a bare code was written; any other text stays as it is."""
    plain = unicodedata.normalize("NFKC", clean(text))
    found = _CODE.fullmatch(plain)
    return (_of_code(found).words or text) if found else text
