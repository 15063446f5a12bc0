"""What a figure is: counts, sums, shares and medians, and when there is too little to say anything."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

FEW = 10  # of fewer records a share or a median says nothing (S2-21)
_PLACES = Decimal("0.000001")


class Unit(TextChoices):
    COUNT = "count", pgettext_lazy("unit", "count")
    YUAN = "yuan", pgettext_lazy("unit", "yuan")
    SHARE = "share", pgettext_lazy("unit", "share")
    DAYS = "days", pgettext_lazy("unit", "days")
    HOURS = "hours", pgettext_lazy("unit", "hours")
    POINTS = "points", pgettext_lazy("unit", "points")


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return a part of a whole as 0 to 1 with six places; None of nothing, which has no share."""
    return (Decimal(part) / Decimal(whole)).quantize(_PLACES, ROUND_HALF_UP) if whole else None


def median(counts: Mapping[int, int]) -> Decimal | None:
    """Return the median of whole numbers given with how often each occurs; None of none."""
    whole = sum(counts.values())
    if not whole:
        return None
    lower, upper = (whole - 1) // 2, whole // 2
    found: list[int] = []
    seen = 0
    for value in sorted(counts):
        before, seen = seen, seen + counts[value]
        found += [value for place in (lower, upper) if before <= place < seen]
    return (Decimal(found[0]) + found[1]) / 2


def mean(total: Decimal | int, count: int) -> Decimal | None:
    """Return the mean with two places; None of nothing."""
    return (Decimal(total) / count).quantize(Decimal("0.01"), ROUND_HALF_UP) if count else None
