"""A figure and its list are the same rows: for every metric, viewer, split and day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.customers.models import Customer, GradeChange, OwnerChange, StageChange
from genjin.followups.models import FollowUp, Task
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Question, ask, compared_with, records, splits_of
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.lines import line_of
from genjin.insights.queries.metrics import How
from tests.insights.world import Company

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 11)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
SLOW = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ADDED = (How.COUNT, How.SUM)


def asked(user, key, by="", period=YEAR, **more):
    return ask(METRICS[key], Question(user, period, TODAY, **more), by)


def came(customer, at, *, owner=None, stage=None):
    """Move a customer's beginning to a moment of the past."""
    Customer.objects.filter(pk=customer.pk).update(created_at=at)
    for model in (StageChange, GradeChange, OwnerChange):
        model.objects.filter(customer=customer).update(at=at)


def moved(customer, origin, target, at, by=None):
    StageChange.objects.create(customer=customer, origin=origin, target=target, at=at, by=by)
    Customer.objects.filter(pk=customer.pk).update(stage=target)


def day(number, month=2):
    return datetime(2026, month, number, 4, tzinfo=UTC)


def test_each_counts_the_customers_of_the_people_they_see(make_customer, alice, bob, charlie, dora):
    for owner in (alice, alice, bob, charlie):
        make_customer(owner=owner)
    counts = {user.username: asked(user, "leads").total.value for user in (alice, bob, charlie, dora)}
    assert counts == {"alice": 2, "bob": 3, "charlie": 1, "dora": 4}
    by_person = {cell.label: cell.value for cell in asked(bob, "leads", "person").cells}
    assert by_person == {"艾丽": 2, "鲍勃": 1}
    assert asked(charlie, "leads", people=[alice.pk]).total.value == 0


def test_what_one_did_at_a_colleagues_customer_in_sight_is_counted(
    make_customer, alice, bob, charlie, dora, now
):
    theirs = make_customer(owner=charlie)
    FollowUp.objects.create(
        customer=theirs, author=alice, happened_at=now, recorded_at=now, summary="一起去的"
    )
    assert asked(alice, "contacts").total.value == 0  # out of sight
    add_collaborator(dora, theirs, NewCollaborator(alice), now=now)
    assert asked(User.objects.get(pk=alice.pk), "contacts").total.value == 1
    assert asked(User.objects.get(pk=alice.pk), "leads").total.value == 0


def test_numbers_in_texts_are_masked_where_the_people_are(make_customer, alice, erin, now):
    row = make_customer(owner=alice)
    FollowUp.objects.create(
        customer=row, author=alice, happened_at=now, recorded_at=now, summary="打 13812345678 找王经理"
    )
    told = {user.username: line_of(user, "followup", FollowUp.objects.get()).text for user in (alice, erin)}
    assert "13812345678" in told["alice"]
    assert "13812345678" not in told["erin"]


def test_invalid_leads_were_lost_before_they_were_qualified(make_customer, alice):
    for target in ("prospect", "qualified"):
        row = make_customer(owner=alice)
        moved(row, "lead", target, day(3, 4))
        moved(row, target, "lost", day(4, 4))
    found = asked(alice, "leads_invalid").total
    assert (found.part, found.whole) == (1, 2)


def test_a_cohort_is_followed_and_a_snapshot_is_not(make_customer, alice, dora):
    one, two = make_customer(owner=alice), make_customer(owner=alice)
    for row in (one, two):
        came(row, day(2))
    moved(one, "lead", "prospect", day(9))
    moved(one, "prospect", "qualified", day(3, 3))
    february = Period(date(2026, 2, 1), date(2026, 2, 28))
    entered = {
        cell.key: (cell.part, cell.whole)
        for cell in asked(alice, "stage_conversion", "entered", february).cells
    }
    assert entered == {"lead": (1, 2), "prospect": (1, 1)}  # qualified was entered in March
    standing = {cell.key: cell.value for cell in asked(alice, "customers", "stage", february).cells}
    assert standing == {"lead": 1, "prospect": 1}
    assert {cell.key: cell.value for cell in asked(alice, "customers", "stage").cells} == {
        "lead": 1,
        "qualified": 1,
    }


