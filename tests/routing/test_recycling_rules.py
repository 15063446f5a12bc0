"""When a customer goes back to the pool: every date there is, and the ones there are not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.rules import Stage
from genjin.routing.rules.recycling import (
    FRESH,
    Policy,
    Standing,
    Why,
    days_left,
    recycle_due,
    warning_step,
)

POLICY = Policy({"A": 14, "B": 30, "C": 60}, 180)
OWNED = datetime(2026, 1, 31, 9, tzinfo=UTC)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))
maybe = st.none() | moments | st.sampled_from(
    [datetime(2028, 2, 29, 23, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
)  # fmt: skip
standings = st.builds(
    Standing, grade=st.sampled_from("ABC"), stage=st.sampled_from(Stage.values), owned_since=maybe,
    last_contact_at=maybe, protected_until=maybe, is_locked=st.booleans(),
)  # fmt: skip
policies = st.builds(
    Policy, st.fixed_dictionaries({grade: st.integers(1, 3650) for grade in "ABC"}), st.integers(0, 3650)
)


@pytest.mark.parametrize(("grade", "days"), [("A", 14), ("B", 30), ("C", 60)])
def test_days_count_from_the_last_effective_contact_or_from_the_first_day(grade, days):
    untouched = Standing(grade, "lead", OWNED)
    assert recycle_due(untouched, POLICY).at == OWNED + timedelta(days=days)
    spoken = Standing(grade, "lead", OWNED, last_contact_at=OWNED + timedelta(days=10))
    assert recycle_due(spoken, POLICY).at == OWNED + timedelta(days=10 + days)
    before = Standing(grade, "lead", OWNED, last_contact_at=OWNED - timedelta(days=400))
    assert recycle_due(before, POLICY).at == OWNED + timedelta(days=days)


def test_without_a_deal_it_goes_although_it_is_spoken_to():
    spoken = Standing("A", "negotiation", OWNED, last_contact_at=OWNED + timedelta(days=179))
    due = recycle_due(spoken, POLICY)
    assert (due.at, due.why) == (OWNED + timedelta(days=180), Why.NO_DEAL)
    assert recycle_due(spoken, Policy(POLICY.days)).at == OWNED + timedelta(days=193)


@pytest.mark.parametrize("stage", ["won", "repeat", "lost"])
def test_who_bought_or_left_stays(stage):
    assert recycle_due(Standing("A", stage, OWNED), POLICY) is None


@given(standings, policies)
def test_no_date_and_no_odd_date_takes_a_customer_before_its_time(standing, policy):
    due = recycle_due(standing, policy)
    if standing.is_locked or standing.owned_since is None or standing.stage in {"won", "repeat", "lost"}:
        assert due is None
        return
    assert due.at >= standing.owned_since + min(
        FRESH, datetime.max.replace(tzinfo=UTC) - standing.owned_since
    )
    assert standing.protected_until is None or due.at >= standing.protected_until
    still = max(standing.owned_since, standing.last_contact_at or standing.owned_since)
    if due.why == Why.NO_CONTACT:
        assert due.at - still >= min(
            timedelta(days=policy.days[standing.grade]), datetime.max.replace(tzinfo=UTC) - still
        )


@given(standings, policies, st.integers(1, 500))
def test_a_contact_never_brings_it_closer(standing, policy, days):
    due = recycle_due(standing, policy)
    if due is None or standing.owned_since.year > 9000:
        return
    spoken = max(standing.owned_since, standing.last_contact_at or standing.owned_since)
    if spoken.year > 9000:
        return
    later = Standing(
        standing.grade, standing.stage, standing.owned_since, spoken + timedelta(days=days),
        standing.protected_until, standing.is_locked,
    )  # fmt: skip
    assert recycle_due(later, policy).at >= due.at


@pytest.mark.parametrize(
    ("hours", "step"), [(24 * 8, 0), (24 * 7, 1), (24 * 4, 1), (72, 2), (25, 2), (24, 3), (0, 3), (-50, 3)]
)
def test_warnings_come_seven_three_and_one_day_before(hours, step):
    assert warning_step(OWNED + timedelta(hours=hours), OWNED) == step


def test_days_left_are_whole_and_never_negative():
    assert [days_left(OWNED + timedelta(hours=h), OWNED) for h in (-30, 0, 23, 24, 60)] == [0, 0, 0, 1, 2]
