"""Whom one greets, and when: festivals of both calendars and birthdays (S0-18)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.kit.lunar import clear_and_bright, solar_day


class Festival(TextChoices):
    """Days on which one wishes well."""

    NEW_YEAR = "new_year", gettext_lazy("New Year's Day")
    SPRING = "spring", gettext_lazy("Spring Festival")
    LANTERN = "lantern", gettext_lazy("Lantern Festival")
    CLEAR_BRIGHT = "clear_bright", gettext_lazy("Qingming")
    DRAGON_BOAT = "dragon_boat", gettext_lazy("Dragon Boat Festival")
    SEVENTH = "seventh", gettext_lazy("Qixi")
    MOON = "moon", gettext_lazy("Mid-Autumn Festival")
    NATIONAL = "national", gettext_lazy("National Day")
    DOUBLE_NINTH = "double_ninth", gettext_lazy("Double Ninth Festival")


# Mourning and lovers' days are no occasion for business wishes unless a company says so.
OFF_AT_FIRST = frozenset({Festival.CLEAR_BRIGHT, Festival.SEVENTH})
ON_AT_FIRST = tuple(festival.value for festival in Festival if festival not in OFF_AT_FIRST)
_LUNAR = {
    Festival.SPRING: (1, 1), Festival.LANTERN: (1, 15), Festival.DRAGON_BOAT: (5, 5), Festival.SEVENTH: (7, 7),
    Festival.MOON: (8, 15), Festival.DOUBLE_NINTH: (9, 9),
}  # fmt: skip
_SOLAR = {Festival.NEW_YEAR: (1, 1), Festival.NATIONAL: (10, 1)}
MOST_DAYS_AHEAD = 3
BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day to greet on: a festival's or birthday's key, and the year it is kept in."""

    key: str
    day: date

    @property
    def name(self) -> str:
        """What the occasion is kept under: once a year and person."""
        return f"{self.key}:{self.day.year}"

    @property
    def label(self) -> str:
        """The occasion in words."""
        return str(Festival(self.key).label) if self.key in Festival.values else _("Birthday")


def festival_day(festival: Festival, year: int) -> date:
    """Return when a festival falls in a solar year."""
    if festival == Festival.CLEAR_BRIGHT:
        return clear_and_bright(year)
    if festival in _SOLAR:
        return date(year, *_SOLAR[festival])
    found = solar_day(year, *_LUNAR[festival])
    assert found is not None  # noqa: S101 (every lunar year has these days)
    return found


def festivals_between(first: date, last: date, used: Collection[str]) -> list[Occasion]:
    """Return the festivals in use from `first` to `last`, both counted."""
    found = [
        Occasion(festival.value, day)
        for festival in Festival
        if festival.value in used
        for year in range(first.year, last.year + 1)
        if first <= (day := festival_day(festival, year)) <= last
    ]
    return sorted(found, key=lambda one: one.day)


def days_ahead(today: date, most: int) -> tuple[date, date]:
    """Return the days one greets for today: from the day itself to `most` (1 to 3) days ahead."""
    return today, today + timedelta(days=min(max(most, 1), MOST_DAYS_AHEAD))