def test_back_and_forth_enters_a_stage_once(make_customer, alice):
    row = make_customer(owner=alice)
    came(row, day(1))
    for number, (origin, target) in enumerate(
        [("lead", "prospect"), ("prospect", "lead"), ("lead", "prospect")]
    ):
        moved(row, origin, target, day(3 + number))
    cells = {cell.key: cell.value for cell in asked(alice, "entries", "entered").cells}
    assert cells == {"lead": 1, "prospect": 1}
    stayed = {cell.key: cell.value for cell in asked(alice, "days_in_stage", "entered").cells}
    assert stayed == {"lead": 2, "prospect": 1}


def test_grade_a_is_counted_on_any_day_it_was_qualified(make_customer, alice):
    ripe, early, never = (make_customer(owner=alice) for _ in range(3))
    for row in (ripe, early, never):
        came(row, day(1))
        moved(row, "lead", "qualified", day(3))
    GradeChange.objects.create(customer=ripe, origin="C", target="A", at=day(5))
    GradeChange.objects.create(customer=early, origin="C", target="A", at=day(2))
    GradeChange.objects.create(customer=early, origin="A", target="B", at=day(4))
    GradeChange.objects.create(customer=never, origin="C", target="A", at=day(6), is_proposal=True)
    moved(ripe, "qualified", "won", day(9))
    found = asked(alice, "grade_a_conversion", period=Period(date(2026, 2, 1), date(2026, 2, 28))).total
    assert (found.part, found.whole, found.value, found.too_few) == (1, 2, Decimal("0.5"), True)
    assert (
        asked(alice, "grade_a_conversion", period=Period(date(2026, 2, 5), date(2026, 2, 28))).total.whole
        == 1
    )


def test_of_fewer_than_ten_a_share_says_too_little(make_customer, alice, now):
    row = make_customer(owner=alice)
    for number in range(10):
        FollowUp.objects.create(customer=row, author=alice, happened_at=day(1 + number), recorded_at=day(1 + number), summary="谈了价格", got_response=number < 4)  # fmt: skip
        total = asked(alice, "response_rate").total
        assert total.too_few is (number < 9)
    assert total.value == Decimal("0.4")


def test_a_past_day_gives_what_was_known_then(make_customer, alice, bob):
    row = make_customer(owner=alice)
    came(row, day(1))
    moved(row, "lead", "prospect", day(20))
    FollowUp.objects.create(customer=row, author=alice, happened_at=day(3), recorded_at=day(25), summary="补记一次拜访", is_late=True)  # fmt: skip
    assert asked(alice, "contacts").total.value == 1
    assert asked(alice, "contacts", as_of=date(2026, 2, 24)).total.value == 0
    assert asked(alice, "contacts", as_of=date(2026, 2, 25)).total.value == 1
    stages = {as_of: asked(alice, "customers", "stage", as_of=as_of).cells[0].key for as_of in (date(2026, 2, 19), date(2026, 2, 20), None)}  # fmt: skip
    assert list(stages.values()) == ["lead", "prospect", "prospect"]
    assert asked(alice, "customers", as_of=date(2026, 1, 31)).total.value == 0


def test_a_task_is_overdue_once_its_day_is_past(make_customer, alice):
    row = make_customer(owner=alice)
    Task.objects.all().delete()
    for due in (day(10, 3), day(11, 3), day(30, 3)):  # yesterday, today, later in the month
        Task.objects.create(
            customer=row, assignee=alice, due_at=due, objective="回电话", created_at=day(1, 3)
        )
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert asked(alice, "tasks_overdue", period=march).total.value == 1
    assert asked(alice, "workload", period=march).total.value == 3
    assert asked(alice, "tasks_overdue", period=Period(date(2026, 3, 1), date(2026, 3, 9))).total.value == 0


