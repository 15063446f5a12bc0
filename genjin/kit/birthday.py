"""Birthdays as people say them: 8月15日, 1985-08-15, 农历八月十五, 农历闰六月初一."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused
from genjin.kit.lunar import lunar_birthday, lunar_day, solar_birthday

_MONTHS = {"正": 1, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "冬": 11, "十二": 12, "腊": 12}  # fmt: skip
_TENS = ("一", "二", "三", "四", "五", "六", "七", "八", "九")
_DAYS = (
    {f"初{word}": at for at, word in enumerate((*_TENS, "十"), 1)}
    | {f"十{word}": 10 + at for at, word in enumerate(_TENS, 1)}
    | {f"{twenty}{word}": 20 + at for twenty in ("廿", "二十") for at, word in enumerate(_TENS, 1)}
    | {"二十": 20, "廿": 20, "三十": 30, "三十一": 31, "十": 10}
    | {word: at for at, word in enumerate(_TENS, 1)}
)
_SHAPE = re.compile(
    r"(?P<lunar>农历|阴历|旧历|lunar)?(?:公历|阳历|新历|solar)?(?:(?P<year>(?:19|20)\d\d)[年/.-]?)?(?P<leap>闰)?"
    r"(?:(?P<month>\d{1,2})[月/.-](?P<day>\d{1,2})[日号]?|(?P<hanmonth>[正冬腊一二三四五六七八九十]{1,2})月(?P<handay>[初廿一二三四五六七八九十]{1,3})[日号]?)",
    re.IGNORECASE,
)
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Birthday:
    """A birthday: by the sun or by the moon, perhaps in a leap month, perhaps with its year."""

    month: int
    day: int
    is_lunar: bool = False
    is_leap: bool = False
    year: int | None = None

    @property
    def key(self) -> str:
        """What equal birthdays share, years aside: S0815, L0815, R0601 for a leap month."""
        return f"{'R' if self.is_leap else 'L' if self.is_lunar else 'S'}{self.month:02}{self.day:02}"

    @property
    def text(self) -> str:
        """How it is kept and shown; `parse_birthday` reads it again."""
        year = f"{self.year}-" if self.year else ""
        return f"{'农历' if self.is_lunar else ''}{year}{'闰' if self.is_leap else ''}{self.month:02}-{self.day:02}"

    def is_on(self, day: date) -> bool:
        """Say whether it is kept on `day`."""
        if not self.is_lunar:
            return solar_birthday(day.year, self.month, self.day) == day
        return lunar_birthday(lunar_day(day).year, self.month, self.day, is_leap=self.is_leap) == day


def parse_birthday(text: str) -> Birthday:
    """Read a birthday with or without its year. Raises ValueRefused: birthday_invalid."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = _SHAPE.fullmatch(plain)
    if found is None:
        raise _invalid()
    is_spoken = found["hanmonth"] is not None
    month = _MONTHS.get(found["hanmonth"], 0) if is_spoken else int(found["month"])
    day = _DAYS.get(found["handay"], 0) if is_spoken else int(found["day"])
    is_lunar = bool(found["lunar"] or found["leap"] or re.search("[正冬腊]月|初|廿", plain))
    if not 1 <= month <= 12 or not 1 <= day <= (30 if is_lunar else _LONGEST[month - 1]):
        raise _invalid()
    return Birthday(month, day, is_lunar, bool(found["leap"]), int(found["year"]) if found["year"] else None)


def _invalid() -> ValueRefused:
    return ValueRefused(
        _("Write a birthday such as 8月15日, 1985-08-15 or 农历八月十五."), "birthday_invalid"
    )


def kept_on(day: date) -> Iterator[Birthday]:
    """Yield every birthday, years aside, that is kept on `day`: few keys to ask a table for.

    February 29 is kept on the 28th of short years; the 30th of the moon on the 29th of short months; a leap month's in
    the plain month of years without one.
    """
    for number in sorted({day.day, 29 if (day.month, day.day) == (2, 28) else day.day}):
        one = Birthday(day.month, number)
        if one.is_on(day):
            yield one
    moon = lunar_day(day)
    for number in sorted({moon.day, 30 if moon.day == 29 else moon.day}):
        for is_leap in (False, True):
            one = Birthday(moon.month, number, is_lunar=True, is_leap=is_leap)
            if one.is_on(day):
                yield one
