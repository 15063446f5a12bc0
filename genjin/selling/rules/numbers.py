"""Numbers of proposals, contracts and the like: a pattern and a counter. Pure."""

from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.kit.errors import wrong_at

PLACES = ("{year}", "{month}", "{day}", "{n}")


class Numbered(TextChoices):
    PROPOSAL = "proposal", gettext_lazy("Proposals")
    CONTRACT = "contract", gettext_lazy("Contracts")
    TICKET = "ticket", gettext_lazy("Tickets")


class Reset(TextChoices):
    YEAR = "year", pgettext_lazy("counts anew", "every year")
    MONTH = "month", pgettext_lazy("counts anew", "every month")
    DAY = "day", pgettext_lazy("counts anew", "every day")
    NEVER = "never", pgettext_lazy("counts anew", "never")


def period_of(reset: str, day: date) -> str:
    """Return the period a counter counts in: 2026, 202603, 20260311 or, when it never begins anew, nothing."""
    pattern = {Reset.YEAR: "%Y", Reset.MONTH: "%Y%m", Reset.DAY: "%Y%m%d"}.get(Reset(reset), "")
    return day.strftime(pattern)


def day_counted(reset: str, day: date, kept: str) -> date:
    """Return the day a number is of: `day`, or the first of the period counted last where that is later.

    The numbers of earlier periods may all be given already.
    """
    if period_of(reset, day) >= kept:
        return day
    return datetime.strptime(kept + "0101"[len(kept) - 4 :], "%Y%m%d").date()  # noqa: DTZ007 (a day has no zone)


def filled(pattern: str, day: date, count: int, digits: int) -> str:
    """Return a number: plain substitution of the known placeholders, nothing else is understood."""
    values = (f"{day:%Y}", f"{day:%m}", f"{day:%d}", str(count).zfill(digits))
    for place, value in zip(PLACES, values, strict=True):
        pattern = pattern.replace(place, value)
    return pattern


def check_pattern(pattern: str, reset: str) -> None:
    """Refuse a pattern under which two numbers could be the same. Raises RuleError `number_pattern`."""
    needed = {Reset.YEAR: PLACES[:1], Reset.MONTH: PLACES[:2], Reset.DAY: PLACES[:3]}.get(Reset(reset), ())
    missing = [place for place in (*needed, "{n}") if pattern.count(place) != 1]
    if missing:
        sentence = _("Write each of these once: %(places)s.") % {"places": " ".join(missing)}
        raise wrong_at("pattern", sentence, "number_pattern")
