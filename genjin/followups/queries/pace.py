"""How fast customers are to be contacted, as clocks ask it: by the terms of their grade."""

from collections.abc import Mapping
from datetime import timedelta

from genjin.followups.queries.grades import current_policy


def gaps() -> Mapping[str, timedelta]:
    """Return, by grade, the longest time without effective contact (S2-10..12)."""
    return {grade: timedelta(days=terms.max_gap_days) for grade, terms in current_policy().terms.items()}


def first_contact_within() -> Mapping[str, timedelta]:
    """Return, by grade, how soon whoever gets a customer is in touch with it (S4-7)."""
    return {
        grade: timedelta(hours=terms.first_response_hours) for grade, terms in current_policy().terms.items()
    }
