"""What was promised: kept, late, broken, and who hears of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.accounts.queries import company_zone, local_day
from genjin.customers.models import Contact, Customer
from genjin.followups.actions.tasks import NewTask, add_task, cancel_task, finish_task, postpone_task
from genjin.followups.models import Task
from genjin.followups.queries.conditions import Condition, as_query
from genjin.followups.queries.promises import (
    broken_by_them,
    broken_by_us,
    broken_counts,
    in_tab,
    promises,
    promises_of,
)
from genjin.followups.queries.workbench import Days, tasks_by_day
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.followups.rules.promises import Verdict, verdict
from tests.refusals import refused, unseen

OURS, THEIRS = TaskKind.PROMISE_OURS, TaskKind.PROMISE_THEIRS


@pytest.fixture
def promise(alice, customer, plan):
    """Return a way to promise: `promise(days=3)`, by alice to her customer."""

    def make(*, days=3, kind=OURS, objective="周五前给出正式报价", **more):
        return plan(alice, customer, days=days, objective=objective, kind=kind, **more)

    return make


def stand(task, now):
    return promises(Task.objects.filter(pk=task.pk), now).get().verdict


def test_promises_made_in_the_record_become_tasks_with_their_day(alice, customer, say, now):
    manager = Contact.objects.create(customer=customer, name="王经理", created_at=now, updated_at=now)
    friday = datetime(2026, 3, 13, 10, tzinfo=UTC)
    row = say(
        alice, customer, next_in=7,
        promises=[
            NewTask("周五前给出正式报价", friday, kind=OURS, is_confirmed=True),
            NewTask("下周一把图纸发来", friday + timedelta(days=3), kind=THEIRS, promisor=manager),
        ],
    )  # fmt: skip
    ours, theirs = promises(Task.objects.filter(origin=row), now).order_by("due_at", "id")[:2]
    assert (ours.objective, ours.promised_for, ours.is_confirmed, ours.assignee) == (
        "周五前给出正式报价", date(2026, 3, 13), True, alice,
    )  # fmt: skip
    assert (theirs.kind, theirs.promisor, theirs.promised_for) == (THEIRS, manager, date(2026, 3, 16))
    assert {ours.verdict, theirs.verdict} == {"open"}


def test_the_day_first_named_stays_when_it_is_postponed(alice, promise, now):
    task = promise(days=3)
    later = now + timedelta(days=10)
    moved = postpone_task(alice, task, due_at=later, reason="客户同意下周", now=now)
    assert (moved.promised_for, moved.due_at, moved.postponed) == (
        local_day(now + timedelta(days=3)),
        later,
        1,
    )
    finish_task(alice, moved, outcome="报价已发", now=now + timedelta(days=9))
    assert stand(task, now + timedelta(days=9)) == "late"


def test_kept_on_the_day_late_after_it_broken_when_given_up(alice, promise, now):
    kept, late, given_up = promise(objective="甲"), promise(objective="乙"), promise(objective="丙")
    evening = (now + timedelta(days=3)).replace(hour=15, minute=59)  # 23:59 in Shanghai
    finish_task(alice, kept, outcome="好", now=evening)
    finish_task(alice, late, outcome="好", now=evening + timedelta(minutes=1))
    cancel_task(alice, given_up, reason="做不到", now=now)
    assert [stand(task, evening) for task in (kept, late, given_up)] == ["kept", "late", "broken"]


def test_a_promise_past_due_raises_the_list_and_the_risk(alice, bob, customer, promise, now):
    """The acceptance test of the ledger: nobody saves anything, the day passes."""
    promise(days=1)
    promise(days=1, kind=THEIRS, objective="客户发图纸")
    asked = [Condition("promise", "eq", "ours_broken")]
    assert not broken_by_us(now).exists()
    after = now + timedelta(days=2)
    assert tasks_by_day(alice, Days.of(after))["overdue"].count == 2
    assert [task.customer for task in broken_by_us(after)] == [customer]
    assert [task.customer for task in broken_by_them(after)] == [customer]
    assert broken_counts([customer.pk], after) == {customer.pk: (1, 1)}
    assert in_tab(promises_of(alice, after), "overdue").count() == 2
    assert in_tab(promises_of(bob, after, team=True), "broken").count() == 2
    Task.objects.update(promised_for=date(2020, 1, 1))  # the list asks the clock on the wall
    assert list(Customer.objects.filter(as_query(asked, "all"))) == [customer]
    assert not Customer.objects.filter(as_query([Condition("promise", "eq", "nonsense")], "all")).exists()


def test_a_promise_given_up_weighs_for_a_while(alice, promise, now):
    cancel_task(alice, promise(), reason="做不到", now=now)
    assert broken_by_us(now + timedelta(days=89)).count() == 1
    assert not broken_by_us(now + timedelta(days=91)).exists()


def test_a_promise_follows_its_customer(alice, bob, charlie, customer, promise, now):
    from genjin.followups.actions.ownership import assign_customers

    promise()
    assert not promises_of(charlie, now).exists()
    with unseen():
        add_task(charlie, customer, NewTask("报价", now + timedelta(days=1), kind=OURS), now=now)
    assign_customers(bob, [customer.pk], bob, reason="换人", now=now)
    assert [task.assignee for task in promises_of(bob, now)] == [bob]


def test_only_a_promise_is_confirmed_and_only_by_people_of_the_customer(
    alice, customer, make_customer, plan, now
):
    other = make_customer(owner=alice)
    stranger = Contact.objects.create(customer=other, name="李总", created_at=now, updated_at=now)
    with refused("not_a_promise"):
        plan(alice, customer, is_confirmed=True)
    with refused("contact_of_another", status=404):
        plan(alice, customer, kind=THEIRS, promisor=stranger)


def test_the_table_itself_refuses_a_promise_without_its_day(promise):
    task = promise()
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(promised_for=None)


DAYS = st.dates(date(2023, 12, 28), date(2028, 3, 2))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    promised=DAYS, status=st.sampled_from(TaskStatus.values), today=DAYS,
    closed=st.datetimes(datetime(2023, 12, 28), datetime(2028, 3, 2), timezones=st.just(UTC)),
)  # fmt: skip
def test_rule_and_database_give_one_verdict(promise, now, promised, status, today, closed):
    task = Task.objects.filter(kind=OURS).first() or promise()
    is_open = status == "open"
    Task.objects.filter(pk=task.pk).update(
        promised_for=promised, status=status, closed_at=None if is_open else closed
    )
    closed_on = None if is_open else closed.astimezone(company_zone()).date()
    noon = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
    assert stand(task, noon) == verdict(promised, status, closed_on, today)


def test_the_rule_in_words():
    day = date(2028, 2, 29)
    assert verdict(day, "open", None, day) == Verdict.OPEN
    assert verdict(day, "open", None, date(2028, 3, 1)) == Verdict.BROKEN
    assert verdict(day, "done", day, date(2028, 3, 9)) == Verdict.KEPT
    assert verdict(day, "done", None, day) == Verdict.LATE
    assert verdict(date(2026, 12, 31), "done", date(2027, 1, 1), date(2027, 1, 1)) == Verdict.LATE
    assert verdict(day, "cancelled", day, day) == Verdict.BROKEN
