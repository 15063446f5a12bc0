"""How an amount is shared out: to the cent for any amount and any percentages; what does not add up is refused."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.contracts.rules.milestones import (
    PRESETS,
    Age,
    Share,
    age_of,
    amounts_of,
    days_late,
    due_day,
    parts_of,
)
from genjin.kit.errors import RuleError
from genjin.kit.money import CENT
from genjin.kit.working_days import WorkCalendar, seeded_days

CALENDAR = WorkCalendar(seeded_days(2024, 2026))
AMOUNTS = st.decimals(min_value="0.01", max_value=10**12, places=2)


@st.composite
def percents(draw):
    """Any number of percentages, of up to three places, that add up to 100."""
    cuts = draw(st.lists(st.integers(1, 99_999), unique=True, max_size=12))
    edges = [0, *sorted(cuts), 100_000]
    return [Decimal(b - a) / 1000 for a, b in pairwise(edges)]


def said(call):
    with pytest.raises(RuleError) as caught:
        call()
    return caught.value


@given(total=AMOUNTS, shares=percents())
def test_the_parts_are_the_whole_to_the_cent(total, shares):
    parts = parts_of(total, shares)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    for part, percent in zip(parts[:-1], shares, strict=False):
        assert part <= total * percent / 100 + CENT / 2
    assert abs(parts[-1] - total * shares[-1] / 100) <= CENT * len(shares)


def test_the_last_takes_up_the_rounding():
    assert parts_of(Decimal("100.01"), [Decimal(30), Decimal(70)]) == [Decimal("30.00"), Decimal("70.01")]
    third = [Decimal("33.333"), Decimal("33.333"), Decimal("33.334")]
    assert parts_of(Decimal("0.01"), third) == [Decimal("0.00"), Decimal("0.00"), Decimal("0.01")]
    assert parts_of(Decimal("0.03"), [Decimal(20)] * 5) == [Decimal("0.01")] * 3 + [Decimal(0)] * 2


@given(
    shares=percents().filter(lambda found: len(found) > 1),
    off=st.decimals(min_value="0.001", max_value=50, places=3),
)
def test_percentages_that_do_not_make_100_say_by_how_much(shares, off):
    total = Decimal(1000)
    for sign in (1, -1):
        changed = [*shares[:-1], shares[-1] + sign * off]
        if changed[-1] <= 0:
            continue
        refusal = said(lambda: amounts_of(total, [Share("款", "signing", one) for one in changed]))  # noqa: B023
        assert refusal.code == "milestones_sum"
        assert Decimal(refusal.details["found"]) - 100 == sign * off


@given(total=AMOUNTS, off=st.decimals(min_value="0.01", max_value=10**6, places=2))
def test_amounts_that_do_not_make_the_contract_are_refused(total, off):
    assert amounts_of(total, [Share("全款", "signing", amount=total)]) == [total]
    refusal = said(lambda: amounts_of(total, [Share("全款", "signing", amount=total + off)]))
    assert refusal.code == "milestones_sum"


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ((), "milestones_missing"),
        (
            (Share("首付款", "signing", Decimal(30)), Share("尾款", "acceptance", amount=Decimal(70))),
            "milestones_mixed",
        ),
        ((Share(" ", "signing", Decimal(100)),), "milestone_invalid"),
        ((Share("首付款", "someday", Decimal(100)),), "milestone_invalid"),
        ((Share("首付款", "signing"),), "milestone_invalid"),
        (
            (Share("首付款", "signing", Decimal(0)), Share("尾款", "acceptance", Decimal(100))),
            "milestone_invalid",
        ),
        ((Share("首付款", "signing", Decimal(100), offset_days=-1),), "milestone_invalid"),
        ((Share("首付款", "date", Decimal(100)),), "milestone_invalid"),
        ((Share("首付款", "signing", Decimal(100), fixed_on=date(2026, 3, 1)),), "milestone_invalid"),
    ],
)
def test_plans_that_say_too_little_are_refused(shares, code):
    assert said(lambda: amounts_of(Decimal(100), shares)).code == code


@pytest.mark.parametrize("key", PRESETS)
def test_the_plans_that_ship_add_up(key):
    assert sum(amounts_of(Decimal("86000.01"), PRESETS[key])) == Decimal("86000.01")


@given(on=st.dates(), offset=st.integers(0, 3650), moved=st.booleans())
def test_the_due_day_is_never_before_its_days_are_over(on, offset, moved):
    day = due_day(on, offset, to_working_day=moved, calendar=CALENDAR)
    if day == date.max:
        return
    plain = on + timedelta(days=offset)
    assert day >= plain
    assert day == plain or (moved and CALENDAR.is_working(day) and not CALENDAR.is_working(plain))


def test_leap_days_year_ends_and_holidays():
    def due(on, offset, *, moved=False):
        return due_day(on, offset, to_working_day=moved, calendar=CALENDAR)

    assert due(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert due(date(2025, 12, 31), 3) == date(2026, 1, 3)
    assert due(date(2025, 9, 30), 3, moved=True) == date(2025, 10, 9)  # over the National Day
    assert due(date(9999, 12, 30), 30) == date.max


@given(due_on=st.none() | st.dates(), today=st.dates())
def test_bands_of_age_follow_the_days(due_on, today):
    days = days_late(due_on, today)
    assert (age_of(due_on, today) == Age.CURRENT) == (days == 0)
    assert days == (max((today - due_on).days, 0) if due_on else 0)


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (0, "current"),
        (1, "d30"),
        (30, "d30"),
        (31, "d60"),
        (60, "d60"),
        (61, "d90"),
        (90, "d90"),
        (91, "over"),
    ],
)
def test_the_edges_of_the_bands(days, age):
    assert age_of(date(2026, 3, 11) - timedelta(days=days), date(2026, 3, 11)) == age


def test_no_share_is_finer_than_what_is_kept():
    halves = [Share("首付款", "signing", amount=Decimal(part)) for part in ("100.005", "99.995")]
    assert said(lambda: amounts_of(Decimal(200), halves)).code == "milestone_invalid"
    finer = [Share("首付款", "signing", Decimal(part)) for part in ("33.3333", "66.6667")]
    assert said(lambda: amounts_of(Decimal(200), finer)).code == "milestone_invalid"
