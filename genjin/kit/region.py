"""Where an address lies: province, city and district of GB/T 2260, read without guessing."""

import re
import unicodedata
from dataclasses import dataclass

from genjin.kit.region_table import Found, Place, PlaceTable, place_table
from genjin.kit.text import clean, to_simplified

_SIGNS = {
    "11": "京",
    "12": "津",
    "13": "冀",
    "14": "晋",
    "15": "蒙",
    "21": "辽",
    "22": "吉",
    "23": "黑",
    "31": "沪申",
    "32": "苏",
    "33": "浙",
    "34": "皖",
    "35": "闽",
    "36": "赣",
    "37": "鲁",
    "41": "豫",
    "42": "鄂",
    "43": "湘",
    "44": "粤",
    "45": "桂",
    "46": "琼",
    "50": "渝",
    "51": "川蜀",
    "52": "贵黔",
    "53": "云滇",
    "54": "藏",
    "61": "陕秦",
    "62": "甘陇",
    "63": "青",
    "64": "宁",
    "65": "新",
    "71": "台",
    "81": "港",
    "82": "澳",
}
_ABBREVIATIONS = {sign: code for code, signs in _SIGNS.items() for sign in signs} | {"内蒙": "15"}
_NOISE = re.compile(r"[\s,，、:：;；\-—_·/\\|>()（）\[\]【】]+|自由贸易试验区|自贸区")
_OPENING = re.compile(r"(?:中华人民共和国|中国)?(?:(?:注册|公司|详细|联系|办公|收货)?地址)?(?:中国)?")
# A place's short name that only names a street, a village or a house there: 北京路 is in many cities.
_NOT_A_PLACE = re.compile(
    r"大?[路街道巷]|胡同|弄|里|[新东西南北中]?[路街]|[镇乡村屯庄营桥站港湾山江河湖寺]|新村|小区|花园|花苑|大厦|大楼|大酒店|酒店|宾馆"
    r"|饭店|商[场城厦]|广场|市场|中学|小学|医院|火车|公馆|家园|名[城苑]"
)
_STREET_AHEAD = re.compile(
    r"[东西南北中一二三四五六七八九十]{0,2}[路街道巷弄里村沟]|大[街道厦楼]|开发区|办事处|生态|风景|个体"
)
_HORIZON = 30


def _without_ending(name: str) -> str:
    return re.sub(r"新?区$", "", name)


@dataclass(frozen=True, slots=True)
class Region:
    """Names in force today, empty where unknown; `code` is the six digits of the smallest part known.

    For municipalities the city repeats the province (北京市, 北京市, 朝阳区); a county run directly by its
    province stands as the city (河南省, 济源市).
    """

    province: str = ""
    city: str = ""
    district: str = ""
    code: str = ""

    def __bool__(self) -> bool:
        return bool(self.code)


def parse_region(text: str) -> Region:
    """Read province, city and district from a place name or an address.

    Understands full and short names, former names and the provinces' signs (粤). What fits several places
    (朝阳区) stays empty unless the rest of the text decides. Never raises; an unreadable text gives an
    empty Region, which is false.
    """
    plain = _NOISE.sub("", to_simplified(unicodedata.normalize("NFKC", clean(text))))
    table = place_table()
    if sign := _ABBREVIATIONS.get(plain):
        return _region(table.place(sign + "0000"), table)
    plain = plain[_OPENING.match(plain).end() :]  # type: ignore[union-attr]
    place = _Walk(plain, table).run()
    return _region(place, table) if place else Region()


