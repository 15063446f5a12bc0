"""Back-tests of the score rules: on closed customers, as they were known before their end, and honest about few."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.actions.scores import save_draft
from genjin.customers.models import Customer, StageChange
from genjin.customers.rules import Label, RuleSet, ScoreRow, Stage
from genjin.events.models import Event
from genjin.insights.actions.backtest import look_back
from genjin.insights.queries.backtest import backtest
from genjin.insights.rules.backtest import Closed, back_test
from tests.refusals import refused

NOW = datetime(2026, 3, 11, 4, tzinfo=UTC)
BEGAN = datetime(2025, 6, 2, 1, tzinfo=UTC)
BUDGET = RuleSet(0, (ScoreRow("budget_clear", 5),), 5, 1, ())


def closed(name, owner, end, *, after=20, **fields):
    row = Customer.objects.create(
        name=name, owner=owner, stage=end, created_at=BEGAN, updated_at=BEGAN, stage_entered_at=BEGAN,
        no_next_step_since=BEGAN, **fields,
    )  # fmt: skip
    StageChange.objects.create(customer=row, target=Stage.LEAD, at=BEGAN)
    StageChange.objects.create(customer=row, origin=Stage.LEAD, target=end, at=BEGAN + timedelta(days=after))
    return row


@pytest.fixture
def history(alice, charlie):
    """Hers: 12 with a budget, 9 of them won; 20 without, 1 of them won. His: one that was won."""
    for at in range(12):
        closed(f"有预算{at}", alice, Stage.WON if at < 9 else Stage.LOST, budget_min=Decimal(10))
    for at in range(20):
        closed(f"没预算{at}", alice, Stage.WON if at < 1 else Stage.LOST)
    closed("别人的", charlie, Stage.WON, budget_min=Decimal(10))


def test_precision_and_lift_of_the_top_class(history, alice, dora, now):
    found = backtest(alice, BUDGET, days=7, now=NOW)
    assert (found.closed, found.won, found.unknown, found.changed) == (32, 10, 0, 12)
    assert (found.tried.customers, found.tried.won) == (12, 9)
    assert found.tried.precision == pytest.approx(9 / 12)
    assert found.tried.lift == pytest.approx((9 / 12) / (10 / 32))
    assert (found.now.customers, found.now.precision) == (0, None)  # industry and authority are unknown
    assert backtest(dora, BUDGET, days=7, now=NOW).closed == 33


def test_nobody_counts_what_is_out_of_sight_or_was_closed_by_then(history, alice, bob, charlie):
    assert backtest(charlie, BUDGET, days=7, now=NOW).closed == 1
    closed("很快成交", alice, Stage.WON, after=5, budget_min=Decimal(1))
    assert backtest(bob, BUDGET, days=7, now=NOW).closed == 32
    open_ = closed("还在谈", alice, Stage.NEGOTIATION, budget_min=Decimal(1))
    assert backtest(bob, BUDGET, days=7, now=NOW).closed == 32
    Customer.objects.filter(pk=open_.pk).update(stage=Stage.LOST, deleted_at=NOW)
    assert backtest(bob, BUDGET, days=30, now=NOW).closed == 0  # all ended on day 20


def test_too_few_say_nothing(alice):
    for at in range(29):
        closed(f"少{at}", alice, Stage.WON if at < 9 else Stage.LOST, budget_min=Decimal(10))
    few = backtest(alice, BUDGET, days=7, now=NOW)
    assert (few.closed, few.won, few.is_enough) == (29, 9, False)
    assert (few.base, few.changed, few.tried.customers, few.tried.precision, few.tried.lift) == (None,) * 5
    closed("三十", alice, Stage.LOST)
    assert backtest(alice, BUDGET, days=7, now=NOW).is_enough


def test_what_was_written_down_later_does_not_count(alice, history):
    row = Customer.objects.get(name="没预算0")
    with_budget = 12
    versions = apps.get_model("customers", "CustomerRow").objects.filter(pgh_obj_id=row.pk)
    Customer.objects.filter(pk=row.pk).update(budget_min=Decimal(10))  # keeps the version before it
    early = backtest(alice, BUDGET, days=7, now=NOW)
    assert (early.closed, early.tried.customers) == (32, with_budget)
    versions.update(pgh_created_at=BEGAN + timedelta(days=3))  # had it been written on the third day
    assert backtest(alice, BUDGET, days=7, now=NOW).tried.customers == with_budget + 1
    versions.update(pgh_created_at=BEGAN + timedelta(days=9), pgh_label="update")  # kept the new row only
    found = backtest(alice, BUDGET, days=7, now=NOW)
    assert (found.closed, found.unknown) == (31, 1)


def test_that_somebody_looked_is_kept_with_what_it_said(history, alice, bob, dora, now):
    draft = save_draft(dora, BUDGET, now=now)
    for actor in (alice, bob):
        with refused("forbidden", status=403):
            look_back(actor, draft, now=NOW)
    with refused("backtest_days"):
        look_back(dora, draft, days=1, now=NOW)
    assert not Event.objects.filter(kind="rule_set.backtested").exists()
    look_back(dora, draft, days=14, now=NOW)
    said = Event.objects.get(kind="rule_set.backtested", subject_id=draft.pk)
    assert (said.actor, said.data["days"], said.data["closed"], said.data["won_in_top"]) == (dora, 14, 33, 10)


@given(
    st.lists(st.builds(Closed, st.booleans(), st.sampled_from(Label), st.sampled_from(Label)), max_size=80)
)
def test_shares_are_shares_and_rules_like_those_in_force_change_nobody(rows):
    found = back_test(rows, days=7, unknown=0)
    for top in (found.now, found.tried):
        assert (top.customers is None) == (not found.is_enough)
        assert 0 <= (top.won or 0) <= (top.customers or 0) <= found.closed
        assert top.precision is None or 0 <= top.precision <= 1
        assert (top.lift is None) == (top.precision is None)
    same = back_test([Closed(row.is_won, row.now, row.now) for row in rows], days=7, unknown=0)
    assert not same.changed
    assert same.now == same.tried
