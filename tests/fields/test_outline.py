"""Completeness by weights, and what differs between two versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.fields.rules import Group, Item, Outline
from genjin.fields.rules.outline import (
    check_outline,
    completeness,
    difference,
    kept_outline,
    read_outline,
    without_empty_groups,
)
from genjin.kit.errors import RuleError

keys = st.lists(st.sampled_from([f"f{n}" for n in range(1, 12)]), unique=True, min_size=1)
outlines = keys.flatmap(
    lambda names: st.tuples(*[st.builds(Item, key=st.just(name), weight=st.integers(0, 10), is_required=st.booleans()) for name in names])
).map(lambda items: Outline((Group("一", items[::2]), Group("二", items[1::2]))))  # fmt: skip


@given(outlines, st.sets(st.sampled_from([f"f{n}" for n in range(1, 12)])), st.sampled_from(["f1", "f5", "f9"]))  # fmt: skip
def test_one_more_value_never_lowers_it(outline, filled, more):
    before, after = completeness(outline, filled), completeness(outline, filled | {more})
    assert 0 <= before.percent <= after.percent <= 100
    assert {item.key for item in before.missing} == outline.keys - filled
    if after.percent == 100:
        assert all(item.weight == 0 for item in after.missing)


def test_a_hundred_only_when_all_that_counts_is_there():
    outline = Outline((Group("一", (*(Item(f"f{n}", weight=10) for n in range(99)), Item("last"))),))
    assert completeness(outline, {f"f{n}" for n in range(99)}).percent == 99


def test_required_and_heavy_ones_are_missing_first():
    outline = Outline((Group("一", (Item("a"), Item("b", weight=5), Item("c", is_required=True))),))
    assert [item.key for item in completeness(outline, ()).missing] == ["c", "b", "a"]


@given(outlines)
def test_it_is_kept_and_read_without_loss(outline):
    assert read_outline(kept_outline(outline)) == outline
    assert difference(outline, outline) == []


def test_a_difference_names_what_was_added_removed_moved_and_changed():
    old = Outline((Group("一", (Item("a"), Item("b"), Item("c"))),))
    new = Outline((Group("一", (Item("a", weight=3),)), Group("二", (Item("b"), Item("d")))))
    found = {change.key: (change.what, change.names) for change in difference(old, new)}
    assert found == {
        "a": ("changed", ("weight",)),
        "b": ("moved", ()),
        "c": ("removed", ()),
        "d": ("added", ()),
    }


@pytest.mark.parametrize(
    ("outline", "code"),
    [
        (Outline(), "template_empty"), (Outline((Group("一", (Item("a", weight=0),)),)), "template_empty"),
        (Outline((Group("一", (Item("a"), Item("a"))),)), "field_twice"), (Outline((Group("一", (Item("x"),)),)), "field_unknown"),
        (Outline((Group("一", (Item("a", weight=11),)),)), "weight_invalid"), (Outline((Group(" ", (Item("a"),)),)), "group_untitled"),
        (Outline(tuple(Group("组", (Item("a"),)) for _ in range(21))), "template_too_large"),
    ],
)  # fmt: skip
def test_an_outline_that_makes_no_sense_is_refused(outline, code):
    with pytest.raises(RuleError) as refusal:
        check_outline(outline, {"a", "b"})
    assert refusal.value.code == code


def test_what_must_be_there_is_required_too():
    checked = check_outline(Outline((Group("一", (Item("a", must=True),)), Group("空"), Group(" "))), {"a"})
    assert (checked.groups[0].items[0].is_required, len(checked.groups)) == (True, 2)
    assert len(without_empty_groups(checked).groups) == 1
