"""What somebody is to reach in a month, quarter or year, and how far one has come. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.followups.rules import Period
from genjin.insights.rules.stretches import Grain, grain_of, unit_of
from genjin.kit.errors import wrong_at
from genjin.kit.money import CENT

MOST = Decimal("999999999999.99")
_PLACES = Decimal("0.0001")
Own = Mapping[tuple[str, date], Decimal]


class Aim(TextChoices):
    """The figures one may set targets for; each is a metric of the catalogue that can be added up."""

    AMOUNT_SIGNED = "amount_signed", gettext_lazy("Amount signed")
    CASH = "cash", gettext_lazy("Cash collected")
    WON = "won", gettext_lazy("New customers that bought")
    CONTACTS = "contacts", gettext_lazy("Contacts made")


MONEY = frozenset({Aim.AMOUNT_SIGNED, Aim.CASH})
TARGET_GRAINS: Mapping[str, int] = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


def months_of(period: Period) -> list[date]:
    """Return the first days of the months a period consists of; [] where it cuts one."""
    if period.first.day != 1 or unit_of(Grain.MONTH, period.last).last != period.last:
        return []
    last = period.last.year * 12 + period.last.month - 1
    first = period.first.year * 12 + period.first.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(first, last + 1)]


def target_in(period: Period, own: Own) -> Decimal | None:
    """Return the target of a stretch: its own, else the sum of its quarters or months where all of them are set, else None."""
    grain = grain_of(period)
    if grain in TARGET_GRAINS and (str(grain), period.first) in own:
        return own[str(grain), period.first]
    if grain == Grain.YEAR:
        quarters = [unit_of(Grain.QUARTER, period.first.replace(month=at)) for at in (1, 4, 7, 10)]
        parts = [target_in(quarter, own) for quarter in quarters]
    else:
        parts = [own.get((Grain.MONTH.value, first)) for first in months_of(period)]
    set_ones = [amount for amount in parts if amount is not None]
    return sum(set_ones, Decimal(0)) if set_ones and len(set_ones) == len(parts) else None


def attainment(actual: Decimal | int, target: Decimal | None) -> Decimal | None:
    """Return actual ÷ target, 1 is reached; None ("—") where the target is 0 or none is set (S2-21)."""
    return (Decimal(actual) / target).quantize(_PLACES, ROUND_HALF_UP) if target else None


def gap(actual: Decimal | int, target: Decimal | None) -> Decimal | None:
    """Return what is missing, target - actual, below nothing where more was reached; None where attainment is."""
    return target - Decimal(actual) if target else None


def daily(missing: Decimal | None, days: int, *, whole: bool) -> Decimal | None:
    """Return what each of the days left must bring, rounded up; None where nothing is missing or no day is left."""
    if not missing or missing <= 0 or days <= 0:
        return None
    return (missing / days).quantize(Decimal(1) if whole else CENT, ROUND_UP)


def check_target(metric: str, grain: str, first: date, amount: Decimal | None) -> None:
    """Refuse a target of an unknown figure or stretch, or below nothing.

    Raises RuleError `metric_unknown`, `stretch_invalid`, `amount_invalid`.
    """
    if metric not in Aim.values:
        raise wrong_at("metric", _("There are no targets for this figure."), "metric_unknown")
    if grain not in TARGET_GRAINS or unit_of(grain, first).first != first:
        sentence = _("Name a month, quarter or year by its first day.")
        raise wrong_at("first", sentence, "stretch_invalid")
    if amount is None:
        return
    if not 0 <= amount <= MOST or (metric not in MONEY and amount != int(amount)):
        sentence = _("A target is a number from 0 on; of customers and contacts a whole one.")
        raise wrong_at("amount", sentence, "amount_invalid")


def ranks(values: Sequence[Decimal]) -> list[int]:
    """Return the place of each of `values`, which come with the largest first; equals share one (1, 2, 2, 4)."""
    places: list[int] = []
    for at, value in enumerate(values):
        places.append(places[-1] if at and value == values[at - 1] else at + 1)
    return places
