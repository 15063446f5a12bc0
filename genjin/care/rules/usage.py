"""Figures of how a customer uses what it bought, the periods they are of, and what they recommend. Pure (S3-18)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.kit.errors import RuleError, wrong_at

LONGEST_METRIC = 60
_QUARTER = re.compile(
    r"(\d{4})\s*(?:年|-|/)?\s*(?:第)?\s*(?:Q([1-4])|([1-4一二三四])\s*季度?)", re.IGNORECASE
)
_MONTH = re.compile(
    r"(\d{4})\s*(?:年|-|/|\.)\s*(\d{1,2})\s*(?:月(?:份)?)?(?:\s*(?:-|/|\.)?\s*\d{1,2}\s*日?(?:[ T].*)?)?"
)
_YEAR = re.compile(r"(\d{4})\s*年?")
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}


class Figure(TextChoices):
    """Which figure of a row a rule looks at."""

    PERCENT = "percent", gettext_lazy("Share of functions used, %")
    VALUE = "value", pgettext_lazy("usage", "Value")
    USERS = "active_users", gettext_lazy("Active users")


class Operator(TextChoices):
    AT_LEAST = "ge", pgettext_lazy("comparison", "at least")
    MORE = "gt", pgettext_lazy("comparison", "more than")
    AT_MOST = "le", pgettext_lazy("comparison", "at most")
    LESS = "lt", pgettext_lazy("comparison", "less than")


class Origin(TextChoices):
    HAND = "hand", pgettext_lazy("usage", "By hand")
    SHEET = "sheet", pgettext_lazy("usage", "From a sheet")
    API = "api", pgettext_lazy("usage", "Over the API")


class State(TextChoices):
    """Where a proposal to buy again stands."""

    PROPOSED = "proposed", pgettext_lazy("repurchase", "Proposed")
    PLANNED = "planned", pgettext_lazy("repurchase", "Planned")
    CONFIRMED = "confirmed", pgettext_lazy("repurchase", "Confirmed by the customer")
    DISMISSED = "dismissed", pgettext_lazy("repurchase", "Not now")


OPEN_STATES = (State.PROPOSED, State.PLANNED)
QUIET_AFTER_NO = timedelta(days=180)  # so long a rule does not propose again what somebody put aside


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter or a year: its one spelling, first and last day."""

    code: str
    first: date
    last: date


def read_period(text: str) -> Period:
    """Read a period: `2026-03`, `2026年3月`, `2026Q1`, `2026年第一季度`, `2026`; a day means its month.

    Raises RuleError `period_invalid`.
    """
    text = text.strip()
    if found := _QUARTER.fullmatch(text):
        number = found[2] or str(_NUMERALS.get(found[3], found[3]))
        return _span(text, f"{found[1]}-Q{number}", int(found[1]), (3 * int(number) - 2, 3))
    if found := _MONTH.fullmatch(text):
        return _span(text, f"{found[1]}-{int(found[2]):02d}", int(found[1]), (int(found[2]), 1))
    if found := _YEAR.fullmatch(text):
        return _span(text, found[1], int(found[1]), (1, 12))
    raise _period_invalid(text)


def _span(text: str, code: str, year: int, part: tuple[int, int]) -> Period:
    month, months = part  # the first one, and how many
    last = month + months - 1
    if not (1900 <= year <= 2200 and 1 <= month <= 12):
        raise _period_invalid(text)
    return Period(code, date(year, month, 1), date(year, last, monthrange(year, last)[1]))


def _period_invalid(text: str) -> RuleError:
    sentence = _("“%(text)s” is no period. Write a month, a quarter or a year: 2026-03, 2026Q1, 2026.")
    return wrong_at("period", sentence % {"text": text[:30]}, "period_invalid")


def quarter_of(day: date) -> Period:
    """Return the quarter a day lies in."""
    return read_period(f"{day.year}Q{(day.month - 1) // 3 + 1}")


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one metric in one period; at least one of the figures."""

    metric: str
    period: Period
    percent: Decimal | None = None
    value: Decimal | None = None
    active_users: int | None = None
    last_login_on: date | None = None


def check_figures(given: Figures, today: date) -> None:
    """Refuse figures that say nothing or cannot be.

    Raises RuleError `metric_missing`, `figures_missing`, `percent_range`, `figure_negative`, `login_in_future`,
    `period_in_future`.
    """
    if not given.metric.strip():
        raise wrong_at("metric", _("Name what was measured."), "metric_missing")
    known = (given.percent, given.value, given.active_users, given.last_login_on)
    if all(one is None for one in known):
        sentence = _("Give at least one figure: a share, a value, active users or the last login.")
        raise wrong_at("percent", sentence, "figures_missing")
    if given.percent is not None and not 0 <= given.percent <= 100:
        raise wrong_at("percent", _("A share lies between 0 and 100."), "percent_range")
    for name, figure in (("value", given.value), ("active_users", given.active_users)):
        if figure is not None and figure < 0:
            raise wrong_at(name, _("This cannot be less than 0."), "figure_negative")
    if given.last_login_on is not None and given.last_login_on > today:
        raise wrong_at("last_login_on", _("The last login lies today or earlier."), "login_in_future")
    if given.period.first > today:
        raise wrong_at("period", _("This period has not begun yet."), "period_in_future")


def is_hit(operator: str, threshold: Decimal, figure: Decimal | int | None) -> bool:
    """Whether a figure meets a rule; one that is not known never does."""
    if figure is None:
        return False
    return {
        Operator.AT_LEAST: figure >= threshold,
        Operator.MORE: figure > threshold,
        Operator.AT_MOST: figure <= threshold,
        Operator.LESS: figure < threshold,
    }[Operator(operator)]


def check_rule(figure: str, operator: str, threshold: Decimal) -> None:
    """Refuse a rule that could never hit or always would. Raises RuleError `threshold_range`."""
    top = Decimal(100) if figure == Figure.PERCENT else None
    pointless = threshold < 0 or (top is not None and threshold > top)
    pointless = pointless or (operator == Operator.LESS and threshold == 0)
    pointless = pointless or (top is not None and operator == Operator.MORE and threshold == top)
    if pointless:
        raise wrong_at("threshold", _("No figure can meet this."), "threshold_range")
