"""Progress, lateness and dates, for any steps and days."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.delivery.rules import UNDELIVERED, Deed, ProjectState
from genjin.delivery.rules.plan import (
    Dates,
    check_dates,
    check_slip,
    days_late,
    days_slipped,
    is_soon,
    progress,
    share,
    usual_steps,
)
from genjin.delivery.rules.states import MOVES, after, allows
from genjin.kit.errors import RuleError

DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))
MAYBE = st.none() | DAYS


@dataclass
class Step:
    weight: int
    done_on: date | None


STEPS = st.lists(st.builds(Step, st.integers(1, 100), MAYBE), max_size=30)


@given(STEPS)
def test_progress_is_the_weighted_share_and_full_only_at_the_end(steps):
    found = progress(steps)
    whole, done = sum(s.weight for s in steps), sum(s.weight for s in steps if s.done_on)
    assert 0 <= found <= 100
    assert (found == 100) == (bool(steps) and done == whole)
    assert (found == 0) == (done == 0)
    if whole:
        assert abs(found - 100 * done / whole) <= 1


@given(STEPS.filter(lambda steps: any(s.done_on is None for s in steps)), st.data())
def test_a_tick_never_moves_progress_back(steps, data):
    before = progress(steps)
    step = data.draw(st.sampled_from([s for s in steps if s.done_on is None]))
    step.done_on = date(2028, 2, 29)
    assert progress(steps) >= before


@given(st.integers(-5, 3000), st.integers(-5, 3000))
def test_a_share_stays_between_nothing_and_everything(done, whole):
    assert 0 <= share(done, whole) <= 100


@given(st.sampled_from(ProjectState.values), MAYBE, MAYBE, MAYBE, DAYS)
def test_lateness_needs_an_end_that_passed(state, planned, expected, delivered, today):
    dates = Dates(state, planned, expected, delivered)
    late = days_late(dates, today)
    assert late >= 0
    if dates.end is None:
        assert late == 0
    elif state in UNDELIVERED:
        assert late == max((today - dates.end).days, 0)
        assert not (late and is_soon(dates, today))
    elif delivered is None:
        assert late == 0


@given(MAYBE, MAYBE)
def test_a_slip_is_counted_from_the_plan(planned, expected):
    dates = Dates("running", planned, expected)
    found = days_slipped(dates)
    if planned is None:
        assert found == 0
    else:
        assert planned + timedelta(days=found) == dates.end


@given(MAYBE, MAYBE)
def test_the_usual_steps_lie_within_the_project(starts, end):
    steps = usual_steps(starts, end)
    assert sum(step.weight for step in steps) == 100
    for step in steps:
        assert (step.due_on is None) == (starts is None or end is None or end < starts)
        assert step.due_on is None or starts <= step.due_on <= end
    assert [s.due_on for s in steps] == sorted((s.due_on for s in steps), key=lambda day: day or date.min)


@given(DAYS, DAYS)
def test_a_project_never_ends_before_it_begins(starts, end):
    if end < starts:
        with pytest.raises(RuleError) as refusal:
            check_dates(starts, end)
        assert (refusal.value.code, list(refusal.value.fields)) == ("project_dates", ["planned_end"])
    else:
        check_dates(starts, end)
    check_dates(None, end)
    check_dates(starts, None)


@pytest.mark.parametrize(
    ("end", "wanted", "why", "starts", "code"),
    [
        (date(2026, 12, 31), date(2027, 1, 15), " ", None, "reason_missing"),
        (date(2028, 2, 29), date(2028, 2, 29), "设备晚到", None, "end_same"),
        (None, date(2026, 1, 1), "设备晚到", date(2026, 1, 2), "project_dates"),
    ],
)
def test_a_slip_without_sense_is_refused(end, wanted, why, starts, code):
    with pytest.raises(RuleError) as refusal:
        check_slip(end, wanted, why, starts)
    assert refusal.value.code == code


def test_one_table_says_which_deed_leads_where():
    assert set(MOVES) == set(Deed)
    assert after("running", Deed.ACCEPT) == "accepted"  # the customer may sign without a separate delivery
    assert not allows("planned", Deed.ACCEPT)
    for deed in Deed:
        for state in ProjectState.values:
            if not allows(state, deed):
                with pytest.raises(RuleError) as refusal:
                    after(state, deed)
                assert (refusal.value.code, refusal.value.status) == ("project_state", 409)
    assert [deed for deed in Deed if allows("accepted", deed)] == [Deed.REOPEN]
