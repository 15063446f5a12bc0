"""Numbers are given once, whatever the rules of numbers become."""

from datetime import timedelta

import pytest

from genjin.kit.errors import RuleError
from genjin.selling.actions.numbers import next_number, save_number_rule
from genjin.selling.models import NumberRule
from genjin.selling.rules.numbers import Numbered


def given(now, count=1):
    return [next_number(Numbered.PROPOSAL, now=now) for _at in range(count)]


@pytest.mark.parametrize("reset", ["year", "day", "never"])
def test_numbers_go_on_when_they_begin_anew_at_other_times(dora, now, reset):
    rule = NumberRule.objects.get(pk=Numbered.PROPOSAL)
    assert given(now, 2) == ["FA-202603-001", "FA-202603-002"]
    values = {"pattern": "FA-{year}{month}-{n}", "digits": 3, "reset": reset}
    if reset == "day":
        values["pattern"] = "FA-{year}{month}{day}-{n}"
    save_number_rule(dora, rule, values, now=now)
    assert given(now)[0].endswith("-003")


def test_a_day_before_the_period_counted_last_is_numbered_in_that(db, now):
    earlier = now - timedelta(days=30)
    numbers = [*given(earlier, 2), *given(now, 2), *given(earlier), *given(now)]
    assert numbers == ["FA-202602-001", "FA-202602-002", "FA-202603-001", "FA-202603-002", "FA-202603-003", "FA-202603-004"]  # fmt: skip


def test_only_who_manages_settings_changes_how_things_are_numbered(alice, now):
    rule = NumberRule.objects.get(pk=Numbered.PROPOSAL)
    with pytest.raises(RuleError):
        save_number_rule(alice, rule, {"pattern": "X-{year}-{n}", "digits": 3, "reset": "year"}, now=now)
    assert NumberRule.objects.get(pk=Numbered.PROPOSAL).pattern == rule.pattern
