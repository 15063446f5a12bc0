"""How long a person's word stands above the rules. Pure."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at

USUAL, LONGEST = timedelta(days=90), timedelta(days=366)
HIGHEST = 1000  # points, as a mark


def last_day(until: date | None, today: date) -> date:
    """Return the last day an override counts: the one given, else in 90 days. Raises RuleError `until_range`."""
    day = until or today + USUAL
    if not today <= day <= today + LONGEST:
        raise wrong_at("until", _("Choose a day from today on, within a year."), "until_range")
    return day


def is_above(grade: str, computed: str, proposed: str) -> bool:
    """Say whether a grade is a word above the rules: neither what they say nor what they had proposed."""
    return grade not in {computed, proposed}


def check_override(points: int, computed: int, reason: str) -> None:
    """Refuse a score without a reason, out of range, or the one the rules say anyway.

    Raises RuleError `override_reason_missing`, `override_range`, `override_needless`.
    """
    if not reason.strip():
        raise wrong_at(
            "reason", _("Say why the rules are wrong here: the reason is kept."), "override_reason_missing"
        )
    if not 0 <= points <= HIGHEST:
        raise wrong_at("points", _("Between 0 and 1,000 points."), "override_range")
    if points == computed:
        raise wrong_at("points", _("The rules say the same."), "override_needless")
