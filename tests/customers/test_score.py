"""The score that can be argued with (S3-6, S3-7)."""

from datetime import date
from itertools import product

import pytest

from genjin.customers.actions.axes import publish_rule_set
from genjin.customers.actions.derive import current_rules
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer, ScoreRuleSet
from genjin.customers.rules import Facts, RuleSet, ScoreRow
from genjin.customers.rules.score import FIRST_RULE_SET, check_rule_set, label_of, score, score_lines
from genjin.kit.errors import RuleError
from tests.refusals import refused

TODAY = date(2026, 3, 11)
MORE_ROWS = (*FIRST_RULE_SET.rows, ScoreRow("need_stated", 1), ScoreRow("timing_near", 1))


def facts(industry, budget, authority):
    return Facts(
        industry="制造业-汽车零部件" if industry else "农业", has_budget=budget, is_authority_clear=authority
    )


@pytest.mark.parametrize(
    ("held", "points", "passes", "label"),
    [
        ((1, 1, 1), 7, True, "hot"),
        ((1, 1, 0), 5, True, "hot"),
        ((1, 0, 1), 5, True, "hot"),
        ((0, 1, 1), 4, False, "ordinary"),
        ((1, 0, 0), 3, False, "ordinary"),
        ((0, 1, 0), 2, False, "nurture"),
        ((0, 0, 1), 2, False, "nurture"),
        ((0, 0, 0), 0, False, "nurture"),
    ],
)
def test_the_truth_table(held, points, passes, label):
    total = score(facts(*map(bool, held)), FIRST_RULE_SET, TODAY)
    assert total == points
    assert (total >= FIRST_RULE_SET.pass_mark) is passes
    assert label_of(total, FIRST_RULE_SET) == label


@pytest.mark.parametrize("held", list(product([True, False], repeat=3)))
def test_each_row_says_what_would_make_it_count_and_following_all_advice_passes(held):
    lines = score_lines(facts(*held), FIRST_RULE_SET, TODAY)
    assert [line.is_met for line in lines] == list(held)
    assert [bool(line.advice) for line in lines] == [not met for met in held]
    assert sum(line.points for line in lines if line.is_met) == score(facts(*held), FIRST_RULE_SET, TODAY)
    could_reach = sum(line.points for line in lines if line.is_met or line.advice)
    assert could_reach >= FIRST_RULE_SET.pass_mark


def test_need_and_timing_can_be_rows_too():
    rules = RuleSet(2, MORE_ROWS, 5, 3, ("农业",))
    both = Facts(industry="农业-种植", need="更换排产系统", purchase_by=date(2026, 5, 1))
    assert score(both, rules, TODAY) == 5
    assert score(Facts(industry="制造业"), rules, TODAY) == 0


@pytest.mark.parametrize(
    ("rows", "pass_mark", "ordinary_mark"),
    [
        (FIRST_RULE_SET.rows, 8, 3),  # nobody passes
        (FIRST_RULE_SET.rows, 5, 0),  # everybody is ordinary
        (FIRST_RULE_SET.rows, 2, 3),
        ((), 1, 1),
        ((ScoreRow("zodiac", 9),), 5, 3),
    ],
)
def test_a_rule_set_nobody_or_everybody_passes_is_refused(rows, pass_mark, ordinary_mark):
    with pytest.raises(RuleError) as caught:
        check_rule_set(rows, pass_mark, ordinary_mark)
    assert caught.value.code == "rule_set_invalid"


def test_a_published_version_is_followed_by_the_next_and_rates_from_then_on(alice, dora, make_customer, now):
    row = make_customer(owner=alice, industry="农业")
    assert (row.score, row.score_version) == (0, current_rules().version)
    before = current_rules().version
    published = publish_rule_set(dora, RuleSet(0, FIRST_RULE_SET.rows, 3, 2, ("农业",)), now=now)
    assert (published.version, current_rules().industries) == (before + 1, ("农业",))
    change_customer(alice, row, {"need": "更换排产系统"}, version=1, now=now)
    row = Customer.objects.get(pk=row.pk)
    assert (row.score, row.label, row.score_version) == (3, "hot", before + 1)


def test_only_who_keeps_settings_publishes(alice, bob, now):
    for actor in (alice, bob):
        with refused("forbidden", status=403):
            publish_rule_set(actor, FIRST_RULE_SET, now=now)


def test_a_bad_rule_set_is_not_published(dora, now):
    with refused("rule_set_invalid"):
        publish_rule_set(dora, RuleSet(0, FIRST_RULE_SET.rows, 99, 3, ()), now=now)
    assert not ScoreRuleSet.objects.filter(pass_mark=99).exists()
