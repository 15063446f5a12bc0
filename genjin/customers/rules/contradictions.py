"""What cannot well be true together: warnings with their reason, never refusals. Pure.

A warning must be right most of the time; what may well be so (a maker that also sells) is not said.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers.rules.axes import Size, size_of
from genjin.kit.area_codes import places_of
from genjin.kit.errors import ValueRefused
from genjin.kit.industry import industry_of, parse_industry, sections_in
from genjin.kit.money import show_money
from genjin.kit.phone import parse_phone
from genjin.kit.region import Region, parse_region
from genjin.kit.region_table import place_table
from genjin.kit.text import to_simplified


@dataclass(frozen=True, slots=True)
class Profile:
    """What is looked at, as it is stored; everything may be missing."""

    kind: str = "org"
    credit_code: str = ""
    industry: str = ""
    main_business: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    address: str = ""
    size: str = ""
    employee_count: int | None = None
    revenue_min: Decimal | None = None
    revenue_max: Decimal | None = None
    budget_min: Decimal | None = None
    founded_on: date | None = None
    phones: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A warning: what it is, why, and which fields to look at."""

    code: str
    reason: str
    fields: tuple[str, ...]


# Sections whose companies commonly do the other's business, too: no contradiction.
_NEIGHBOURS = {
    frozenset(pair)
    for pair in ["AC", "AF", "AN", "AM", "BC", "BF", "CD", "CE", "CF", "CI", "CM", "CN", "CO", "CR", "CG", "DE", "DF", "DI", "DM", "DN", "EF", "EK", "EL", "EM", "EN", "FG", "FH", "FI", "FL", "FO", "FQ", "GI", "GL", "HK", "HL", "HR", "HO", "IJ", "IL", "IM", "IP", "IQ", "IR", "JL", "JK", "KL", "KN", "KO", "LM", "LN", "LO", "LP", "LR", "MN", "MP", "MQ", "NO", "NR", "OQ", "OR", "PR", "PQ", "PL", "QM", "RP", "FR", "IF", "IO", "AH", "BD", "BM", "BE", "GC", "CQ", "FP", "FM", "FN"]
}  # fmt: skip
_MOST_PER_HEAD, _LEAST_PER_HEAD = Decimal(100_000_000), Decimal(2_000)  # yuan a year
_BAND: dict[str, tuple[int | None, int | None]] = {
    Size.SMALL: (1, 49),
    Size.MIDDLE: (50, 199),
    Size.LARGE: (200, None),
}
_LANDLINE_LABELS = ("座机", "固定电话", "固话", "总机", "办公电话", "公司电话", "landline")


def contradictions(profile: Profile, today: date) -> list[Contradiction]:
    """Return what cannot well be true together about a customer, each with its reason (S1-13)."""
    return [found for check in _CHECKS for found in check(profile, today)]


def _founding(profile: Profile, today: date) -> Iterator[Contradiction]:
    if profile.founded_on is not None and profile.founded_on > today:
        reason = _("Founded %(day)s, which lies in the future.") % {"day": profile.founded_on}
        yield Contradiction("founded_in_future", reason, ("founded_on",))


def _region(profile: Profile) -> Region:
    return parse_region(profile.province + profile.city + profile.district)


def _region_and_address(profile: Profile, _today: date) -> Iterator[Contradiction]:
    written, read = _region(profile), parse_region(profile.address)
    if not written or not read or not _is_named(read, profile.address):
        return
    if written.province != read.province or _is_another_city(written, read):
        reason = _("Region says %(region)s, the address says %(address)s.") % {
            "region": _shown(written), "address": _shown(read),
        }  # fmt: skip
        yield Contradiction("region_against_address", reason, ("province", "city", "address"))


def _is_named(read: Region, address: str) -> bool:
    """Whether an address names its province, city or district by more than a short name that may be a street's."""
    plain = to_simplified(address)
    return any(part and part in plain for part in (read.province[:2], read.city[:2], read.district))


def _is_another_city(written: Region, read: Region) -> bool:
    """Counties run by their province (code 90) are often filed under the city around them."""
    is_sure = "90" not in {written.code[2:4], read.code[2:4]}
    return bool(is_sure and written.city and read.city and written.city != read.city)


def _shown(region: Region) -> str:
    return "".join(dict.fromkeys(part for part in (region.province, region.city) if part))


def _code_and_region(profile: Profile, _today: date) -> Iterator[Contradiction]:
    """Digits 3 to 8 of a credit code are where it was given out; 10 is the national office."""
    place, here = profile.credit_code[2:4], _region(profile) or parse_region(profile.address)
    if not here or len(profile.credit_code) != 18 or not place.isdecimal() or place == "10":
        return
    if place != here.code[:2] and (province := _province(place)):
        reason = _("The credit code was given out in %(code)s, the region is %(region)s.") % {
            "code": province, "region": here.province,
        }  # fmt: skip
        yield Contradiction("code_against_region", reason, ("credit_code", "province"))


