"""One stream of contacts, tasks and changes, newest first."""

from datetime import timedelta

import pytest

from genjin.customers.actions.records import change_customer
from genjin.followups.actions.tasks import postpone_task
from genjin.followups.queries.timeline import STARS, timeline
from genjin.web.customers.moments import moments


@pytest.fixture
def busy(alice, customer, plan, say, now):
    """A customer with a plan, a contact and a change, an hour apart."""
    plan(alice, customer, at=now + timedelta(hours=1))
    say(alice, customer, at=now + timedelta(hours=2), next_in=None)
    change_customer(
        alice, customer, {"notes": "王总私人电话 13812345678"}, version=1, now=now + timedelta(hours=3)
    )
    return customer


def kinds(items):
    return [item.kind for item in items]


def test_newest_first_with_who_did_it(alice, busy):
    found = timeline(busy)
    assert kinds(found) == ["customer.changed", "followup", "task.added", "customer.created"]
    assert {item.by for item in found[:3]} == {alice.name}


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ("contacts", ["followup"]),
        ("tasks", ["task.added"]),
        ("changes", ["customer.changed", "customer.created"]),
    ],
)
def test_one_kind_at_a_time(busy, only, expected):
    assert kinds(timeline(busy, only=only)) == expected


def test_page_after_page_nothing_is_lost_or_doubled(busy):
    seen, before = [], None
    while page := timeline(busy, before=before, limit=1):
        seen += kinds(page)
        before = page[-1].at
    assert seen == kinds(timeline(busy))


def test_masked_viewers_see_that_notes_changed_but_not_the_notes(busy):
    (change, *_rest) = timeline(busy, unmasked=False)
    assert change.data["changes"] == {"notes": [STARS, STARS]}
    assert "13812345678" in str(timeline(busy)[0].data)


def test_the_queries_do_not_grow_with_the_entries(alice, busy, say, now, django_assert_num_queries):
    for number in range(5):
        say(alice, busy, f"第{number}次沟通谈了实施周期问题", at=now + timedelta(days=number), next_in=None)
    with django_assert_num_queries(5):
        assert len(timeline(busy)) == 9


def test_days_of_tasks_are_told_in_local_time(alice, customer, plan, now):
    task = plan(alice, customer, days=1)  # 02:30 UTC is 10:30 in Shanghai
    postpone_task(
        alice, task, due_at=task.due_at + timedelta(hours=14), reason="客户出差", now=now + timedelta(hours=1)
    )
    postponed, planned = moments(timeline(customer, only="tasks"))
    assert planned["text"] == f"安排演示 · {alice.name} · 2026-03-12 10:30"
    assert postponed["text"] == "安排演示 · 2026-03-12 10:30 → 2026-03-13 00:30 · 客户出差"
