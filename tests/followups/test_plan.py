"""Planning the next step of many customers at once."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer
from genjin.followups.actions.plan import plan_customers
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.followups.models import Task
from genjin.followups.rules import FIRST_POLICY, first_mornings, propose_next_contact
from genjin.kit.working_days import WorkCalendar
from tests.refusals import refused


def test_whoever_has_no_next_step_gets_one_and_the_others_stay(alice, make_customer, pool, now):
    waiting = [make_customer(owner=alice) for _n in range(3)]
    planned, pooled = make_customer(owner=alice), make_customer(pool=pool)
    add_task(alice, planned, NewTask("送样品", now + timedelta(days=1)), now=now)
    ids = [row.pk for row in waiting]
    assert plan_customers(alice, [*ids, planned.pk], objective="首次联系", now=now) == 3
    assert Customer.objects.get(pk=planned.pk).next_action_at == now + timedelta(days=1)
    assert Customer.objects.get(pk=pooled.pk).next_action_at is None
    assert not Customer.objects.filter(pk__in=ids, next_action_at=None).exists()
    assert {task.assignee for task in Task.objects.filter(customer__in=ids)} == {alice}
    assert plan_customers(alice, ids, objective="首次联系", now=now) == 0


def test_a_lead_plans_for_those_who_own(alice, bob, make_customer, now):
    row = make_customer(owner=alice)
    plan_customers(bob, [row.pk], objective="首次联系", now=now)
    assert Task.objects.get(customer=row).assignee == alice


def test_many_are_spread_evenly_over_the_working_days_of_their_grade(alice, make_customer, now):
    ids = [make_customer(owner=alice).pk for _n in range(21)]
    plan_customers(alice, ids, objective="首次联系", now=now)
    days = Counter(task.due_at.astimezone(company_zone()).date() for task in Task.objects.all())
    assert max(days.values()) - min(days.values()) <= 1
    assert len(days) == 21  # a C customer's month has 22 working days
    assert min(days) > now.date()


def test_strangers_and_empty_words_change_nothing(alice, charlie, erin, make_customer, now):
    row, theirs = make_customer(owner=alice), make_customer(owner=charlie)
    with refused("not_found", status=404):
        plan_customers(alice, [row.pk, theirs.pk], objective="首次联系", now=now)
    with refused("forbidden", status=403):
        plan_customers(erin, [row.pk], objective="首次联系", now=now)
    with refused("objective_missing"):
        plan_customers(alice, [row.pk], objective=" ", now=now)


@given(day=st.dates(date(2024, 1, 1), date(2027, 12, 31)), grade=st.sampled_from("ABC"))
def test_first_mornings_are_working_mornings_in_time(day, grade):
    calendar, zone = WorkCalendar({}), company_zone()
    terms = FIRST_POLICY.of(grade)
    mornings = first_mornings(terms, day, calendar, zone)
    last = max(
        propose_next_contact(terms, day, calendar, zone).date(), day + timedelta(days=terms.max_gap_days)
    )
    assert mornings == sorted(set(mornings))
    assert all(day < morning.date() <= last and calendar.is_working(morning.date()) for morning in mornings)