def _province(digits: str) -> str:
    try:
        return place_table().place(f"{digits}0000").name
    except KeyError:
        return ""


def _phones_and_region(profile: Profile, _today: date) -> Iterator[Contradiction]:
    here = _region(profile) or parse_region(profile.address)
    if not here:
        return
    for phone in profile.phones:
        places = places_of(phone)
        if places and not any(_may_be_at(here, place) for place in places):
            names = "、".join(place_table().place(code).name for code in places)
            reason = _("The area code of %(phone)s belongs to %(place)s, the region is %(region)s.") % {
                "phone": phone.partition("-")[0], "place": names, "region": _shown(here),
            }  # fmt: skip
            yield Contradiction("phone_against_region", reason, ("contact.phone", "province", "city"))
            return


def _may_be_at(here: Region, place: str) -> bool:
    if here.code[:2] != place[:2]:
        return False
    return place.endswith("0000") or here.code[2:4] in {"00", place[2:4]}


def _mobile_as_landline(profile: Profile, _today: date) -> Iterator[Contradiction]:
    for label, value in profile.extra.items():
        if not any(word in label.lower() for word in _LANDLINE_LABELS):
            continue
        try:
            kind = parse_phone(str(value)).kind
        except ValueRefused:
            continue
        if kind == "mobile":
            reason = _("%(label)s holds a mobile number.") % {"label": label}
            yield Contradiction("mobile_as_landline", reason, ("extra",))


def _size_and_heads(profile: Profile, _today: date) -> Iterator[Contradiction]:
    count = profile.employee_count
    if count and profile.size and profile.size != size_of(count):
        reason = _("%(count)d employees do not fit the size %(size)s.") % {
            "count": count, "size": Size(profile.size).label,
        }  # fmt: skip
        yield Contradiction("size_against_employees", reason, ("size", "employee_count"))


def _size_and_revenue(profile: Profile, _today: date) -> Iterator[Contradiction]:
    """Compare revenue with heads; traders and financiers turn over any amount with few people."""
    fewest, most = _heads(profile)
    low, high = profile.revenue_min, profile.revenue_max
    turns_over = parse_industry(profile.industry).section_code in {"F", "J", "K"}
    if low is not None and most and low > most * _MOST_PER_HEAD and not turns_over:
        reason = _("%(revenue)s a year with at most %(count)d employees is more than 100 million a head.")
        words = {"revenue": show_money(low), "count": most}
        yield Contradiction("revenue_too_high", reason % words, ("size", "revenue_min"))
    if high is not None and high > 0 and fewest and high < fewest * _LEAST_PER_HEAD:
        reason = _("%(revenue)s a year with at least %(count)d employees does not pay their wages.")
        words = {"revenue": show_money(high), "count": fewest}
        yield Contradiction("revenue_too_low", reason % words, ("size", "revenue_max"))


def _heads(profile: Profile) -> tuple[int | None, int | None]:
    if profile.employee_count:
        return profile.employee_count, profile.employee_count
    return _BAND[Size(profile.size)] if profile.size else (None, None)


def _budget_and_revenue(profile: Profile, _today: date) -> Iterator[Contradiction]:
    low, high = profile.budget_min, profile.revenue_max
    if low is not None and high and low > high:
        reason = _("A budget of %(budget)s is more than the revenue of a year, %(revenue)s.") % {
            "budget": show_money(low), "revenue": show_money(high),
        }  # fmt: skip
        yield Contradiction("budget_over_revenue", reason, ("budget_min", "revenue_max"))


def _industry_and_business(profile: Profile, _today: date) -> Iterator[Contradiction]:
    section = parse_industry(profile.industry).section_code
    told = sections_in(profile.main_business) if section else frozenset()
    if told and not any(other == section or frozenset((section, other)) in _NEIGHBOURS for other in told):
        reason = _("Industry is %(industry)s, but the main business speaks of %(business)s.") % {
            "industry": profile.industry,
            "business": "、".join(industry_of(one).section for one in sorted(told)),
        }
        yield Contradiction("industry_against_business", reason, ("industry", "main_business"))


_CHECKS: tuple[Callable[[Profile, date], Iterator[Contradiction]], ...] = (
    _founding, _region_and_address, _code_and_region, _phones_and_region, _mobile_as_landline, _size_and_heads,
    _size_and_revenue, _budget_and_revenue, _industry_and_business,
)  # fmt: skip
