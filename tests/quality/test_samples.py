"""A sample nobody can choose, judged one by one; what was returned comes back to its owner as a task."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.models import Customer
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.followups.actions.tasks import finish_task
from genjin.followups.models import Task
from genjin.followups.queries.conditions import Condition
from genjin.kit.working_days import WorkCalendar, seeded_days
from genjin.quality.actions.facts import NewCheck, Seen, check_facts
from genjin.quality.actions.samples import NewSample, draw_sample, pass_item, return_item
from genjin.quality.models import SpotCheck, SpotCheckItem
from genjin.quality.queries.samples import draw_again, looked_at, pass_rates
from genjin.quality.rules.samples import answer_due, draw, mark_of
from tests.refusals import refused, unseen

IDS = st.sets(st.integers(1, 10_000), max_size=60)
SEEDS = st.text(min_size=1, max_size=20)


@given(base=IDS, size=st.integers(1, 80), seed=SEEDS)
def test_a_sample_is_part_of_its_base_and_can_be_drawn_again(base, size, seed):
    drawn = draw(base, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(base))
    assert set(drawn) <= base
    assert draw(sorted(base, reverse=True), size, seed) == drawn
    assert draw(base, size + 1, seed)[:size] == drawn


@given(base=IDS, seed=SEEDS, new=st.integers(10_001, 20_000))
def test_who_comes_to_the_base_moves_nobody_else(base, seed, new):
    before = draw(base, len(base), seed)
    assert [pk for pk in draw(base | {new}, len(base) + 1, seed) if pk != new] == before
    assert mark_of(base | {new}) != mark_of(base)
    assert mark_of(list(base) * 2) == mark_of(base)


def test_everybody_is_drawn_about_equally_often():
    counts = Counter(pk for at in range(2000) for pk in draw(range(20), 5, f"seed{at}"))
    assert len(counts) == 20
    assert all(400 < count < 600 for count in counts.values())


@given(st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 20), timezones=st.just(UTC)))
def test_three_working_days_lie_between(now):
    zone, calendar = ZoneInfo("Asia/Shanghai"), WorkCalendar(seeded_days(2024, 2027))
    due = answer_due(now, calendar, zone)
    first = now.astimezone(zone).date()
    worked = [first + timedelta(days=n) for n in range(1, (due.date() - first).days + 1)]
    assert sum(calendar.is_working(day) for day in worked) == 3
    assert calendar.is_working(due.date())


@pytest.mark.parametrize(
    ("day", "due"),
    [((2026, 2, 13), (2026, 2, 25)), ((2026, 9, 30), (2026, 10, 10)), ((2026, 1, 1), (2026, 1, 6))],
)
def test_holidays_do_not_count(day, due):
    zone = ZoneInfo("Asia/Shanghai")
    found = answer_due(datetime(*day, 3, tzinfo=UTC), WorkCalendar(seeded_days(2025, 2027)), zone)
    assert (found.year, found.month, found.day) == due


@pytest.fixture
def hers(alice, make_customer):
    return [
        make_customer(owner=alice, contacts=[{"name": "王工", "phone": f"1380013800{at}"}]) for at in range(6)
    ]


@pytest.fixture
def sample(bob, hers, now):
    return draw_sample(bob, NewSample(3), now=now)


def test_a_lead_draws_out_of_the_people_led(bob, charlie, pool, make_customer, hers, now):
    for row in (make_customer(owner=charlie), make_customer(owner=bob), make_customer(pool=pool)):
        assert row.pk
    sample = draw_sample(bob, NewSample(100), now=now)
    assert set(sample.items.values_list("customer_id", flat=True)) == {row.pk for row in hers}
    assert (sample.base_count, sample.size, len(sample.seed) >= 20) == (6, 100, True)
    again = draw_again(sample)
    assert (again.same_base, again.same_sample) == (True, True)


def test_two_draws_have_seeds_of_their_own(bob, hers, now):
    seeds = {draw_sample(bob, NewSample(2), now=now).seed for _ in range(5)}
    assert len(seeds) == 5


def test_the_base_is_narrowed_by_conditions(alice, bob, make_customer, hers, now):
    key = make_customer(owner=alice, customer_type="key")
    new = NewSample(5, [Condition("customer_type", "eq", "key"), Condition("owner_id", "eq", str(alice.pk))])
    sample = draw_sample(bob, new, now=now)
    assert list(sample.items.values_list("customer_id", flat=True)) == [key.pk]
    assert sample.conditions == [["customer_type", "eq", "key", ""], ["owner_id", "eq", str(alice.pk), ""]]
    Customer.objects.filter(pk=hers[0].pk).update(customer_type="key")
    assert not draw_again(sample).same_base


def test_who_may_draw_and_what_is_refused(alice, bob, charlie, erin, hers, now):
    for user in (alice, erin):
        with refused("forbidden", status=403):
            draw_sample(user, NewSample(2), now=now)
    for size in (0, 201):
        with refused("sample_size_invalid"):
            draw_sample(bob, NewSample(size), now=now)
    with refused("sample_base_empty"):
        draw_sample(bob, NewSample(2, [Condition("grade", "eq", "A")]), now=now)
    assert not SpotCheck.objects.exists()


def test_what_is_returned_becomes_a_task_and_its_outcome_comes_back(alice, bob, sample, now):
    item = sample.items.first()
    return_item(bob, item, comment="预算没有依据", now=now)
    item.refresh_from_db()
    task = Task.objects.get()
    assert (item.result, item.task, task.assignee, task.kind) == ("returned", task, alice, "todo")
    assert "预算没有依据" in task.objective
    assert task.due_at == datetime(2026, 3, 16, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert Customer.objects.get(pk=item.customer_id).next_action_at == task.due_at
    finish_task(alice, task, outcome="补充了报价单", now=now)
    [looked] = looked_at(bob, [SpotCheckItem.objects.select_related("task").get(pk=item.pk)], now)
    assert (looked.item.task.status, looked.item.task.outcome) == ("done", "补充了报价单")


def test_one_judgement_each(alice, bob, charlie, sample, now):
    first, second, third = sample.items.all()
    pass_item(bob, first, now=now)
    with refused("sample_decided", status=409):
        return_item(bob, first, comment="再看看", now=now)
    with refused("comment_missing"):
        return_item(bob, second, comment=" ", now=now)
    with refused("forbidden", status=403):
        pass_item(alice, second, now=now)
    with refused("forbidden", status=403):
        pass_item(charlie, third, now=now)
    assert not SpotCheck.objects.visible_to(charlie).exists()
    assert not SpotCheck.objects.visible_to(alice).exists()


def test_a_lead_of_others_sees_neither_sample_nor_customers(bob, charlie, teams, sample, now):
    from genjin.accounts.actions import save_team
    from genjin.accounts.models import User

    User.objects.filter(pk=charlie.pk).update(role="lead")
    charlie = User.objects.get(pk=charlie.pk)
    save_team(None, teams["B"], leads=[charlie], now=now)
    with unseen():
        pass_item(charlie, sample.items.first(), now=now)


def test_what_a_supervisor_looks_at(alice, bob, make_customer, now):
    row = make_customer(
        owner=alice, need="更换排产系统", province="浙江省", city="杭州市", address="江苏省南京市某某路1号", budget="5万"
    )  # fmt: skip
    check_facts(alice, row, NewCheck([Seen("need")], "call"), now=now)
    sample = draw_sample(bob, NewSample(5), now=now)
    [looked] = looked_at(bob, list(sample.items.all()), now)
    assert looked.missing[:2] == ["Source", "Contact name"] or len(looked.missing) >= 4
    assert [found.code for found in looked.warnings] == ["region_against_address"]
    assert {line.fact.key for line in looked.unsure} == {"name", "region", "budget"}


def test_pass_rates_by_person_and_period(alice, bob, make_customer, sample, now):
    first, second, third = sample.items.all()
    pass_item(bob, first, now=now)
    pass_item(bob, second, now=now)
    return_item(bob, third, comment="缺联系人", now=now + timedelta(days=40))
    [rate] = pass_rates(bob, now, now + timedelta(days=1))
    assert (rate.person, rate.judged, rate.passed, rate.percent) == (alice, 2, 2, 100)
    [rate] = pass_rates(bob, now, now + timedelta(days=60))
    assert (rate.judged, rate.percent) == (3, 67)
    assert pass_rates(alice, now, now + timedelta(days=60)) == []


def test_a_sample_follows_a_merge_and_comes_back(alice, bob, sample, make_customer, now):
    item, kept = sample.items.first(), make_customer(owner=alice, name="杭州远景机电有限公司")
    merge = merge_customers(bob, kept, [Customer.objects.get(pk=item.customer_id)], take={}, now=now)[0]
    before = item.customer_id
    item.refresh_from_db()
    assert item.customer_id == kept.pk
    unmerge(bob, merge, now=now)
    item.refresh_from_db()
    assert item.customer_id == before
