"""The customer's stage follows its purchases: the truth table, and that the database says the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.rules import Stage
from genjin.selling.rules.following import FOLLOWING, Purchase, aligned, path, stage_of

DAY = datetime(2026, 3, 11, tzinfo=UTC)


def bought(stage, kind="first", days=0, **more):
    return Purchase(days + 1, stage, DAY + timedelta(days=days), kind, **more)


@pytest.mark.parametrize(
    ("purchases", "stage"),
    [
        ([], None),
        ([bought("qualified")], "qualified"),
        ([bought("negotiation")], "negotiation"),
        ([bought("qualified"), bought("negotiation", days=1)], "negotiation"),
        ([bought("lost"), bought("qualified", days=1)], "qualified"),
        ([bought("lost"), bought("lost", days=1)], "lost"),
        ([bought("won")], "won"),
        ([bought("won"), bought("negotiation", "repeat", 1)], "won"),
        ([bought("won"), bought("qualified", "repeat", 1, on_new_need=True)], "repeat"),
        ([bought("won"), bought("won", "upsell", 1, on_new_need=True)], "repeat"),
        ([bought("won"), bought("lost", "upsell", 1, on_new_need=True)], "won"),
        ([bought("won"), bought("qualified", "renewal", 1)], "won"),
        ([bought("won", days=2), bought("qualified", "repeat", 1, on_new_need=True)], "won"),
        ([bought("won", counts=False)], "lost"),
        ([bought("won", counts=False), bought("qualified", "repeat", 1)], "qualified"),
        ([bought("won", counts=False), bought("won", "repeat", 1)], "won"),
    ],
)
def test_the_truth_table(purchases, stage):
    assert stage_of(purchases) == stage


purchase = st.builds(
    lambda stage, kind, days, counts, is_new, back: Purchase(
        0,
        stage,
        DAY + timedelta(days=days),
        kind,
        counts=counts or stage != "won",
        on_new_need=is_new and kind in {"repeat", "upsell"},
        is_set_back=back and stage == "lost",
    ),
    st.sampled_from(["qualified", "negotiation", "won", "lost"]),
    st.sampled_from(["first", "repeat", "upsell", "renewal"]),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(st.sampled_from(Stage), st.lists(purchase, max_size=5))
def test_purchases_are_brought_into_line_with_any_stage(stage, drawn):
    drawn.sort(key=lambda one: one.opened_at)
    before = [
        Purchase(number, one.stage, one.opened_at, one.kind, one.counts, one.on_new_need, one.is_set_back)
        for number, one in enumerate(drawn, start=1)
    ]
    changed = aligned(stage, before, DAY + timedelta(days=2))
    after = {one.id: one for one in before}
    fresh = [one for one in changed if not one.id]
    after |= {one.id: one for one in changed if one.id}
    found = [*after.values(), *fresh]
    if stage in FOLLOWING:
        assert stage_of(found) == stage
        assert len(fresh) <= 2
    else:
        assert not any(one.is_open or one.is_won for one in found)
        assert not fresh
    assert aligned(stage, found, DAY + timedelta(days=2)) == []
    assert all(one.counts or one.stage == "won" for one in found)
    assert all(not one.on_new_need or one.kind in {"repeat", "upsell"} for one in found)


@given(st.sampled_from(Stage), st.sampled_from(Stage))
def test_a_path_ends_where_it_should(origin, target):
    steps = path(origin, target)
    assert (steps[-1] if steps else origin) == target
