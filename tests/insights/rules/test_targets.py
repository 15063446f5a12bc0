"""Targets: what a stretch's is, attainment and gap."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.followups.rules import Period
from genjin.insights.rules.stretches import Grain, unit_of
from genjin.insights.rules.targets import attainment, check_target, daily, gap, months_of, ranks, target_in
from genjin.kit.errors import RuleError
from genjin.kit.working_days import WorkCalendar

MONEY = st.decimals(min_value=0, max_value=Decimal("99999999.99"), places=2)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2199, 12, 31))


@given(
    day=DAYS, grain=st.sampled_from(["quarter", "year"]), amounts=st.lists(MONEY, min_size=12, max_size=12)
)
def test_without_an_own_target_it_is_the_sum_of_all_months(day, grain, amounts):
    period = unit_of(grain, day)
    months = months_of(period)
    own = {("month", first): amount for first, amount in zip(months, amounts, strict=False)}
    assert target_in(period, own) == sum(amounts[: len(months)])
    assert target_in(period, own | {(grain, period.first): Decimal(5)}) == 5
    own.pop(("month", months[-1]))
    assert target_in(period, own) is None


@given(first=DAYS, days=st.integers(0, 900))
def test_months_fill_a_stretch_exactly_or_there_are_none(first, days):
    period = Period(first, min(first + timedelta(days=days), date(2199, 12, 31)))
    months = months_of(period)
    if months:
        assert months[0] == period.first
        assert unit_of(Grain.MONTH, months[-1]).last == period.last
        assert all(
            unit_of(Grain.MONTH, a).last + timedelta(days=1) == b for a, b in itertools.pairwise(months)
        )
    else:
        assert period.first.day != 1 or (period.last + timedelta(days=1)).day != 1


@given(actual=st.decimals(min_value=-1000, max_value=10**9, places=2), target=st.none() | MONEY)
def test_of_nothing_there_is_no_attainment(actual, target):
    share, missing = attainment(actual, target), gap(actual, target)
    if not target:
        assert share is None
        assert missing is None
        return
    assert missing == target - actual
    assert abs(share - actual / target) <= Decimal("0.00005")


def test_half_a_year_and_a_cut_month():
    own = {("month", date(2026, at, 1)): Decimal(at) for at in range(1, 7)}
    assert target_in(Period(date(2026, 1, 1), date(2026, 6, 30)), own) == 21
    assert target_in(Period(date(2026, 1, 2), date(2026, 6, 30)), own) is None
    assert (
        target_in(Period(date(2026, 6, 1), date(2026, 6, 30)), {("month", date(2026, 6, 1)): Decimal(0)}) == 0
    )


@pytest.mark.parametrize(
    ("metric", "grain", "first", "amount", "code"),
    [
        ("leads", "month", date(2026, 3, 1), 1, "metric_unknown"),
        ("cash", "week", date(2026, 3, 2), 1, "stretch_invalid"),
        ("cash", "quarter", date(2026, 3, 1), 1, "stretch_invalid"),
        ("cash", "month", date(2026, 3, 2), 1, "stretch_invalid"),
        ("cash", "month", date(2026, 3, 1), -1, "amount_invalid"),
        ("won", "month", date(2026, 3, 1), "1.5", "amount_invalid"),
        ("cash", "month", date(2026, 3, 1), 10**12, "amount_invalid"),
    ],
)
def test_what_is_no_target_is_refused(metric, grain, first, amount, code):
    with pytest.raises(RuleError) as refusal:
        check_target(metric, grain, first, Decimal(amount))
    assert refusal.value.code == code


def test_equals_share_a_place():
    assert ranks([Decimal(9), Decimal(5), Decimal(5), Decimal(1)]) == [1, 2, 2, 4]
    assert ranks([]) == []


@given(missing=MONEY, days=st.integers(0, 60), whole=st.booleans())
def test_what_each_day_left_must_bring_is_enough_and_not_more(missing, days, whole):
    each = daily(missing, days, whole=whole)
    if not missing or not days:
        assert each is None
        return
    step = Decimal(1) if whole else Decimal("0.01")
    assert each * days >= missing > (each - step) * days


def test_a_year_is_its_quarters_and_a_quarter_its_months():
    own = {("quarter", date(2026, at, 1)): Decimal(at) for at in (1, 4, 7)}
    year = unit_of(Grain.YEAR, date(2026, 5, 1))
    assert target_in(year, own) is None
    own |= {("month", date(2026, at, 1)): Decimal(2) for at in (10, 11, 12)}
    assert target_in(year, own) == 1 + 4 + 7 + 6


def test_working_days_left_follow_the_calendar():
    calendar = WorkCalendar({date(2026, 3, 14): True, date(2026, 3, 13): False})
    assert calendar.working_days(date(2026, 3, 11), date(2026, 3, 17)) == 5
    assert calendar.working_days(date(2026, 3, 17), date(2026, 3, 16)) == 0