def test_what_is_only_known_as_of_now_is_compared_with_nothing(make_customer, alice):
    make_customer(owner=alice)
    question = Question(alice, YEAR, TODAY)
    assert compared_with(METRICS["completeness"], question).value is None
    assert compared_with(METRICS["leads"], question).value == 1


def test_a_handover_moves_no_deed_of_the_past(make_customer, alice, bob):
    row = make_customer(owner=alice)
    came(row, day(1))
    moved(row, "lead", "prospect", day(9), by=alice)
    OwnerChange.objects.create(customer=row, origin=alice, target=bob, at=day(20), how="handed_over")
    Customer.objects.filter(pk=row.pk).update(owner=bob)
    moves = {cell.label: cell.value for cell in asked(bob, "moved_forward", "person").cells}
    assert moves == {"艾丽": 1}
    assert asked(alice, "moved_forward").total.value == 0  # no longer hers to see


def value_at(changes, moment, *, after):
    """Return what an axis was at a moment: before it, or after what happened at it."""
    known = [one for one in changes if one.at < moment or (after and one.at == moment)]
    return max(known, key=lambda one: (one.at, one.pk)).target if known else ""


@SLOW
@given(
    seed=st.integers(0, 10**6), first=st.dates(date(2026, 1, 1), date(2026, 10, 1)), days=st.integers(0, 120)
)
def test_who_was_a_and_qualified_or_b_is_found_as_by_hand(seed, first, days, alice, bob, dora):
    Company([alice, bob], seed).make(10)
    period = Period(first, first + timedelta(days=days))
    since, until = period.moments(company_zone())
    ripe, of_b = set(), set()
    for row in Customer.objects.filter(deleted_at=None):
        stages = list(StageChange.objects.filter(customer=row))
        grades = list(GradeChange.objects.filter(customer=row, is_proposal=False))
        moments = [(since, False)] + [(one.at, True) for one in (*stages, *grades) if since <= one.at < until]
        then = [
            (value_at(grades, at, after=after), value_at(stages, at, after=after)) for at, after in moments
        ]
        ripe |= {row.pk} if ("A", "qualified") in then else set()
        of_b |= {row.pk} if any(grade == "B" for grade, _stage in then) else set()
    question = Question(dora, period, date(2026, 12, 31))
    assert (
        set(records(METRICS["grade_a_conversion"], question, of="whole").values_list("pk", flat=True)) == ripe
    )
    assert set(records(METRICS["grade_b_rise"], question, of="whole").values_list("pk", flat=True)) == of_b


@SLOW
@given(
    seed=st.integers(0, 10**6), key=st.sampled_from(sorted(METRICS)), pick=st.randoms(use_true_random=False)
)
def test_every_figure_is_its_list(seed, key, pick, alice, bob, charlie, dora):
    Company([alice, bob, charlie], seed).make()
    metric, user = METRICS[key], pick.choice([alice, bob, charlie, dora])
    first = date(2026, 1, 1) + timedelta(days=pick.randrange(200))
    question = Question(
        user, Period(first, first + timedelta(days=pick.randrange(200))), date(2026, 11, 1),
        people=pick.choice([None, [alice.pk, charlie.pk]]), as_of=pick.choice([None, first + timedelta(days=30)]),
    )  # fmt: skip
    by = pick.choice(list(splits_of(metric)))
    found = ask(metric, question, by)
    rows = records(metric, question)
    assert rows.count() == found.total.part
    assert rows.values("pk").distinct().count() == found.total.part
    assert records(metric, question, of="whole").count() == found.total.whole or metric.how is How.MEDIAN
    seen = set(Customer.objects.visible_to(user).values_list("pk", flat=True))
    path = f"{metric.fact.customer}_id" if metric.fact.customer else "pk"
    assert set(rows.values_list(path, flat=True)) <= seen
    if metric.how in ADDED:
        assert sum(cell.value for cell in found.cells) == found.total.value
    for cell in found.cells:
        narrow = Question(
            user, question.period, question.today, question.people, question.as_of, {by: cell.key}
        )
        assert records(metric, narrow).count() == cell.part
