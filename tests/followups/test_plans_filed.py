"""Plans: filed by who follows up, acknowledged or returned by who leads (S2-13)."""

from datetime import datetime, timedelta

import pytest

from genjin.accounts.queries import company_zone
from genjin.followups.actions.grading import grade_customers, publish_grade_policy
from genjin.followups.actions.ownership import release_customers
from genjin.followups.actions.plans import NewPlan, acknowledge_plan, file_plan, return_plan
from genjin.followups.models import Deadline, FollowUpPlan
from genjin.followups.queries.plans import current_plan, plans_of, plans_owed, plans_to_acknowledge
from genjin.followups.rules import FIRST_POLICY, GradeTerms
from genjin.notices.models import Notice
from tests.refusals import refused, unseen

NEW = NewPlan(7, ["phone", "visit"], "本月完成演示，拿到预算", "定制方案与案例佐证")


@pytest.fixture
def graded(alice, customer, now):
    grade_customers(alice, [customer.pk], "A", reason="预算明确", now=now)
    return customer


def clock(customer):
    return Deadline.objects.get(customer=customer, kind="plan")


def test_a_filed_plan_stops_the_clock_and_the_lead_is_told(alice, bob, graded, now):
    assert clock(graded).due_at == datetime(2026, 3, 16, 18, tzinfo=company_zone())
    assert [one.customer for one in plans_owed(alice)] == [graded]
    later = now + timedelta(days=2)
    plan = file_plan(alice, graded, NEW, now=later)
    assert (clock(graded).met_at, plan.status, plan.grade) == (later, "filed", "A")
    assert not plans_owed(alice).exists()
    notice = Notice.objects.get(kind="plan_filed")
    assert (notice.person, notice.subject_id, notice.customer_id) == (bob, plan.pk, graded.pk)
    assert list(plans_to_acknowledge(bob)) == [plan]
    assert not plans_to_acknowledge(alice).exists()


def test_acknowledged_it_waits_no_longer(alice, bob, graded, now):
    plan = acknowledge_plan(bob, file_plan(alice, graded, NEW, now=now), comment="好", now=now)
    assert (plan.status, plan.acknowledged_by, plan.acknowledged_at) == ("acknowledged", bob, now)
    assert not plans_to_acknowledge(bob).exists()
    with refused("plan_answered", status=409):
        return_plan(bob, plan, comment="再想想", now=now)


def test_returned_the_owner_is_told_and_files_anew(alice, bob, graded, now):
    plan = file_plan(alice, graded, NEW, now=now)
    with refused("comment_missing"):
        return_plan(bob, plan, comment=" ", now=now)
    return_plan(bob, plan, comment="写明第一次拜访的日期", now=now)
    assert Notice.objects.get(kind="plan_returned").person == alice
    assert plans_of(alice).first().status == "returned"
    again = file_plan(alice, graded, NEW, now=now + timedelta(hours=1))
    assert current_plan(graded) == again
    assert FollowUpPlan.objects.filter(customer=graded).count() == 2
    with refused("plan_answered", status=409):
        acknowledge_plan(bob, plan, now=now)


def test_after_another_grade_a_plan_is_owed_again(alice, graded, now):
    file_plan(alice, graded, NEW, now=now)
    grade_customers(alice, [graded.pk], "B", reason="没有采购计划", now=now + timedelta(days=3))
    assert [one.customer for one in plans_owed(alice)] == [graded]
    assert Deadline.objects.filter(customer=graded, kind="plan").count() == 2
    with refused("plan_invalid") as caught:
        file_plan(alice, graded, NewPlan(30, ["email"], "维持联系"), now=now)
    assert list(caught.value.fields) == ["cadence_days"]


def test_a_plan_from_before_the_grade_does_not_stop_its_clock(alice, customer, now):
    grade_customers(alice, [customer.pk], "A", reason="预算明确", now=now + timedelta(days=1))
    file_plan(alice, customer, NEW, now=now)
    assert clock(customer).met_at is None


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewPlan(8, ["phone"], "签约"), "cadence_days"),
        (NewPlan(0, ["phone"], "签约"), "cadence_days"),
        (NewPlan(7, [], "签约"), "channels"),
        (NewPlan(7, ["pigeon"], "签约"), "channels"),
        (NewPlan(7, ["phone"], "  "), "goal"),
    ],
)
def test_a_plan_outside_the_grades_terms_is_refused(alice, graded, new, field, now):
    with refused("plan_invalid") as caught:
        file_plan(alice, graded, new, now=now)
    assert list(caught.value.fields) == [field]


def test_where_nobody_acknowledges_it_is_good_at_once(alice, bob, dora, graded, now):
    terms = dict(FIRST_POLICY.terms) | {"A": GradeTerms(max_gap_days=7, reviewer="")}
    publish_grade_policy(dora, terms, dormant_days=60, now=now)
    plan = file_plan(alice, graded, NEW, now=now)
    assert (plan.status, plan.acknowledged_by) == ("acknowledged", None)
    assert not Notice.objects.filter(kind__startswith="plan").exists()
    assert not plans_to_acknowledge(bob).exists()


def test_nobody_acknowledges_their_own(bob, dora, make_customer, now):
    own = make_customer(owner=bob)
    plan = file_plan(bob, own, NewPlan(30, ["wechat"], "季度内建立联系"), now=now)
    with refused("own_plan", status=403):
        acknowledge_plan(bob, plan, now=now)
    assert acknowledge_plan(dora, plan, now=now).acknowledged_by == dora


def test_strangers_neither_file_nor_answer(alice, charlie, erin, graded, pool, pointless, now):
    with unseen():
        file_plan(charlie, graded, NEW, now=now)
    with refused("forbidden", status=403):
        file_plan(erin, graded, NEW, now=now)
    plan = file_plan(alice, graded, NEW, now=now)
    with refused("forbidden", status=403):
        acknowledge_plan(charlie, plan, now=now)
    with refused("forbidden", status=403):
        acknowledge_plan(alice, plan, now=now)
    assert not FollowUpPlan.objects.visible_to(charlie).exists()


def test_in_a_pool_nobody_plans_and_nothing_waits(alice, bob, dora, graded, pool, pointless, now):
    plan = file_plan(alice, graded, NEW, now=now)
    release_customers(alice, [graded.pk], pool, reason="x", choice=pointless, now=now)
    assert list(plans_to_acknowledge(bob)) == []
    graded.refresh_from_db()
    with refused("plan_without_owner", status=409):
        file_plan(dora, graded, NEW, now=now)
    with refused("not_yours", status=403):
        acknowledge_plan(bob, plan, now=now)
