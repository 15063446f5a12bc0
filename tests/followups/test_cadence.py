"""When to be in touch again, and when that is too often (S0-16..18, S2-10..12)."""

from datetime import date, datetime

import pytest

from genjin.accounts.queries import company_zone
from genjin.followups.rules import FIRST_POLICY, propose_next_contact, too_often_hint
from genjin.kit.working_days import WorkCalendar, seeded_days

ZONE = company_zone()


@pytest.mark.parametrize(
    ("grade", "last", "expected"),
    [
        ("A", date(2026, 3, 11), datetime(2026, 3, 18, 9)),
        ("B", date(2026, 3, 11), datetime(2026, 3, 25, 9)),
        ("C", date(2026, 3, 11), datetime(2026, 4, 10, 9)),
        ("A", date(2026, 3, 14), datetime(2026, 3, 23, 9)),  # a Saturday moves to Monday
        ("A", date(2026, 2, 7), datetime(2026, 2, 14, 9)),  # a Saturday that is worked
        ("A", date(2026, 2, 9), datetime(2026, 2, 24, 9)),  # into the spring festival
    ],
)
def test_the_grades_gap_to_nine_on_a_working_day(grade, last, expected):
    proposed = propose_next_contact(FIRST_POLICY.of(grade), last, WorkCalendar(seeded_days(2026, 2026)), ZONE)
    assert proposed == expected.replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("grade", "this_week", "days", "hinted"),
    [
        ("A", 2, 1, False),
        ("A", 3, 1, True),
        ("B", 5, 1, False),
        ("C", 1, 29, True),
        ("C", 1, 30, False),
        ("C", 0, None, False),
    ],
)
def test_who_is_disturbed_too_often(grade, this_week, days, hinted):
    assert bool(too_often_hint(FIRST_POLICY.of(grade), this_week, days)) is hinted
