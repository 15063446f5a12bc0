"""The score that can be argued with (S3-6, S3-7)."""

from datetime import date
from itertools import product

import pytest
from django.db import DatabaseError, transaction

from genjin.accounts.queries import local_day
from genjin.customers.actions.records import change_customer
from genjin.customers.actions.scores import discard_draft, publish_rule_set, rate_all, save_draft
from genjin.customers.models import Customer, ScoreRuleSet
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import Facts, RuleSet, ScoreRow
from genjin.customers.rules.score import FIRST_RULE_SET, check_rule_set, label_of, score, score_lines
from genjin.events.models import Event
from genjin.insights.actions.backtest import look_back
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
        ((ScoreRow("industry_fit", 10), ScoreRow("budget_clear", -5)), 5, 3),  # a score below nothing
        ((ScoreRow("industry_fit", 40_000),), 5, 3),  # a score no column holds
    ],
)
def test_a_rule_set_nobody_or_everybody_passes_is_refused(rows, pass_mark, ordinary_mark):
    with pytest.raises(RuleError) as caught:
        check_rule_set(rows, pass_mark, ordinary_mark)
    assert caught.value.code == "rule_set_invalid"


def test_a_published_version_is_followed_by_the_next_and_rates_from_then_on(alice, dora, make_customer, now):
    row, other = (make_customer(owner=alice, industry="农业") for _number in range(2))
    assert (row.score, row.score_version, row.scored_on) == (0, current_rules().version, local_day(now))
    before = current_rules().version
    draft = save_draft(dora, RuleSet(0, FIRST_RULE_SET.rows, 3, 2, ("农业",)), now=now)
    assert current_rules().version == before
    published = publish_rule_set(dora, draft, reason="新公司,还没有成交客户", now=now)
    assert (published.version, current_rules().industries) == (before + 1, ("农业",))
    change_customer(alice, row, {"need": "更换排产系统"}, version=1, now=now)
    row = Customer.objects.get(pk=row.pk)
    assert (row.score, row.label, row.score_version) == (3, "hot", before + 1)
    assert rate_all(now) == 1  # the other one; the job that publishing asks for
    other.refresh_from_db()
    assert (other.score, other.label, other.score_version, other.version) == (3, "hot", before + 1, 1)
    assert rate_all(now) == 0


def test_only_who_keeps_settings_drafts_publishes_and_throws_away(alice, bob, dora, now):
    draft = save_draft(dora, FIRST_RULE_SET, now=now)
    for actor in (alice, bob):
        for deed in (
            lambda: save_draft(actor, FIRST_RULE_SET, now=now),  # noqa: B023 (called at once)
            lambda: publish_rule_set(actor, draft, reason="x", now=now),  # noqa: B023
            lambda: discard_draft(actor, draft, now=now),  # noqa: B023
        ):
            with refused("forbidden", status=403):
                deed()
    assert ScoreRuleSet.objects.drafts().get() == draft


def test_a_bad_rule_set_is_not_even_a_draft(dora, now):
    with refused("rule_set_invalid"):
        save_draft(dora, RuleSet(0, FIRST_RULE_SET.rows, 99, 3, ()), now=now)
    assert not ScoreRuleSet.objects.filter(pass_mark=99).exists()


def test_publishing_needs_a_back_test_of_exactly_this_draft_or_a_reason(dora, now):
    draft = save_draft(dora, FIRST_RULE_SET, now=now)
    with refused("backtest_missing"):
        publish_rule_set(dora, draft, reason=" ", now=now)
    look_back(dora, draft, now=now)
    save_draft(dora, RuleSet(0, FIRST_RULE_SET.rows, 6, 3, ()), draft=draft, now=now)  # another one by now
    with refused("backtest_missing"):
        publish_rule_set(dora, draft, now=now)
    assert ScoreRuleSet.objects.drafts().filter(pk=draft.pk).exists()
    look_back(dora, draft, now=now)
    published = publish_rule_set(dora, draft, reason="写了也不算", now=now)
    assert (published.unproven_reason, published.published_by) == ("", dora)
    said = Event.objects.get(kind="rule_set.published", subject_id=draft.pk)
    assert said.data["backtest"] == Event.objects.filter(kind="rule_set.backtested").latest("pk").pk


def test_what_is_published_is_never_changed_and_a_version_is_no_draft(dora, now):
    draft = save_draft(dora, FIRST_RULE_SET, now=now)
    published = publish_rule_set(dora, draft, reason="规则没有变", now=now)
    for deed in (
        lambda: save_draft(dora, FIRST_RULE_SET, draft=published, now=now),
        lambda: publish_rule_set(dora, published, reason="再来", now=now),
        lambda: discard_draft(dora, published, now=now),
    ):
        with pytest.raises(ScoreRuleSet.DoesNotExist):
            deed()
    with pytest.raises(DatabaseError), transaction.atomic():
        ScoreRuleSet.objects.filter(pk=published.pk).update(pass_mark=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        ScoreRuleSet.objects.filter(pk=published.pk).delete()
