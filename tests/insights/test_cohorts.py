"""Cohorts: each cell is exactly its customers, whoever looks."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.models import Customer
from genjin.followups.models import FollowUp
from genjin.followups.rules import Period
from genjin.insights.actions.rollup import rebuild
from genjin.insights.queries.asking import Question, ask
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.cohorts import Spot, cohort_records, cohorts_of
from genjin.insights.rules.cohorts import GRAINS, MOST_AFTER, Step, begins, followed, together
from genjin.insights.rules.stretches import Grain, unit_of
from tests.insights.test_asking import came, moved
from tests.insights.world import Company

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def day(number, month):
    return datetime(2026, month, number, 4, tzinfo=UTC)


@given(first=DAYS, after=st.integers(0, 60), grain=st.sampled_from(GRAINS))
def test_each_column_is_a_whole_week_or_month(first, after, grain):
    start = unit_of(grain, first).first
    here, following = begins(grain, start, after), begins(grain, start, after + 1)
    assert unit_of(grain, here) == Period(here, following - timedelta(days=1))


@given(
    counts=st.dictionaries(st.tuples(st.sampled_from([date(2026, m, 1) for m in range(1, 9)]), st.none() | st.integers(-3, 20)), st.integers(1, 9)),
    today=st.dates(date(2026, 8, 1), date(2028, 1, 1)),
)  # fmt: skip
def test_shares_only_rise_and_never_pass_those_by_now(counts, today):
    rows = followed(Grain.MONTH, counts, today)
    assert sum(row.size for row in rows) == sum(counts.values())
    for row in rows:
        reached = [cell.count for cell in row.cells] + [row.ever.count, row.size]
        assert reached == sorted(reached)
        assert [cell.after for cell in row.cells] == list(range(len(row.cells)))
        assert [cell.is_running for cell in row.cells].count(True) <= 1
    assert all(not cell.is_running for cell in together(rows).cells)


@pytest.mark.django_db
def test_a_month_is_followed_until_today(make_customer, alice):
    rows = [make_customer(owner=alice) for _ in range(3)]
    for row in rows:
        came(row, day(31, 1))
    moved(rows[0], "lead", "won", day(1, 2))
    moved(rows[1], "lead", "won", day(2, 3))
    [january] = cohorts_of(Question(alice, YEAR, date(2026, 3, 11)), Step.WON, Grain.MONTH).rows
    assert (january.first, january.size, january.too_few) == (date(2026, 1, 1), 3, True)
    assert [(cell.after, cell.count, cell.is_running) for cell in january.cells] == [(0, 0, False), (1, 1, False), (2, 2, True)]  # fmt: skip
    [then] = cohorts_of(
        Question(alice, YEAR, date(2026, 3, 11), as_of=date(2026, 2, 10)), Step.WON, Grain.MONTH
    ).rows
    assert [(cell.count, cell.is_running) for cell in then.cells] == [(0, False), (1, True)]


@pytest.mark.django_db
def test_who_was_spoken_to_before_they_came_was_so_at_once(make_customer, alice):
    row = make_customer(owner=alice)
    came(row, day(20, 2))
    FollowUp.objects.create(customer=row, author=alice, happened_at=day(5, 1), recorded_at=day(20, 2), summary="展会上谈过")  # fmt: skip
    [february] = cohorts_of(Question(alice, YEAR, date(2026, 3, 11)), Step.CONTACTED, Grain.MONTH).rows
    assert [cell.count for cell in february.cells] == [1, 1]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_every_cell_is_its_list(seed, alice, bob, charlie, dora):
    Company([alice, bob, charlie], seed).make(14)
    dice = random.Random(seed)
    if seed % 2:
        rebuild(datetime(2026, 11, 1, 3, tzinfo=UTC))
    step, grain = dice.choice(list(Step)), dice.choice(GRAINS)
    as_of = dice.choice([None, date(2026, 9, 20)])
    for user in (alice, bob, charlie, dora):
        question = Question(user, YEAR, date(2026, 11, 1), as_of=as_of, people=dice.choice([None, [alice.pk, charlie.pk]]))  # fmt: skip
        found = cohorts_of(question, step, grain)
        seen = set(Customer.objects.visible_to(user).values_list("pk", flat=True))
        for row in found.rows:
            for cell in (*row.cells, row.ever):
                listed = set(cohort_records(question, Spot(step, grain, row.first, cell.after)).values_list("pk", flat=True))  # fmt: skip
                assert len(listed) == cell.count
                assert listed <= seen
            assert cohort_records(question, Spot(step, grain, row.first), of="whole").count() == row.size
        for cell in found.all.cells:
            spot = Spot(step, grain, None, cell.after)
            assert cohort_records(question, spot).count() == cell.count
            known = ask(spot.metric(), spot.narrow(question)).total
            assert (known.part, known.value) == (cell.count, cell.share)
        total = ask(Spot(step, grain).metric(), question).total
        assert (total.part, total.whole) == (found.all.ever.count, found.all.size)
        assert max((len(row.cells) for row in found.rows), default=0) <= MOST_AFTER + 1


@pytest.mark.django_db
def test_won_by_now_is_the_conversion_of_leads(alice, bob, dora):
    Company([alice, bob], 7).make(20)
    question = Question(dora, YEAR, date(2026, 11, 1))
    total, known = cohorts_of(question, Step.WON, Grain.MONTH).all, ask(METRICS["lead_conversion"], question).total  # fmt: skip
    assert (total.ever.count, total.size) == (known.part, known.whole)
