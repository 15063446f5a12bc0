"""A person's own work: each sum is that of its rows, for who may see them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from genjin.contracts.models import Contract, Receipt
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Question, ask, records
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.own import REPORTED, own_beside, own_figure, own_figures
from genjin.selling.models import Opportunity
from tests.insights.world import Company

DAY = date(2026, 3, 11)
SUMS = {"opportunity_amount": Decimal(100_000), "amount_signed": Decimal(90_000), "cash": Decimal(30_000)}
pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(alice, make_customer, now):
    """Alice opened 100,000, signed 90,000, got 30,000 and another 5,000 that was reversed."""
    row = make_customer(owner=alice)
    deal = Opportunity.objects.create(
        customer=row, name="产线", owner=alice, amount=Decimal(100_000), opened_at=now, stage_entered_at=now
    )
    contract = Contract.objects.create(
        number="HT-1", customer=row, opportunity=deal, title="产线", amount=Decimal(90_000), state="signed",
        signed_on=date(2026, 3, 11), owner=alice, created_at=now,
    )  # fmt: skip
    Contract.objects.create(
        number="HT-2",
        customer=row,
        opportunity=deal,
        title="草稿",
        amount=Decimal(7),
        owner=alice,
        created_at=now,
    )
    known = {"contract": contract, "recorded_by": alice, "recorded_at": now, "received_on": date(2026, 3, 11)}
    Receipt.objects.create(amount=Decimal(30_000), **known)
    wrong = Receipt.objects.create(amount=Decimal(5_000), **known)
    Receipt.objects.create(amount=Decimal(-5_000), reverses=wrong, note="串户", **known)
    return row


def question(user, person, day=DAY):
    return Question(user, Period(day, day), DAY, people=[person.pk])


def test_each_sum_is_that_of_its_rows(alice, bob, sold):
    for who in (alice, bob):
        for key, sum_ in SUMS.items():
            assert ask(METRICS[key], question(who, alice)).total.value == sum_
            assert sum(row.amount for row in records(METRICS[key], question(who, alice))) == sum_
    assert own_figure(alice, "cash", Period(DAY, DAY), DAY).value == SUMS["cash"]


def test_the_day_before_and_after_hold_nothing(alice, sold):
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        assert [ask(METRICS[key], question(alice, alice, day)).total.value for key in SUMS] == [0, 0, 0]


@pytest.mark.parametrize("key", [*REPORTED.values(), *SUMS, "records_late"])
def test_two_stretches_at_once_are_each_as_if_asked_alone(alice, bob, charlie, key):
    Company([alice, bob, charlie], 3).make(12)
    today = date(2026, 11, 1)
    for first in (date(2026, 3, 2), date(2026, 5, 25), date(2026, 10, 26)):
        now, then = (
            Period(first, first + timedelta(days=6)),
            Period(first - timedelta(days=7), first - timedelta(days=4)),
        )
        told = own_beside(alice, key, (now, then), today)
        assert told == tuple(own_figure(alice, key, one, today).value for one in (now, then))


def test_nobody_sums_what_they_do_not_see(alice, charlie, sold):
    assert [ask(METRICS[key], question(charlie, alice)).total.value for key in SUMS] == [0, 0, 0]


def test_a_report_keeps_the_figures_of_the_catalogue(alice, sold):
    assert set(own_figures(alice, Period(DAY, DAY), DAY)) == set(REPORTED)
