"""Needs as they were told: the customer's record follows, old and new stay, late is marked late."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.models import Evidence
from genjin.kit.errors import RuleError
from genjin.selling.actions.needs import NewNeed, change_need, record_need
from genjin.selling.models import NeedChange, Opportunity
from genjin.selling.rules.needs import check_need, for_customer, is_late
from tests.refusals import refused, unseen
from tests.selling.conftest import stages

SPIN = {
    "title": "替换进销存系统", "situation": "三个仓库用表格记账", "problem": "月底对不上账", "implication": "每月多花三天", "payoff": "一天结账",
    "current_tool": "Excel", "pains": ["库存不准", "", "报表太慢"], "wishes": "手机能用", "budget_min": Decimal(50_000), "budget_max": Decimal(80_000),
    "decision_process": "IT部门初选，销售总监定", "joint_deciders": "IT部门、销售总监",
}  # fmt: skip


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


def test_an_empty_record_follows_and_a_filled_one_only_when_ticked(customer, alice, now):
    need = record_need(alice, customer, NewNeed(SPIN), now=now)
    customer.refresh_from_db()
    assert (customer.need, customer.pain_points) == ("替换进销存系统", "1. 库存不准\n2. 报表太慢")
    assert (customer.budget_min, customer.budget_max) == (50_000, 80_000)
    assert (need.pains, need.is_late) == (["库存不准", "报表太慢"], False)
    record_need(alice, customer, NewNeed({"title": "再加一个仓库", "budget_max": Decimal(100_000)}), now=now)
    customer.refresh_from_db()
    assert (customer.need, customer.budget_max) == ("替换进销存系统", 80_000)
    record_need(
        alice,
        customer,
        NewNeed({"title": "再加一个仓库", "budget_max": Decimal(100_000)}, ticked=["need", "budget"]),
        now=now,
    )
    customer.refresh_from_db()
    assert (customer.need, customer.budget_min, customer.budget_max) == ("再加一个仓库", None, 100_000)


def test_a_change_keeps_old_and_new_and_when_it_was_told(customer, alice, now):
    need = record_need(alice, customer, NewNeed(SPIN), now=now)
    later = now + timedelta(days=3)
    change_need(
        alice, need, {"budget_max": Decimal(150_000), "wishes": "手机能用"}, told_at=later - timedelta(hours=30), ticked=["budget"], version=1, now=later
    )  # fmt: skip
    (change,) = NeedChange.objects.all()
    assert (change.field, change.old, change.new, change.is_late) == (
        "budget_max",
        "80000.00",
        "150000",
        True,
    )
    said = Event.objects.get(kind="need.changed")
    assert said.data["changes"] == {"budget_max": ["80000.00", "150000"]}
    customer.refresh_from_db()
    assert customer.budget_max == 150_000
    with refused("version_conflict", status=409):
        change_need(alice, need, {"wishes": "别的"}, version=1, now=later)


def test_told_more_than_a_day_ago_is_late(customer, alice, now):
    assert record_need(alice, customer, NewNeed(SPIN, told_at=now - timedelta(hours=25)), now=now).is_late
    assert not record_need(alice, customer, NewNeed(SPIN, told_at=now - timedelta(hours=24)), now=now).is_late
    with refused("told_in_future"):
        record_need(alice, customer, NewNeed(SPIN, told_at=now + timedelta(hours=1)), now=now)


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_late_begins_behind_the_24th_hour(passed):
    from datetime import UTC, datetime

    at = datetime(2028, 2, 28, 12, tzinfo=UTC)
    assert is_late(at, at + passed) == (passed > timedelta(hours=24))


money = st.decimals(-5, 10**13, places=2) | st.none()


@given(money, money)
def test_a_budget_is_in_order_or_refused(low, high):
    sound = all(one is None or 0 <= one < 10**12 for one in (low, high)) and (
        low is None or high is None or high >= low
    )
    try:
        check_need({"budget_min": low, "budget_max": high})
    except RuleError as refusal:
        assert not sound
        assert refusal.code == "budget_out_of_order"
    else:
        assert sound


@given(st.sampled_from(["", "旧"]), st.sampled_from(["", "新"]), st.booleans())
def test_nothing_that_is_there_is_overwritten_unasked(old, new, ticked):
    customer = {"need": old, "pain_points": "x", "decision_process": "x", "budget_min": 1, "budget_max": None}
    taken = for_customer({"title": new}, customer, ["need"] if ticked else [])
    assert taken == ({"need": new} if new and (ticked or not old) else {})


def test_a_new_need_of_who_has_bought_opens_the_repeat_purchase_in_one_act(customer, alice, now):
    with refused("not_bought_yet"):
        record_need(alice, customer, NewNeed(SPIN, is_new=True), now=now)
    Customer.objects.filter(pk=customer.pk).update(stage="won")
    need = record_need(alice, customer, NewNeed(SPIN, is_new=True), now=now)
    assert stages(customer) == ("repeat", ["won", "qualified"])
    opened = Opportunity.objects.get(customer=customer, stage="qualified")
    assert (need.opportunity, opened.kind, opened.on_new_need, opened.amount) == (
        opened,
        "repeat",
        True,
        80_000,
    )
    assert Evidence.objects.get(customer=customer).proves == ["new_need"]


def test_who_may(customer, alice, bob, charlie, erin, now):
    with unseen():
        record_need(charlie, customer, NewNeed(SPIN), now=now)
    with refused("forbidden", status=403):
        record_need(erin, customer, NewNeed(SPIN), now=now)
    need = record_need(bob, customer, NewNeed(SPIN), now=now)
    with unseen():
        change_need(charlie, need, {"wishes": "我的"}, now=now)
    with refused("need_missing"):
        record_need(alice, customer, NewNeed({"wishes": "x"}), now=now)
    with refused("field_unknown"):
        record_need(alice, customer, NewNeed({"title": "x", "stage": "won"}), now=now)
