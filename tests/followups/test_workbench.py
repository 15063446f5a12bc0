"""What the workbench shows, and how many queries it takes."""

from datetime import UTC, datetime, timedelta

import pytest

from genjin.customers.models import Customer
from genjin.followups.actions.tasks import finish_task
from genjin.followups.queries.workbench import (
    Days,
    tasks_by_day,
    team_lines,
    team_stream,
    waiting_for_first_contact,
    without_next_step,
)  # fmt: skip


@pytest.fixture
def days(now):
    return Days.of(now)


def test_the_borders_are_shanghais_and_the_week_begins_on_monday():
    days = Days.of(datetime(2026, 3, 8, 17, 0, tzinfo=UTC))  # Monday, one o'clock at night, in Shanghai
    assert days.today == days.week == datetime(2026, 3, 8, 16, 0, tzinfo=UTC)
    assert days.tomorrow == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    assert Days.of(datetime(2026, 3, 8, 15, 59, tzinfo=UTC)).week == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


def test_ones_own_open_tasks_by_day(alice, bob, customer, plan, days, now):
    yesterday = plan(alice, customer, days=-0.9, objective="昨天")
    today = plan(alice, customer, days=0, objective="今天")
    last_minute = plan(
        alice, customer, days=(days.tomorrow - now) / timedelta(days=1) - 1e-6, objective="今天最后"
    )
    tomorrow = plan(alice, customer, days=1, objective="明天")
    plan(alice, customer, days=2, objective="后天")
    plan(alice, customer, days=0, objective="别人的", assignee=bob)
    finish_task(alice, plan(alice, customer, days=0), outcome="完成", now=now)
    found = tasks_by_day(alice, days)
    shown = {name: [task.pk for task in listed.tasks] for name, listed in found.items()}
    assert shown == {
        "overdue": [yesterday.pk],
        "today": [today.pk, last_minute.pk],
        "tomorrow": [tomorrow.pk],
    }
    assert {name: listed.count for name, listed in found.items()} == {"overdue": 1, "today": 2, "tomorrow": 1}


def test_the_list_is_six_queries_however_long(alice, customer, plan, days, django_assert_num_queries):
    for _number in range(5):
        plan(alice, customer, days=0)
    alice.scope  # noqa: B018 (the rights of the request, one query)
    with django_assert_num_queries(6):
        assert [(task.customer.name, task.assignee.name) for task in tasks_by_day(alice, days)["today"].tasks]


def test_without_next_step_the_longest_waiting_first(alice, bob, make_customer, plan, now):
    rows = [make_customer(owner=alice) for _number in range(3)]
    make_customer(owner=bob)
    plan(alice, rows[1])
    Customer.objects.filter(pk=rows[2].pk).update(no_next_step_since=now - timedelta(days=3))
    assert list(without_next_step(alice)) == [rows[2], rows[0]]
    Customer.objects.filter(pk=rows[2].pk).update(deleted_at=now)
    assert list(without_next_step(alice)) == [rows[0]]


def test_new_ones_nobody_has_spoken_to(alice, bob, make_customer, say, django_assert_num_queries):
    spoken, silent = make_customer(owner=alice), make_customer(owner=alice)
    make_customer(owner=bob)
    say(alice, spoken)
    with django_assert_num_queries(1):
        assert [clock.customer for clock in waiting_for_first_contact(alice)] == [silent]


def test_a_lead_sees_a_line_for_each_of_his_people_in_few_queries(
    alice, bob, charlie, customer, make_customer, plan, say, days, django_assert_num_queries
):
    make_customer(owner=alice)  # without a next step
    say(alice, customer)
    plan(alice, customer, days=-0.9)
    plan(alice, customer, days=0)
    bob.scope  # noqa: B018 (the rights of the request, one query)
    with django_assert_num_queries(5):
        (line,) = team_lines(bob, days)
    assert line.person == alice
    assert (line.overdue, line.today, line.without_next_step) == (1, 1, 1)
    assert (line.contacts_today, line.contacts_this_week) == (1, 1)
    assert team_lines(charlie, days) == []


def test_the_stream_of_the_day_is_the_teams(
    alice, bob, charlie, dora, customer, make_customer, say, days, now
):
    row = say(alice, customer)
    say(alice, customer, "昨天的事情今天才写下来的", happened_at=now - timedelta(days=1))
    say(bob, customer, "组长亲自打电话问候了客户")
    elsewhere = say(charlie, make_customer(owner=charlie))
    assert team_stream(bob, days) == [row]
    assert team_stream(charlie, days) == []
    assert {one.pk for one in team_stream(dora, days)} >= {row.pk, elsewhere.pk}
