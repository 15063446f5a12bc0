"""How a fact stands: never edited words, months to the day, leap days and year ends."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.dates import months_back
from genjin.kit.errors import RuleError
from genjin.quality.rules.facts import (
    FACTS,
    FactState,
    check_months,
    fingerprint,
    is_empty,
    state_of,
)

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 15), 3, date(2025, 10, 15)),
        (date(2026, 12, 31), 6, date(2026, 6, 30)),
        (date(2026, 1, 1), 120, date(2016, 1, 1)),
    ],
)
def test_the_same_day_some_months_ago(today, months, expected):
    assert months_back(today, months) == expected


@given(today=DAYS, months=st.integers(1, 120))
def test_going_back_never_overtakes_the_day_after(today, months):
    then = months_back(today, months)
    assert then < today
    assert then <= months_back(today + timedelta(days=1), months)
    assert (today.year * 12 + today.month) - (then.year * 12 + then.month) == months


@given(checked=DAYS, after=st.integers(0, 5000), months=st.integers(1, 120))
def test_a_check_holds_for_its_months_and_no_day_longer(checked, after, months):
    today = checked + timedelta(days=after)
    state = state_of("x", "x", checked, months=months, today=today)
    assert state == (FactState.STALE if checked < months_back(today, months) else FactState.VERIFIED)
    assert state_of("x", "x", checked, months=months, today=checked) == FactState.VERIFIED


@given(checked=DAYS, today=DAYS, months=st.integers(1, 120))
def test_a_value_written_since_comes_before_its_age(checked, today, months):
    assert state_of("new", "old", checked, months=months, today=today) == FactState.CHANGED
    assert state_of("new", None, None, months=months, today=today) == FactState.UNVERIFIED


def test_a_check_that_claims_to_be_of_tomorrow_is_not_stale():
    assert state_of("x", "x", date(2026, 5, 2), months=1, today=date(2026, 5, 1)) == FactState.VERIFIED


VALUES = st.lists(
    st.one_of(st.none(), st.text(max_size=5), st.booleans(), st.dates(), st.decimals(0, 10**9, places=2)), min_size=1, max_size=3
)  # fmt: skip


@given(VALUES)
def test_equal_values_have_equal_fingerprints(values):
    assert fingerprint(values) == fingerprint(list(values))
    assert len(fingerprint(values)) == 32


def test_parts_are_told_apart():
    assert fingerprint(["ab", ""]) != fingerprint(["a", "b"])
    assert fingerprint([Decimal(5), None]) == fingerprint([Decimal("5.00"), None])
    assert fingerprint([None]) == fingerprint([""])


def test_what_says_nothing_is_empty():
    assert is_empty([None, "", False])
    assert not is_empty([None, 0])
    assert not is_empty([True, ""])


def test_the_table_of_months_names_every_fact():
    check_months({fact.key: fact.months for fact in FACTS})
    for months in ({}, {fact.key: 0 for fact in FACTS}, {fact.key: 3 for fact in FACTS} | {"luck": 3}):
        with pytest.raises(RuleError) as refusal:
            check_months(months)
        assert refusal.value.code == "months_invalid"


def test_dynamic_facts_are_asked_for_sooner_than_static_ones():
    dynamic = [fact.months for fact in FACTS if fact.is_dynamic and not fact.of_person]
    assert max(dynamic) <= min(fact.months for fact in FACTS if not fact.is_dynamic)
