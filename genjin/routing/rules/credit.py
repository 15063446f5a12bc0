"""How the credit for what comes of handed-over customers is shared, and until when. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at

LONGEST_SHARE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class CreditSplit:
    """The giver's percent of the credit, up to and with a day; nothing without one."""

    giver_percent: int = 0
    until: date | None = None


NO_SHARE = CreditSplit()


def check_split(split: CreditSplit, today: date) -> None:
    """Refuse a share without an end, or one that is none. Raises RuleError `credit_split`."""
    if not 0 <= split.giver_percent <= 100:
        sentence = _("A share is 0 to 100 percent.")
        raise wrong_at("giver_percent", sentence, "credit_split")
    if not split.giver_percent:
        return
    if split.until is None or not today <= split.until <= today + LONGEST_SHARE:
        sentence = _("Say until when the credit is shared, at most a year from now.")
        raise wrong_at("shared_until", sentence, "credit_split")


def shares(owner: int, giver: int, split: CreditSplit, day: date) -> dict[int, int]:
    """Return the percents by person on `day`; together they are 100."""
    if not split.giver_percent or split.until is None or day > split.until or owner == giver:
        return {owner: 100}
    rest = 100 - split.giver_percent
    return {giver: split.giver_percent} | ({owner: rest} if rest else {})
