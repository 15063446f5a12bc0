"""A grade or score set by hand: why, until when, and what happens when the day is over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from genjin.accounts.queries import local_day
from genjin.customers.actions.overrides import override_score, take_back_score
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer, GradeChange, Override
from genjin.customers.queries.scores import every_score, scores_of
from genjin.events.models import Event
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.grading import end_overrides, grade_customers
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Task
from genjin.notices.models import Notice
from tests.refusals import refused, unseen


@pytest.fixture
def row(alice, make_customer):
    return make_customer(owner=alice, industry="制造业", need="两条产线的排产系统")  # score 3, grade B


def fresh(row):
    return Customer.objects.get(pk=row.pk)


def test_a_grade_other_than_the_rules_say_counts_for_ninety_days_unless_a_day_is_named(
    alice, row, make_customer, now
):
    grade_customers(alice, [row.pk], "A", reason="老板亲自来电", now=now)
    one = Override.objects.get(customer=row)
    assert (one.axis, one.value, one.computed, one.reason) == ("grade", "A", "B", "老板亲自来电")
    assert one.until == local_day(now) + timedelta(days=90)
    other = make_customer(owner=alice)
    day = local_day(now) + timedelta(days=10)
    grade_customers(alice, [other.pk], "A", reason="试", until=day, now=now)
    assert Override.objects.get(customer=other).until == day


def test_what_the_rules_say_or_proposed_is_a_confirmation_and_stands_for_good(alice, row, now):
    grade_customers(alice, [row.pk], "B", reason="确认", now=now)
    assert not Override.objects.exists()
    change_customer(alice, row, {"budget_min": Decimal(9), "is_authority_clear": True}, version=2, now=now)
    assert fresh(row).grade_proposal == "A"  # although by the facts alone it is B
    grade_customers(alice, [row.pk], "A", reason="预算与决策明确", now=now)
    assert not Override.objects.exists()
    assert end_overrides(now + timedelta(days=400)) == 0
    assert (fresh(row).grade, fresh(row).is_grade_confirmed) == ("A", True)


@pytest.mark.parametrize("days", [-1, 367])
def test_a_day_that_is_over_or_too_far_is_refused(days, alice, bob, row, now):
    day = local_day(now) + timedelta(days=days)
    with refused("until_range"):
        grade_customers(alice, [row.pk], "A", reason="x", until=day, now=now)
    with refused("until_range"):
        override_score(bob, row, 7, reason="x", until=day, now=now)
    assert (fresh(row).grade, fresh(row).score, Override.objects.count()) == ("B", 3, 0)


def test_when_the_day_is_over_the_rules_count_again_tasks_move_and_the_owner_is_told(alice, row, now):
    new = NewFollowUp(
        "phone", "电话沟通了排产系统的需求", now, next_actions=[NewTask("演示", now + timedelta(days=7))]
    )
    record_contact(alice, row, new, now=now)
    day = local_day(now) + timedelta(days=5)
    grade_customers(alice, [row.pk], "A", reason="老板亲自来电", until=day, now=now)
    due = Task.objects.get().due_at
    last = now + timedelta(days=5)
    assert end_overrides(last) == 0  # its last day still counts
    later = now + timedelta(days=6)
    assert (end_overrides(later), end_overrides(later)) == (1, 0)
    found = fresh(row)
    assert (found.grade, found.is_grade_confirmed) == ("B", False)
    assert Task.objects.get().due_at > due
    one = Override.objects.get()
    assert (one.end, one.ended_at, one.value) == ("expired", later, "A")
    told = Notice.objects.get(kind="grade_set_over")
    assert (told.person, told.words["was"], told.words["now"]) == (alice, "A", "B")
    assert Event.objects.get(kind="override.expired").data["reason"] == "老板亲自来电"
    newest = GradeChange.objects.filter(customer=row).first()
    assert (newest.origin, newest.target, newest.by, newest.is_proposal) == ("A", "B", None, True)


def test_a_score_by_hand_opens_the_class_until_its_day_and_can_be_recomputed_all_along(alice, bob, row, now):
    day = local_day(now) + timedelta(days=30)
    override_score(bob, row, 7, reason="集团战略客户", until=day, now=now)
    found = fresh(row)
    assert (found.score, found.label, found.score_override) == (7, "hot", 7)
    change_customer(alice, found, {"budget_min": Decimal(9)}, version=found.version, now=now)
    assert (fresh(row).score, fresh(row).label) == (7, "hot")  # whatever is edited meanwhile
    assert end_overrides(now + timedelta(days=31)) == 1
    assert (fresh(row).score, fresh(row).label, fresh(row).score_override) == (5, "hot", None)
    assert Notice.objects.get(kind="score_set_over").person == alice
    assert {one.again.verdict for one in every_score()} == {"identical"}
    past = [(one.kept.score, one.again.computed, one.kept.override) for one in scores_of(fresh(row))]
    assert past == [(5, 5, None), (7, 5, 7), (7, 3, 7), (3, 3, None)]


def test_a_second_word_replaces_the_first_and_may_be_taken_back(bob, row, now):
    day = local_day(now) + timedelta(days=30)
    override_score(bob, row, 7, reason="战略客户", until=day, now=now)
    override_score(bob, row, 6, reason="再看看", until=day, now=now)
    assert [(one.value, one.end) for one in Override.objects.order_by("pk")] == [("7", "replaced"), ("6", "")]
    take_back_score(bob, row, now=now)
    take_back_score(bob, row, now=now)  # twice is once
    assert (fresh(row).score, Override.objects.latest("pk").end) == (3, "taken_back")
    assert Event.objects.filter(kind="score.taken_back").count() == 1


def test_who_may_not_and_what_makes_no_sense_changes_nothing(alice, bob, charlie, row, now):
    day = local_day(now) + timedelta(days=30)
    with refused("forbidden", status=403):
        override_score(alice, row, 7, reason="x", until=day, now=now)
    with unseen():
        override_score(charlie, row, 7, reason="x", until=day, now=now)
    for points, reason, code in (
        (7, " ", "override_reason_missing"),
        (3, "x", "override_needless"),
        (1001, "x", "override_range"),
    ):
        with refused(code):
            override_score(bob, row, points, reason=reason, until=day, now=now)
    with refused("forbidden", status=403):
        take_back_score(alice, row, now=now)
    assert (fresh(row).score, fresh(row).score_override, Override.objects.count()) == (3, None, 0)


def test_no_word_above_the_rules_without_reason_and_one_at_a_time(alice, row, now):
    one = {
        "customer": row,
        "axis": "score",
        "value": "7",
        "computed": "3",
        "by": alice,
        "at": now,
        "until": local_day(now),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(reason="", **one)
    Override.objects.create(reason="x", **one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(reason="y", **one)


def test_the_hour_locks_the_customer_before_the_word_as_people_do(alice, row, now):
    grade_customers(alice, [row.pk], "A", reason="老板亲自来电", until=local_day(now), now=now)
    with CaptureQueriesContext(connection) as asked:
        assert end_overrides(now + timedelta(days=1)) == 1
    told = [query["sql"] for query in asked]
    locks = [at for at, sql in enumerate(told) if "FOR UPDATE" in sql and "customers_override" not in sql]
    ends = [at for at, sql in enumerate(told) if sql.startswith('UPDATE "customers_override"')]
    assert len(locks) == sum("FOR UPDATE" in sql for sql in told) >= 1
    assert locks[0] < ends[0]
