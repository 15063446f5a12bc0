"""Another grade plans the open follow-ups anew, exactly as the policy says (S0-27, S2-13)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer, GradeChange
from genjin.events.models import Event
from genjin.followups.actions.grading import grade_customers, publish_grade_policy
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.models import Deadline, Task
from genjin.followups.queries.grades import current_policy
from genjin.followups.queries.regrade import regrade_of
from genjin.followups.rules import FIRST_POLICY, GradeTerms, plan_due, propose_next_contact, replanned
from genjin.kit.working_days import WorkCalendar, seeded_days
from tests.refusals import refused, unseen

ZONE = company_zone()
CALENDAR = WorkCalendar(seeded_days(2024, 2026))
TERMS = FIRST_POLICY.terms


def nine(*day):
    return datetime(*day, 9, tzinfo=ZONE)


@pytest.fixture
def graded(alice, customer, now):
    """The customer as A, with the clock of its plan running."""
    grade_customers(alice, [customer.pk], "A", reason="预算明确", now=now)
    return customer


def test_from_a_to_b_the_follow_up_moves_to_fourteen_days_after_the_last_contact(
    alice, graded, say, plan, now
):
    say(alice, graded)  # Wednesday 2026-03-11, plans a step in 7 days
    todo = plan(alice, graded, kind="todo", days=5)
    task = Task.objects.get(kind="follow_up")
    later = now + timedelta(days=2)
    found = grade_customers(alice, [graded.pk], "B", reason="没有采购计划", now=later)
    assert [(move.task, move.old, move.new) for move in found.moves] == [
        (task, task.due_at, nine(2026, 3, 25))
    ]
    task.refresh_from_db()
    assert (task.due_at, task.postponed) == (nine(2026, 3, 25), 0)
    todo.refresh_from_db()
    assert todo.due_at == now + timedelta(days=5)  # only follow-ups are planned by grade
    row = Customer.objects.get(pk=graded.pk)
    assert (row.grade, row.next_action_at) == ("B", todo.due_at)
    assert Event.objects.filter(kind="task.replanned", customer_id=row.pk).count() == 1


def test_what_is_shown_first_is_what_happens(alice, make_customer, say, now):
    rows = [make_customer(owner=alice) for _ in range(3)]
    for row in rows[:2]:
        say(alice, row)
    ids = [row.pk for row in rows]
    stored = list(Customer.objects.filter(pk__in=ids).order_by("pk"))
    shown = regrade_of(stored, "A", now)
    assert (shown.customers, shown.changed, shown.plans, shown.earlier, shown.later) == (3, 3, 3, 0 + 2, 0)
    assert not Deadline.objects.filter(kind="plan").exists()  # looking writes nothing
    done = grade_customers(alice, ids, "A", reason="季度目标客户", seen=shown.mark, now=now)
    assert (done.mark, done.moves) == (shown.mark, shown.moves)
    assert {task.due_at for task in Task.objects.all()} == {nine(2026, 3, 18)}


def test_a_preview_that_is_no_longer_true_is_refused(alice, graded, say, plan, now):
    say(alice, graded)
    shown = regrade_of([Customer.objects.get(pk=graded.pk)], "B", now)
    plan(alice, graded, days=9)
    with refused("preview_outdated", status=409):
        grade_customers(alice, [graded.pk], "B", reason="没有采购计划", seen=shown.mark, now=now)


def test_a_task_one_keeps_stays_where_it_is(alice, graded, say, now):
    say(alice, graded)
    task = Task.objects.get()
    assert not grade_customers(alice, [graded.pk], "B", reason="没有采购计划", keep=[task.pk], now=now).moves
    before = task.due_at
    task.refresh_from_db()
    assert task.due_at == before


def test_confirming_the_same_grade_moves_nothing(alice, customer, say, now):
    say(alice, customer, next_in=3)
    before = Task.objects.get().due_at
    found = grade_customers(alice, [customer.pk], "C", reason="培育", now=now)
    assert (found.changed, found.moves, found.plans) == (0, [], 1)
    assert Task.objects.get().due_at == before


def test_many_and_one_by_one_give_the_same(alice, make_customer, say, now):
    one, two, *many = (make_customer(owner=alice) for _ in range(4))
    for at, row in enumerate((one, two, *many)):
        say(alice, row, next_in=(3, 40)[at % 2])
    for row in (one, two):
        grade_customers(alice, [row.pk], "B", reason="待确认", now=now)
    grade_customers(alice, [row.pk for row in many], "B", reason="待确认", now=now)
    dues = [Task.objects.get(customer=row).due_at for row in (one, two, *many)]
    assert dues[:2] == dues[2:]
    assert GradeChange.objects.filter(by=alice, target="B").count() == 4


def test_the_plan_is_due_three_working_days_later_and_anew_with_each_grade(
    alice, bob, graded, make_customer, pool, now
):
    clock = Deadline.objects.get(customer=graded, kind="plan")
    assert (clock.responsible, clock.due_at) == (alice, datetime(2026, 3, 16, 18, tzinfo=ZONE))
    later = now + timedelta(days=5)
    grade_customers(alice, [graded.pk], "B", reason="没有采购计划", now=later)
    again = Deadline.objects.get(customer=graded, kind="plan")
    assert (again.pk, again.due_at) == (clock.pk, datetime(2026, 3, 19, 18, tzinfo=ZONE))


def test_in_a_pool_nobody_owes_a_plan(dora, make_customer, pool, now):
    waiting = make_customer(pool=pool)
    found = grade_customers(dora, [waiting.pk], "B", reason="名单质量高", now=now)
    assert found.plans == 0
    assert not Deadline.objects.filter(kind="plan").exists()


def test_strangers_and_empty_reasons_change_nothing(alice, charlie, erin, graded, say, now):
    say(alice, graded)
    with unseen():
        grade_customers(charlie, [graded.pk], "B", reason="x", now=now)
    with refused("forbidden", status=403):
        grade_customers(erin, [graded.pk], "B", reason="x", now=now)
    with refused("grade_reason_missing"):
        grade_customers(alice, [graded.pk], "B", reason=" ", now=now)


@pytest.mark.parametrize(
    ("graded_on", "due"),
    [
        (date(2026, 2, 13), date(2026, 2, 25)),
        (date(2026, 9, 30), date(2026, 10, 10)),
        (date(2026, 4, 30), date(2026, 5, 8)),
        (date(2026, 9, 18), date(2026, 9, 22)),
        (date(2026, 1, 1), date(2026, 1, 6)),
        (date(2026, 11, 20), date(2026, 11, 25)),
    ],
)
def test_three_working_days_with_moved_ones(graded_on, due):
    moment = datetime.combine(graded_on, datetime.min.time(), ZONE) + timedelta(hours=15)
    assert plan_due(moment.astimezone(UTC), CALENDAR, ZONE).date() == due


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))  # with the leap day of 2024 and three year ends


@given(
    last=days, lag=st.integers(0, 200), ahead=st.lists(st.integers(-30, 120), min_size=1, max_size=4),
    grades=st.sampled_from([("A", "B"), ("A", "C"), ("B", "C"), ("B", "A"), ("C", "A"), ("C", "B")]),
)  # fmt: skip
def test_every_follow_up_lands_on_the_policys_day(last, lag, ahead, grades):
    today = last + timedelta(days=lag)
    dues = sorted(datetime.combine(today + timedelta(days=n), datetime.min.time(), ZONE) for n in ahead)
    before, after = (TERMS[grade] for grade in grades)
    found = replanned(dues, (before, after), last, today, CALENDAR, ZONE)
    for at, (old, new) in enumerate(zip(dues, found, strict=True), start=1):
        exact = last + timedelta(days=at * after.max_gap_days)
        if after.max_gap_days < before.max_gap_days and new == old:
            assert old.date() <= max(exact, today) + timedelta(days=12)  # sooner than asked stays
            continue
        assert CALENDAR.is_working(new.date())
        assert (new.hour, new.minute) == (9, 0)
        day = max(exact, today)
        assert new.date() >= day
        assert not any(CALENDAR.is_working(day + timedelta(days=n)) for n in range((new.date() - day).days))
    if grades == ("A", "B") and lag < 14:
        assert found[0] == propose_next_contact(TERMS["B"], last, CALENDAR, ZONE)


def test_a_new_version_of_the_terms_is_what_counts_from_then_on(alice, dora, customer, say, now):
    say(alice, customer, next_in=25)
    terms = dict(TERMS) | {"B": GradeTerms(max_gap_days=10, touches=3, first_response_hours=4)}
    published = publish_grade_policy(dora, terms, dormant_days=75, note="收紧 B 级", now=now)
    assert (published.version, current_policy().dormant_days) == (2, 75)
    grade_customers(alice, [customer.pk], "B", reason="待确认", now=now)
    assert Task.objects.get().due_at == nine(2026, 3, 23)  # the 21st is a Saturday


def test_published_terms_are_never_changed(db, dora, now):
    published = publish_grade_policy(dora, TERMS, dormant_days=60, now=now)
    with pytest.raises(ProgrammingError), transaction.atomic():
        type(published).objects.filter(pk=published.pk).update(dormant_days=9)
    with pytest.raises(ProgrammingError), transaction.atomic():
        published.delete()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (GradeTerms(max_gap_days=0), "A.max_gap_days"),
        (GradeTerms(max_gap_days=7, min_gap_days=8), "A.min_gap_days"),
        (GradeTerms(channels=()), "A.channels"),
        (GradeTerms(channels=("pigeon",)), "A.channels"),
        (GradeTerms(touches=-1), "A.touches"),
        (GradeTerms(reviewer="everybody"), "A.reviewer"),
        (GradeTerms(first_response_hours=0), "A.first_response_hours"),
    ],
)
def test_terms_nobody_could_keep_are_refused(dora, alice, wrong, field, now):
    with refused("grade_policy_invalid") as caught:
        publish_grade_policy(dora, dict(TERMS) | {"A": wrong}, dormant_days=60, now=now)
    assert list(caught.value.fields) == [field]
    with refused("forbidden", status=403):
        publish_grade_policy(alice, TERMS, dormant_days=60, now=now)
    with refused("grade_policy_invalid"):
        publish_grade_policy(dora, {"A": TERMS["A"]}, dormant_days=60, now=now)


def test_the_hours_of_the_first_contact_come_from_the_grade(bob, alice, dora, make_customer, now):
    terms = dict(TERMS) | {"B": GradeTerms(first_response_hours=4)}
    publish_grade_policy(dora, terms, dormant_days=60, now=now)
    hot = make_customer(owner=bob, need="两台注塑机", budget="50万")  # proposed B
    cold = make_customer(owner=bob)
    assign_customers(bob, [hot.pk, cold.pk], alice, now=now)
    clocks = {d.customer_id: d.due_at - now for d in Deadline.objects.running().filter(kind="first_contact")}
    assert clocks == {hot.pk: timedelta(hours=4), cold.pk: timedelta(hours=24)}
