"""The divisions of GB/T 2260 and the words they are called by, read once from regions.csv.

Taiwan has one code, 710000; the numbers 7101.. of its cities are the table's own and never leave this package.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from genjin.kit.text import to_simplified

_MUNICIPALITIES = ("11", "12", "31", "50", "81", "82")
_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族"
    "|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|普米族|塔吉克|怒族|鄂温克族"
    "|保安族|裕固族|鄂伦春|独龙族|各族"
)
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})*自治([区州县旗])$")
_ENDING = re.compile(r"(?:特别行政区|地区|林区|特区|矿区|新区|[省市区县盟旗])$")
_WITHOUT_PEOPLE = {"东乡族自治县": "东乡", "鄂温克族自治旗": "鄂温克", "鄂伦春自治旗": "鄂伦春"}


@dataclass(frozen=True, slots=True)
class Place:
    """A division; level 1 is a province, 2 a city, 3 a district or county."""

    code: str
    name: str
    level: int

    @property
    def is_municipality(self) -> bool:
        return self.level == 1 and self.code[:2] in _MUNICIPALITIES

    @property
    def is_urban_district(self) -> bool:
        return self.level == 3 and self.name.endswith("区")

    @property
    def city_key(self) -> str:
        """The same for all places of one city."""
        if self.code[:2] in _MUNICIPALITIES:
            return self.code[:2]
        return self.code if _is_directly_run(self.code) else self.code[:4]

    def lies_in(self, other: "Place") -> bool:
        if other.level == 1:
            return self.code[:2] == other.code[:2]
        return self.city_key == other.city_key


@dataclass(frozen=True, slots=True)
class Found:
    """A word in the text and every place called so; short means without 省, 市, 区, 县 ..."""

    text: str
    places: tuple[Place, ...]
    is_short: bool


class PlaceTable:
    """All places by code and by word."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._places: dict[str, Place] = {}
        self._full: dict[str, list[Place]] = {}
        self._short: dict[str, list[Place]] = {}
        rows = list(rows)
        for code, name, now in rows:
            if not now:
                self._places[code] = Place(code, name, _level(code))
        for code, name, now in rows:
            # 乾安 is written 干安 once a text has been simplified.
            for spelling in {name, to_simplified(name)}:
                self._add_words(spelling, self._places[now or code])
        self._add_other_endings()
        self._found = {
            text: Found(text, tuple(places), is_short=True) for text, places in self._short.items()
        }
        self._found |= {
            text: Found(text, tuple(places), is_short=False) for text, places in self._full.items()
        }
        self._lengths: dict[str, tuple[int, ...]] = {}
        for text in self._found:
            known = self._lengths.get(text[:2], ())
            self._lengths[text[:2]] = tuple(sorted({*known, len(text)}, reverse=True))

    def place(self, code: str) -> Place:
        return self._places[code]

    def words_at(self, text: str, at: int) -> Iterator[Found]:
        """Yield the words beginning at this position, longest first."""
        for length in self._lengths.get(text[at : at + 2], ()):
            found = self._found.get(text[at : at + length])
            if found and len(found.text) == length:
                yield found

    def province_of(self, place: Place) -> Place:
        return self._places[place.code[:2] + "0000"]

    def city_of(self, place: Place) -> Place | None:
        if place.code[:2] in _MUNICIPALITIES:
            return self.province_of(place)
        if place.level == 1:
            return None
        return place if place.level == 2 else self._places.get(place.code[:4] + "00")

    def common(self, places: tuple[Place, ...]) -> Place | None:
        """Return the smallest place that holds all of these, or None."""
        cities = {self.city_of(place) for place in places}
        if len(cities) == 1:
            return cities.pop()
        provinces = {self.province_of(place) for place in places}
        return provinces.pop() if len(provinces) == 1 else None

    def called(self, word: str) -> tuple[Place, ...]:
        """Return every place called so."""
        found = self._found.get(word)
        return found.places if found else ()

    def words(self) -> Iterable[Found]:
        """Return every word a place is called by."""
        return self._found.values()

    def _add_words(self, name: str, place: Place) -> None:
        _put(self._full, name, place)
        stem, kind = _stem(name)
        if len(stem) < 2:
            return
        if stem != name:
            _put(self._short, stem, place)
        if kind in {"州", "县", "旗"}:
            _put(self._full, stem + kind, place)
        if name.endswith("新区"):
            _put(self._full, stem + "区", place)

    def _add_other_endings(self) -> None:
        """Counties become cities and districts; where it fits no other place, the other ending counts too."""
        for stem, places in self._short.items():
            counties = [place for place in places if place.level == 3]
            for ending in "市县区":
                if counties and stem + ending not in self._full:
                    self._full[stem + ending] = counties


@cache
def place_table() -> PlaceTable:
    """Return the table, read at first use."""
    with Path(__file__).with_name("regions.csv").open(encoding="utf-8", newline="") as file:
        return PlaceTable([(row["code"], row["name"], row["now"]) for row in csv.DictReader(file)])


def _put(words: dict[str, list[Place]], text: str, place: Place) -> None:
    places = words.setdefault(text, [])
    if place not in places:
        places.append(place)


def _stem(name: str) -> tuple[str, str]:
    """Split a name into what it is called by and, for autonomous places, its kind."""
    if name in _WITHOUT_PEOPLE:
        return _WITHOUT_PEOPLE[name], name[-1]
    found = _AUTONOMOUS.search(name)
    if found:
        return name[: found.start()], found[1]
    return _ENDING.sub("", name), ""


def _is_directly_run(code: str) -> bool:
    """Counties under their province have 90 for a city: 419001 济源市."""
    return code[2:4] == "90"


def _level(code: str) -> int:
    if code.endswith("0000"):
        return 1
    return 2 if code.endswith("00") or _is_directly_run(code) else 3