class _Walk:
    """One pass over an address from left to right, each name narrowing where the next may lie."""

    def __init__(self, plain: str, table: PlaceTable) -> None:
        self.plain = plain
        self.table = table
        self.here: Place | None = None
        self.undecided: list[tuple[Place, ...]] = []
        self.is_chain = True

    def run(self) -> Place | None:
        at = 0
        end = min(len(self.plain), _HORIZON)
        while at < end and not (self.here and self.here.level == 3):
            step = self._step(at)
            self.is_chain = step > 0
            at += step or 1
        self._decide()
        return self.here

    def _step(self, at: int) -> int:
        """Try to read a place at this position; return its length or 0."""
        for word in self.table.words_at(self.plain, at):
            places = self._fitting(word, at)
            if places:
                self._narrow(places)
                return len(word.text)
        return 0

    def _fitting(self, word: Found, at: int) -> tuple[Place, ...]:
        after = at + len(word.text)
        places = self._in_scope(word.places)
        if word.is_short:
            return self._short_allowed(places, after) if self.is_chain else ()
        if self.here is None:
            # 南关区 is in Changchun today; that a part of Kaifeng was once called so does not make it doubtful.
            places = tuple(place for place in places if place.name == word.text) or places
        if word.text.endswith("市") and self.plain.startswith("场", after):
            return ()
        if at and word.text.endswith("城市") and self.plain.startswith(("广场", "花园"), after):
            return ()  # 凯丰城市广场 is a square of its own
        if not self.is_chain and self.here is None:
            return places if len(places) == 1 and word.text[-1] in "省市州盟" else ()
        return places

    def _in_scope(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        here = self.here
        if here is None:
            return places
        return tuple(place for place in places if place.level > here.level and place.lies_in(here))

    def _short_allowed(self, places: tuple[Place, ...], after: int) -> tuple[Place, ...]:
        """Choose among places named without 省, 市, 县: a province, a capital, then what has no rival.

        A district's short name (朝阳, 南山) counts only inside its city, or where it is the whole text.
        """
        for ending in ("0000", "0100"):
            if leading := tuple(place for place in places if place.code.endswith(ending)):
                places = leading
                break
        if not places or self._only_names_a_street(places, after):
            return ()
        knows_city = self.here is not None and (self.here.level == 2 or self.here.is_municipality)
        is_alone = len(places) == 1 and (
            after == len(self.plain) or self._opens_the_address(places[0], after)
        )
        is_sure = knows_city or is_alone
        if is_sure or len({place.city_key for place in places}) == 1:
            return tuple(place for place in places if is_sure or not place.is_urban_district)[:1]
        return ()

    def _opens_the_address(self, place: Place, after: int) -> bool:
        """Whether a district's name no other place has begins an address: 浦东川沙镇, but not 江宁路."""
        is_first = self.here is None and self.plain.startswith(_without_ending(place.name))
        is_first = is_first and not self.plain.startswith("市")
        return is_first and place.is_urban_district and not _STREET_AHEAD.match(self.plain, after)

    def _only_names_a_street(self, places: tuple[Place, ...], after: int) -> bool:
        if not _NOT_A_PLACE.match(self.plain, after):
            return False
        # 石家庄桥西区, 广西河池: what looks like a bridge or a river begins the next name.
        inner = (
            place
            for word in self.table.words_at(self.plain, after)
            if not word.is_short or self.plain[after] in "山江河湖"
            for place in word.places
        )
        return not any(smaller.lies_in(place) for smaller in inner for place in places)

    def _narrow(self, places: tuple[Place, ...]) -> None:
        if len(places) == 1:
            self.here = places[0]
            return
        self.undecided.append(places)
        common = self.table.common(places)
        if common and (self.here is None or common.level > self.here.level):
            self.here = common

    def _decide(self) -> None:
        """Look again at the names that fitted several places, now that more is known."""
        for places in self.undecided:
            left = self._in_scope(places)
            if len(left) == 1:
                self.here = left[0]


def _region(place: Place, table: PlaceTable) -> Region:
    province = table.province_of(place)
    city = table.city_of(place)
    district = place if place.level == 3 else None
    deepest = district or city or province
    code = province.code if province.code.startswith("71") else deepest.code
    return Region(province.name, city.name if city else "", district.name if district else "", code)
