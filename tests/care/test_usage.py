"""Figures of use, rules that recommend, plans to buy again and the customer's word."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.models import User
from genjin.care.actions.repurchase import (
    Confirmed,
    Plan,
    add_repurchase,
    confirm_repurchase,
    dismiss_repurchase,
    follow_owners,
    plan_repurchase,
    propose,
    remove_usage_rule,
    save_usage_rule,
)
from genjin.care.actions.usage import NewUsage, open_reviews, record_usage
from genjin.care.models import Repurchase, UsageFigure, UsageRule
from genjin.care.queries.usage import foreseen, hits, referral_counts, referrals, with_live_contract
from genjin.care.rules.usage import Figures, is_hit, quarter_of, read_period
from genjin.customers.actions.people import involve
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.models import Evidence, Task
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from genjin.selling.models import Product
from tests.refusals import refused, unseen

METRIC = "高级功能使用率"


@pytest.fixture
def customer(bought, alice):
    return bought(alice, name="杭州复购机电有限公司")


@pytest.fixture
def module(db):
    return Product.objects.create(code="MOD-1", name="智能排产模块", list_price=Decimal(20_000))


@pytest.fixture
def rule(dora, module, now):
    values = {
        "name": "高级功能用满", "metric": METRIC, "figure": "percent", "operator": "ge", "threshold": Decimal(80), "product": module,
        "text": "推荐智能排产模块", "is_active": True,
    }  # fmt: skip
    return save_usage_rule(dora, UsageRule(), values, now=now)


def used(customer, percent=None, *, period="2025Q4", metric=METRIC, **more):
    known = None if percent is None else Decimal(percent)
    return NewUsage(customer, Figures(metric, read_period(period), known, **more))


def plan_of(now, **more):
    known = {
        "plan": "先培训再报价", "intent": "high", "budget": Decimal(20_000), "budget_when": "下季度", "next_step": "约演示",
        "next_on": now.date() + timedelta(days=7),
    }  # fmt: skip
    return Plan(**(known | more))


@pytest.mark.parametrize(
    ("text", "code", "first", "last"),
    [
        ("2026-03", "2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2024年2月", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026/12/31", "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-03-01 00:00:00", "2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2026Q1", "2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-q4", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026年第一季度", "2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026年2季度", "2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026", "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_are_read_as_people_write_them(text, code, first, last):
    found = read_period(text)
    assert (found.code, found.first, found.last) == (code, first, last)
    assert read_period(found.code) == found


@pytest.mark.parametrize("text", ["", "2026-13", "2026Q5", "去年", "1800-01", "2026-0"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(RuleError) as caught:
        read_period(text)
    assert caught.value.code == "period_invalid"


@given(st.dates(date(1900, 1, 1), date(2200, 9, 30)))
def test_every_day_lies_in_its_quarter(day):
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter_of(quarter.last + timedelta(days=1)).first == quarter.last + timedelta(days=1)


@given(st.none() | st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_a_missing_figure_never_hits_and_opposites_exclude_each_other(figure, threshold):
    hit = {operator: is_hit(operator, threshold, figure) for operator in ("ge", "gt", "le", "lt")}
    if figure is None:
        assert not any(hit.values())
    else:
        assert hit["ge"] != hit["lt"]
        assert hit["le"] != hit["gt"]


def test_the_same_figures_twice_are_one_row_and_one_event(customer, alice, now):
    record_usage(alice, [used(customer, 60, active_users=12)], now=now)
    record_usage(
        alice, [used(customer, 60, active_users=12, period="2025年4季度")], now=now + timedelta(hours=1)
    )
    row = UsageFigure.objects.get()
    assert (row.percent, row.active_users, row.period, row.ends_on) == (
        Decimal(60),
        12,
        "2025-Q4",
        date(2025, 12, 31),
    )
    assert row.recorded_at == now
    record_usage(alice, [used(customer, 65)], now=now + timedelta(hours=2))
    row.refresh_from_db()
    assert (row.percent, row.active_users) == (Decimal(65), None)
    assert (
        Event.objects.filter(kind="usage.recorded", customer_id=customer.pk, subject_id=row.pk).count() == 2
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "figures_missing"),
        ({"percent": 101}, "percent_range"),
        ({"percent": 5, "metric": " "}, "metric_missing"),
        ({"active_users": -1}, "figure_negative"),
        ({"value": Decimal(-1)}, "figure_negative"),
        ({"last_login_on": date(2026, 3, 12)}, "login_in_future"),
        ({"percent": 5, "period": "2026-04"}, "period_in_future"),
    ],
)
def test_figures_that_cannot_be_are_refused_with_all_the_others(customer, alice, now, given, code):
    with refused(code):
        record_usage(alice, [used(customer, 50), used(customer, **given)], now=now)


def test_eighty_percent_recommends_the_module_once(customer, rule, module, alice, now):
    record_usage(alice, [used(customer, Decimal("79.99"))], now=now)
    assert not Repurchase.objects.exists()
    record_usage(alice, [used(customer, 80)], now=now)
    row = Repurchase.objects.get()
    assert (row.customer, row.rule, row.product, row.owner, row.state) == (
        customer,
        rule,
        module,
        alice,
        "proposed",
    )
    assert "80%" in row.why
    assert row.why.endswith("推荐智能排产模块")
    record_usage(alice, [used(customer, 95, period="2026-02")], now=now)
    assert (propose(None, now), Repurchase.objects.count()) == (0, 1)
    assert Notice.objects.get(kind="repurchase_proposed").person == alice


def test_only_the_newest_figure_counts(customer, rule, alice, now):
    record_usage(alice, [used(customer, 50, period="2026-02"), used(customer, 90, period="2025-12")], now=now)
    assert not Repurchase.objects.exists()


def test_a_dry_run_shows_who_is_hit_and_changes_nothing(customer, rule, alice, charlie, now):
    UsageRule.objects.update(is_active=False)
    record_usage(alice, [used(customer, 85)], now=now)
    assert [hit.customer_id for hit in foreseen(alice, rule)] == [customer.pk]
    assert foreseen(charlie, rule) == []
    Customer.objects.filter(pk=customer.pk).update(stage="lost", no_next_step_since=None)
    assert foreseen(alice, rule) == []
    assert not Repurchase.objects.exists()


def test_rules_are_for_who_manages_settings(rule, alice, dora, now):
    with refused("forbidden", status=403):
        save_usage_rule(alice, rule, {"threshold": Decimal(1)}, now=now)
    with refused("forbidden", status=403):
        remove_usage_rule(alice, rule, now=now)
    for threshold, operator in (
        (Decimal(101), "ge"),
        (Decimal(100), "gt"),
        (Decimal(-1), "ge"),
        (Decimal(0), "lt"),
    ):
        with refused("threshold_range"):
            save_usage_rule(dora, rule, {"threshold": threshold, "operator": operator}, now=now)
        rule.refresh_from_db()
    with refused("text_missing"):
        save_usage_rule(dora, rule, {"text": " "}, now=now)
    rule.refresh_from_db()
    save_usage_rule(dora, rule, {"threshold": Decimal(85)}, now=now)
    assert Event.objects.filter(kind="usage_rule.saved").last().data["changes"] == {
        "threshold": ["80.00", "85"]
    }
    remove_usage_rule(dora, rule, now=now)


def test_a_plan_sets_the_intent_and_the_customers_word_opens_the_opportunity(customer, rule, alice, now):
    record_usage(alice, [used(customer, 85)], now=now)
    row = Repurchase.objects.get()
    for wrong, code in (
        ({"plan": " "}, "plan_missing"),
        ({"intent": "maybe"}, "intent_unknown"),
        ({"budget": Decimal(-1)}, "amount_negative"),
        ({"next_step": ""}, "next_step_missing"),
        ({"next_on": now.date() - timedelta(days=1)}, "due_in_past"),
    ):
        with refused(code):
            plan_repurchase(alice, row, plan_of(now, **wrong), now=now)
    plan_repurchase(alice, row, plan_of(now), version=1, now=now)
    customer.refresh_from_db()
    assert customer.repurchase_intent == "high"
    with refused("kind_unknown"):
        confirm_repurchase(alice, row, Confirmed("客户要加一个模块", kind="first"), now=now)
    with refused("evidence_empty"):
        confirm_repurchase(alice, row, Confirmed("嗯"), now=now)
    opened = confirm_repurchase(alice, row, Confirmed("客户要加智能排产模块"), now=now)
    row.refresh_from_db()
    customer.refresh_from_db()
    assert (opened.kind, opened.amount, opened.name) == ("upsell", Decimal(20_000), "智能排产模块")
    assert (row.state, row.opportunity, row.closed_at) == ("confirmed", opened, now)
    assert (Evidence.objects.get().proves, customer.stage) == (["new_need"], "repeat")
    with refused("closed_already", status=409):
        dismiss_repurchase(alice, row, why="太晚", now=now)


def test_proposals_follow_a_handover(customer, rule, alice, bob, sam, now):
    record_usage(alice, [used(customer, 85)], now=now)
    raised = Repurchase.objects.get()
    by_hand = Repurchase.objects.create(customer=customer, why="客户提起", owner=sam, opened_at=now)
    involve(customer.pk, [sam], via="ticket", subject_id=1)
    planned = Repurchase.objects.create(customer=customer, why="客户提起", owner=alice, opened_at=now)
    plan_repurchase(alice, planned, plan_of(now), now=now)
    assert follow_owners(now) == 0
    assign_customers(bob, [customer.pk], bob, reason="区域调整", now=now)
    assert follow_owners(now) == 2
    assert follow_owners(now) == 0
    assert [Repurchase.objects.get(pk=row.pk).owner for row in (raised, by_hand, planned)] == [bob, sam, bob]
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert follow_owners(now) == 1
    assert Repurchase.objects.get(pk=by_hand.pk).owner == bob


def test_fewer_than_ten_and_a_half_are_ten(customer, alice, now):
    """The database narrows what the rule then decides; a half is not cut off on the way."""
    rule = UsageRule.objects.create(
        name="人少", metric="活跃", figure="active_users", operator="lt", threshold=Decimal("10.5"), text="回访"
    )  # fmt: skip
    UsageFigure.objects.create(
        customer=customer, metric="活跃", period="2026-02", ends_on=date(2026, 2, 28), active_users=10, recorded_at=now
    )  # fmt: skip
    assert [hit.customer_id for hit in hits([rule])] == [customer.pk]
    rule.operator = "ge"
    assert hits([rule]) == []


def test_put_aside_it_is_not_asked_again_for_half_a_year(customer, rule, alice, now):
    record_usage(alice, [used(customer, 85)], now=now)
    with refused("reason_missing"):
        dismiss_repurchase(alice, Repurchase.objects.get(), why="", now=now)
    dismiss_repurchase(alice, Repurchase.objects.get(), why="今年没有预算", now=now)
    assert propose(None, now + timedelta(days=180)) == 0
    assert propose(None, now + timedelta(days=181)) == 1


def test_service_people_involved_may_strangers_and_readers_not(customer, alice, sam, charlie, erin, now):
    with unseen():
        record_usage(sam, [used(customer, 50)], now=now)
    involve(customer.pk, [sam], via="ticket", subject_id=1)
    record_usage(sam, [used(customer, 50)], now=now)
    row = add_repurchase(sam, customer, why="客户问起备件", now=now)
    plan_repurchase(sam, row, plan_of(now), now=now)
    assert confirm_repurchase(sam, row, Confirmed("客户要买备件", kind="repeat"), now=now).owner == alice
    with unseen():
        record_usage(charlie, [used(customer, 90)], now=now)
    with refused("forbidden", status=403):
        record_usage(erin, [used(customer, 90)], now=now)
    assert not Repurchase.objects.visible_to(charlie).exists()


def test_nothing_is_proposed_to_the_lost(customer, alice, now):
    Customer.objects.filter(pk=customer.pk).update(stage="lost", no_next_step_since=None)
    with refused("customer_lost", status=409):
        add_repurchase(alice, customer, why="客户问起备件", now=now)


def test_each_quarter_opens_one_review_for_a_running_contract(customer, bought, sign, alice, now):
    sign(customer, now.date())
    over, later, endless = bought(alice), bought(alice), bought(alice)
    sign(over, now.date() - timedelta(days=1))
    sign(later, date(2027, 1, 1), starts_on=date(2026, 6, 1))
    sign(endless, None)
    bought(alice)
    assert list(with_live_contract(now.date())) == [customer, endless]
    assert open_reviews(now) == 2
    assert open_reviews(now + timedelta(days=1)) == 0
    task = Task.objects.get(customer=customer)
    assert (task.kind, task.assignee) == ("review", alice)
    assert "2026-Q1" in task.objective
    assert open_reviews(datetime(2026, 3, 31, 15, 59, tzinfo=UTC)) == 0, "23:59 of the quarter's last day"
    assert open_reviews(datetime(2026, 3, 31, 16, 1, tzinfo=UTC)) == 1, (
        "a minute later, for who still has a contract"
    )


def test_referrals_are_counted_as_far_as_one_sees_them(customer, bought, alice, charlie):
    mine, theirs = bought(alice), bought(charlie)
    Customer.objects.filter(pk__in=[mine.pk, theirs.pk]).update(referrer=customer)
    assert list(referrals(alice, customer)) == [mine]
    assert [(row.pk, row.count, row.bought) for row in referral_counts(alice)] == [(customer.pk, 1, 1)]
    assert not referral_counts(charlie).exists()
