"""Scores computed again: the same for ever, whatever changed since, and a word about those that are not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.accounts.queries import local_day
from genjin.customers.actions.records import change_customer
from genjin.customers.actions.scores import publish_rule_set, rate_all, rate_turned, save_draft
from genjin.customers.models import Customer
from genjin.customers.queries.scores import (
    changes,
    changing,
    current_rules,
    every_score,
    in_shadow,
    scores_of,
    turned,
)
from genjin.customers.rules import Facts, Label, RuleSet, ScoreRow
from genjin.customers.rules.rescore import KeptScore, Verdict, fingerprint, rescore
from genjin.customers.rules.score import SCORE_KEYS, facts_from, label_of, score
from genjin.followups.actions.grading import grade_customers

TODAY = date(2026, 3, 11)
SPACES = "\u3000 \x1c\u2003\xa0\t"
facts = st.builds(
    dict,
    industry=st.sampled_from(["", "制造业-汽车零部件", "农业", "IT服务", "%", "_", "a\\b"]),
    budget_min=st.none() | st.decimals(0, 10**6, places=2),
    is_authority_clear=st.booleans(),
    need=st.text(st.sampled_from("排产系统ab" + SPACES), max_size=9),
    purchase_by=st.none() | st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=200)),
)


@st.composite
def rule_sets(draw):
    rows = draw(st.lists(st.sampled_from(sorted(SCORE_KEYS)), min_size=1, unique=True))
    points = [ScoreRow(key, draw(st.integers(1, 9))) for key in rows]
    most = sum(row.points for row in points)
    pass_mark = draw(st.integers(1, most))
    words = draw(st.lists(st.sampled_from(["制造业", "IT", "农", "%", "_", "\\", ""]), unique=True))
    return RuleSet(3, tuple(points), pass_mark, draw(st.integers(1, pass_mark)), tuple(words))


def whole(values):
    return facts_from({"budget_max": None, "purchase_timing": ""} | values)


@given(facts, rule_sets(), st.dates(TODAY, TODAY + timedelta(days=99)), st.none() | st.integers(0, 40))
def test_a_kept_score_comes_out_bit_for_bit(values, rules, day, override):
    found = whole(values)
    computed = score(found, rules, day)
    stands = computed if override is None else override
    kept = KeptScore(stands, label_of(stands, rules).value, 3, day, found, override)
    again = rescore(kept, rules)
    assert (again.verdict, again.computed, again.label) == (Verdict.IDENTICAL, computed, kept.label)
    other = KeptScore(stands + 1, kept.label, 3, day, found, override)
    assert rescore(other, rules).verdict == Verdict.DIFFERS
    assert rescore(kept, None).verdict == Verdict.NO_RULES


def test_without_its_day_a_score_is_computed_only_where_no_day_matters():
    rules = RuleSet(1, (ScoreRow("budget_clear", 2), ScoreRow("timing_near", 1)), 2, 1, ())
    open_ = KeptScore(2, "hot", 1, None, Facts(has_budget=True))
    assert rescore(open_, rules).verdict == Verdict.IDENTICAL
    dated = KeptScore(2, "hot", 1, None, Facts(has_budget=True, purchase_by=TODAY))
    assert rescore(dated, rules).verdict == Verdict.NO_DAY


def test_a_fingerprint_tells_rule_sets_apart_and_not_their_versions():
    one = RuleSet(1, (ScoreRow("budget_clear", 2),), 2, 1, ("农业",))
    assert fingerprint(one) == fingerprint(RuleSet(9, one.rows, 2, 1, ("农业",)))
    assert len({fingerprint(rules) for rules in (one, RuleSet(1, one.rows, 2, 2, ("农业",)), RuleSet(1, one.rows, 2, 1, ()))}) == 3  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(facts, min_size=1, max_size=4), rules=rule_sets())
def test_whatever_is_changed_and_published_every_score_ever_given_is_told_again(
    changes, rules, alice, dora, make_customer, now
):
    row = make_customer(owner=alice, industry="制造业")
    for place, values in enumerate(changes):
        moment = now + timedelta(days=30 * place)
        row.refresh_from_db()
        change_customer(alice, row, values, version=row.version, now=moment)
        if place == 1:
            publish_rule_set(dora, save_draft(dora, rules, now=moment), reason="试", now=moment)
            rate_all(moment)
    past = [one for one in every_score() if one.customer == row.pk]
    assert past
    assert {one.again.verdict for one in past} == {Verdict.IDENTICAL}


def test_a_score_that_somebody_altered_behind_our_back_is_named(alice, make_customer, now):
    row = make_customer(owner=alice, industry="制造业", need="更换排产系统")
    change_customer(alice, row, {"is_authority_clear": True}, version=1, now=now)
    Customer.objects.filter(pk=row.pk).update(score=7)
    first, *earlier = scores_of(Customer.objects.get(pk=row.pk))
    assert (first.again.verdict, first.again.computed, first.kept.score) == (Verdict.DIFFERS, 5, 7)
    assert [(one.kept.score, one.again.verdict) for one in earlier] == [(5, "identical"), (3, "identical")]


def test_a_score_is_told_once_however_often_the_customer_was_changed_beside_it(alice, make_customer, now):
    row = make_customer(owner=alice, industry="制造业")
    for place, values in enumerate(
        ({"main_business": "轴承"}, {"is_authority_clear": True}, {"main_business": "齿轮"})
    ):
        change_customer(alice, row, values, version=place + 1, now=now)
    found = scores_of(Customer.objects.get(pk=row.pk))
    moved = apps.get_model("customers", "CustomerRow").objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")[1]
    assert [(one.kept.score, one.until) for one in found] == [(5, None), (3, moved.pgh_created_at)]


def test_a_score_that_another_day_found_the_same_is_told_once(alice, make_customer, now):
    row = make_customer(owner=alice, industry="制造业")
    for place in range(3):
        moment = now + timedelta(days=place)
        change_customer(alice, row, {"main_business": f"轴承{place}"}, version=place + 1, now=moment)
    (one,) = scores_of(Customer.objects.get(pk=row.pk))
    assert (one.kept.score, one.kept.on, one.again.verdict) == (3, local_day(moment), "identical")


def test_the_night_rates_whose_purchase_came_near_or_passed_and_each_of_them_once(
    alice, bob, dora, make_customer, now
):
    rows = (ScoreRow("timing_near", 2), ScoreRow("budget_clear", 1))
    publish_rule_set(dora, save_draft(dora, RuleSet(0, rows, 2, 1, ()), now=now), reason="试", now=now)
    whole = {"need": "更换排产系统", "budget_min": Decimal(9), "is_authority_clear": True}
    today = local_day(now)
    far, near, never = (
        make_customer(owner=alice, purchase_by=day, **whole)
        for day in (today + timedelta(days=100), today + timedelta(days=3), None)
    )
    rate_all(now)
    grade_customers(bob, [near.pk], "A", reason="都明确", now=now)
    assert [row.pk for row in turned(today)] == []
    assert rate_turned(now + timedelta(days=1)) == 0

    night = now + timedelta(days=9)
    assert {row.pk for row in turned(local_day(night))} == {far.pk, near.pk}
    assert rate_turned(night) == 2
    found = {row.pk: (row.score, row.label, row.grade, row.grade_proposal) for row in Customer.objects.all()}
    assert found == {
        far.pk: (3, "hot", "A", ""),
        near.pk: (3, "hot", "A", "B"),
        never.pk: (1, "ordinary", "B", ""),
    }
    assert {one.again.verdict for one in every_score()} == {Verdict.IDENTICAL}
    assert not turned(local_day(night)).exists()
    assert rate_turned(night) == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(facts, min_size=1, max_size=6),
    rules=rule_sets(),
    day=st.dates(TODAY, TODAY + timedelta(99)),
)
def test_the_database_rates_in_shadow_as_the_rule_does(values, rules, day, db, now):
    rows = Customer.objects.bulk_create(
        Customer(name=f"影子{at}", created_at=now, updated_at=now, stage_entered_at=now, **one)
        for at, one in enumerate(values)
    )
    found = in_shadow(Customer.objects.filter(pk__in=[row.pk for row in rows]), rules, day).in_bulk()
    for row, one in zip(rows, values, strict=True):
        points = score(whole(one), rules, day)
        assert (found[row.pk].shadow_score, found[row.pk].shadow_label) == (
            points,
            label_of(points, rules).value,
        )


@pytest.fixture
def draft(alice, charlie, dora, make_customer, now):
    """Hers: one that would fall, one that would rise, one that stays; his: one that would rise."""
    for owner, fields in (
        (alice, {"industry": "制造业", "budget_min": Decimal(10)}),
        (alice, {"industry": "农业", "budget_min": Decimal(10), "is_authority_clear": True}),
        (alice, {}),
        (charlie, {"industry": "农业", "budget_min": Decimal(10), "is_authority_clear": True}),
    ):
        make_customer(owner=owner, **fields)
    rows = (ScoreRow("budget_clear", 3), ScoreRow("authority_clear", 3))
    return save_draft(dora, RuleSet(0, rows, 6, 2, ()), note="看预算与决策", now=now)


def table(user, draft):
    today = date(2026, 3, 11)
    return [(one.origin, one.target, one.customers) for one in changes(user, draft.as_rules(), today)]


def test_each_count_opens_exactly_its_customers_as_far_as_one_sees_them(alice, bob, charlie, dora, draft):
    assert table(alice, draft) == table(bob, draft) == [("hot", "ordinary", 1), ("ordinary", "hot", 1)]
    assert table(charlie, draft) == [("ordinary", "hot", 1)]
    assert table(dora, draft) == [("hot", "ordinary", 1), ("ordinary", "hot", 2)]
    for user in (alice, charlie, dora):
        for origin, target, count in table(user, draft):
            rows = changing(user, draft.as_rules(), date(2026, 3, 11), origin=origin, target=target)
            assert rows.count() == len({row.pk for row in rows}) == count
            assert {row.label for row in rows} == {origin}


def test_a_draft_has_no_effect_and_publishing_it_changes_exactly_whom_it_named(alice, dora, draft, now):
    before = list(Customer.objects.order_by("pk").values())
    named = {row.pk: row.shadow_label for row in changing(dora, draft.as_rules(), local_day(now))}
    assert list(Customer.objects.order_by("pk").values()) == before
    assert current_rules().version == 1
    publish_rule_set(dora, draft, reason="试", now=now)
    rate_all(now)
    old = {row["id"]: row["label"] for row in before}
    after = {row.pk: row.label for row in Customer.objects.all()}
    assert {pk: label for pk, label in after.items() if label != old[pk]} == named
    assert set(after.values()) <= set(Label.values)
