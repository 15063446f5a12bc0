"""Renewals open 90 days before a contract's end, follow it, and are decided."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.models import User
from genjin.care.actions.renewals import Decision, decide_renewal, keep_renewals, plan_renewal
from genjin.care.models import Renewal
from genjin.care.queries.renewals import listed, rate
from genjin.care.rules.renewals import Verdict, days_left, is_due, opens_on, plan_by, tone
from genjin.contracts.models import Contract
from genjin.customers.models import Choice, Customer, Participant
from genjin.events.models import Event
from genjin.followups.actions.ownership import assign_customers, release_agreed
from genjin.followups.actions.subject_clocks import SubjectClock, set_subject_clock
from genjin.followups.actions.tasks import hand_on_task
from genjin.followups.models import Deadline, Task
from genjin.notices.models import Notice
from genjin.selling.models import Opportunity
from tests.refusals import refused, unseen

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.fixture
def customer(bought, alice):
    return bought(alice, name="杭州续约机电有限公司")


@pytest.fixture
def contract(customer, sign, now):
    return sign(customer, now.date() + timedelta(days=60))


@pytest.fixture
def renewal(contract, now):
    keep_renewals(now)
    return Renewal.objects.get(contract=contract)


@pytest.fixture
def price(db):
    return Choice.objects.get(kind="lost_reason", name="价格")


def say(outcome, amount=None, reason="", **more):
    verdict = Verdict(outcome, reason, None if amount is None else Decimal(amount))
    return Decision(verdict, **more)


@given(DAYS, DAYS)
def test_a_renewal_is_due_from_90_days_before_the_end_to_90_after(ends_on, today):
    assert is_due(ends_on, today) == (-90 <= days_left(ends_on, today) <= 90)
    assert (ends_on - opens_on(ends_on)).days == 90
    assert today <= plan_by(ends_on, today) <= max(today, ends_on)
    assert not is_due(None, today)


def test_leap_days_year_ends_and_the_last_date_there_is():
    assert opens_on(date(2024, 2, 29)) == date(2023, 12, 1)
    assert opens_on(date(2024, 5, 29)) == date(2024, 2, 29)
    assert opens_on(date(2026, 12, 31)) == date(2026, 10, 2)
    assert opens_on(date(2027, 1, 1)) == date(2026, 10, 3)
    assert is_due(date.max, date.max)
    assert not is_due(date.max, date(2026, 1, 1))
    assert [tone(left) for left in (-3, 30, 31, 60, 61)] == ["red", "red", "orange", "orange", ""]


@pytest.mark.parametrize(
    ("ends_on", "today", "opens"),
    [
        (date(2024, 2, 29), date(2023, 11, 30), False),
        (date(2024, 2, 29), date(2023, 12, 1), True),
        (date(2026, 12, 31), date(2026, 10, 1), False),
        (date(2026, 12, 31), date(2026, 10, 2), True),
        (date(2026, 1, 1), date(2026, 4, 1), True),
        (date(2026, 1, 1), date(2026, 4, 2), False),
    ],
)
def test_the_job_opens_on_the_very_day(customer, sign, ends_on, today, opens):
    sign(customer, ends_on)
    keep_renewals(datetime(today.year, today.month, today.day, 4, tzinfo=UTC))
    assert Renewal.objects.exists() == opens


def test_the_day_opens_it_once_with_task_and_opportunity(customer, contract, alice, now):
    assert keep_renewals(now) == 1
    assert keep_renewals(now) == 0
    assert keep_renewals(now + timedelta(days=1)) == 0
    row = Renewal.objects.get()
    assert (row.customer, row.owner, row.ends_on, row.outcome) == (customer, alice, contract.ends_on, "open")
    assert (row.task.kind, row.task.assignee, row.task.status) == ("renewal", alice, "open")
    assert (row.opportunity.kind, row.opportunity.amount, row.opportunity.owner) == (
        "renewal",
        contract.amount,
        alice,
    )
    assert row.opportunity.expected_close == contract.ends_on
    assert (
        Event.objects.filter(kind="renewal.opened", subject_id=row.pk, customer_id=customer.pk).count() == 1
    )
    customer.refresh_from_db()
    assert customer.stage == "won"


@pytest.mark.parametrize("state", ["draft", "review", "rejected", "approved", "void"])
def test_what_is_not_in_force_renews_nothing(customer, sign, now, state):
    sign(customer, now.date() + timedelta(days=20), state=state)
    assert keep_renewals(now) == 0
    assert not Renewal.objects.exists()


def test_without_an_end_or_far_from_it_or_of_a_lost_customer_nothing_opens(
    customer, bought, alice, sign, now
):
    sign(customer, None)
    sign(customer, now.date() + timedelta(days=91))
    sign(customer, now.date() - timedelta(days=91))
    gone = bought(alice)
    sign(gone, now.date() + timedelta(days=10))
    Customer.objects.filter(pk=gone.pk).update(stage="lost", no_next_step_since=None)
    assert keep_renewals(now) == 0


def test_without_an_owner_who_may_sign_in_somebody_above_plans_it(customer, contract, pool, dora, now):
    Customer.objects.filter(pk=customer.pk).update(owner=None, pool=pool, no_next_step_since=None)
    Contract.objects.update(owner=None)
    assert keep_renewals(now) == 1
    row = Renewal.objects.get()
    assert (row.owner, row.task.assignee, row.opportunity.owner) == (dora, dora, dora)


def test_it_follows_an_amended_end(renewal, contract, now):
    later = contract.ends_on + timedelta(days=365)
    Contract.objects.filter(pk=contract.pk).update(ends_on=later)
    assert keep_renewals(now) == 1
    renewal.refresh_from_db()
    assert (renewal.ends_on, Renewal.objects.count()) == (later, 1)
    sooner = now.date() + timedelta(days=5)
    Contract.objects.filter(pk=contract.pk).update(ends_on=sooner)
    keep_renewals(now)
    renewal.refresh_from_db()
    assert renewal.ends_on == sooner
    assert renewal.task.due_at.date() <= sooner + timedelta(days=1)
    assert Event.objects.filter(kind="renewal.moved").count() == 2


def test_it_follows_a_handover(renewal, customer, bob, now):
    assign_customers(bob, [customer.pk], bob, reason="区域调整", now=now)
    assert keep_renewals(now) == 1
    assert keep_renewals(now) == 0
    renewal.refresh_from_db()
    assert (renewal.owner, renewal.task.assignee) == (bob, bob)


def test_its_task_goes_along_when_its_owner_may_no_longer_sign_in(renewal, alice, bob, now):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    words = renewal.task.objective
    assert keep_renewals(now) == 1
    assert keep_renewals(now) == 0
    renewal.refresh_from_db()
    assert (renewal.owner, renewal.task.assignee, renewal.task.objective) == (bob, bob, words)
    assert not Task.objects.open().filter(assignee=alice, kind="renewal").exists()
    assert Notice.objects.filter(person=bob, kind="task_arisen", subject_id=renewal.task_id).exists()


def test_who_is_given_its_task_looks_after_it(renewal, alice, sam, now):
    hand_on_task(alice, renewal.task, sam, now=now)
    assert keep_renewals(now) == 1
    assert keep_renewals(now) == 0
    renewal.refresh_from_db()
    assert (renewal.owner, renewal.task.assignee) == (sam, sam)


def test_it_leaves_who_no_longer_sees_a_released_customer(renewal, customer, alice, charlie, pool, dora, now):
    Opportunity.objects.filter(pk=renewal.opportunity_id).update(owner=dora)
    Participant.objects.filter(user=alice).delete()
    release_agreed(alice, [customer.pk], pool, reason="无暇跟进", now=now)
    assert keep_renewals(now) == 1
    assert keep_renewals(now) == 0
    renewal.refresh_from_db()
    assert renewal.owner != alice
    assert renewal.task.assignee == renewal.owner
    assert not Task.objects.open().filter(customer=customer, assignee=alice).exists()


def test_planned_anew_its_task_says_so_and_only_the_first_is_done_by_it(renewal, alice, now):
    first = renewal.task
    plan_renewal(alice, renewal, plan="上门沟通", until=now.date() + timedelta(days=7), now=now)
    plan_renewal(alice, renewal, plan="请总监一起上门", until=now.date() + timedelta(days=9), now=now)
    first.refresh_from_db()
    renewal.refresh_from_db()
    assert (first.status, first.outcome) == ("done", "上门沟通")
    task = Task.objects.get(pk=renewal.task_id)
    assert ("请总监一起上门" in task.objective, task.status, task.due_at.date()) == (
        True, "open", now.date() + timedelta(days=9)
    )  # fmt: skip
    assert Task.objects.filter(customer=renewal.customer, kind="renewal").count() == 2


def test_a_void_contract_calls_it_off(renewal, contract, now):
    Contract.objects.filter(pk=contract.pk).update(state="void")
    assert keep_renewals(now) == 1
    renewal.refresh_from_db()
    assert (renewal.outcome, renewal.task.status) == ("void", "done")
    assert renewal.opportunity.closed_at is None, "the reason for a loss is for a person to say"
    assert Task.objects.open().get(customer=renewal.customer).assignee == renewal.customer.owner
    assert keep_renewals(now) == 0


def test_a_plan_says_what_until_when_and_settles_the_task(renewal, alice, now):
    with refused("plan_missing"):
        plan_renewal(alice, renewal, plan=" ", until=now.date(), now=now)
    with refused("due_in_past"):
        plan_renewal(alice, renewal, plan="上门沟通续约", until=now.date() - timedelta(days=1), now=now)
    with refused("due_in_past"):
        plan_renewal(alice, renewal, plan="上门沟通续约", until=None, now=now)
    plan_renewal(
        alice, renewal, plan="上门沟通续约", until=now.date() + timedelta(days=20), version=1, now=now
    )
    first = renewal.task
    renewal.refresh_from_db()
    first.refresh_from_db()
    assert (renewal.plan, renewal.version, first.status) == ("上门沟通续约", 2, "done")
    assert (renewal.task.status, renewal.task.assignee) == ("open", alice), "what is planned is watched"
    assert renewal.task.due_at.date() == now.date() + timedelta(days=20)
    with refused("version_conflict", status=409):
        plan_renewal(alice, renewal, plan="电话沟通续约", until=now.date(), version=1, now=now)


def test_renewed_links_the_new_contract_and_stops_the_clock(renewal, customer, contract, alice, sign, now):
    due = now + timedelta(days=60)
    set_subject_clock(SubjectClock("contract_end", customer.pk, contract.pk, alice.pk, now, due))
    new = sign(customer, now.date() + timedelta(days=425), amount=120_000, state="draft", signed_on=None)
    decide_renewal(alice, renewal, say("renewed", new_contract=new), now=now)
    renewal.refresh_from_db()
    assert (renewal.outcome, renewal.amount, renewal.new_contract) == ("renewed", Decimal(120_000), new)
    assert (renewal.decided_by, renewal.task.status) == (alice, "done")
    assert Deadline.objects.get(kind="contract_end").met_at == now
    assert Opportunity.objects.get(pk=renewal.opportunity_id).stage == "qualified", (
        "signing wins it, not this word"
    )
    with refused("decided_already", status=409):
        decide_renewal(alice, renewal, say("changed", 1, "多买一套"), now=now)


def test_not_renewed_says_why_and_loses_the_opportunity(renewal, customer, alice, price, now):
    with refused("lost_reason_missing"):
        decide_renewal(alice, renewal, say("lost", reason="预算被砍"), now=now)
    with refused("reason_missing"):
        decide_renewal(alice, renewal, say("lost", lost_reason=price), now=now)
    with refused("amount_not_asked"):
        decide_renewal(alice, renewal, say("lost", 5, "预算被砍", lost_reason=price), now=now)
    decide_renewal(alice, renewal, say("lost", reason="预算被砍", lost_reason=price), now=now)
    renewal.refresh_from_db()
    assert (renewal.outcome, renewal.lost_reason, renewal.opportunity.stage) == ("lost", price, "lost")
    customer.refresh_from_db()
    assert customer.stage == "won", "what was bought before stays bought"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("open",), "outcome_unknown"),
        (("void", 5), "outcome_unknown"),
        (("renewed",), "amount_missing"),
        (("renewed", 0), "amount_missing"),
        (("changed", -1, "少买"), "amount_missing"),
        (("changed", 5), "reason_missing"),
    ],
)
def test_half_a_decision_changes_nothing(renewal, alice, now, given, code):
    with refused(code):
        decide_renewal(alice, renewal, say(*given), now=now)


def test_the_new_contract_is_of_the_same_customer_and_another_one(
    renewal, contract, bought, alice, sign, now
):
    with refused("contract_same"):
        decide_renewal(alice, renewal, say("renewed", 5, new_contract=contract), now=now)
    foreign = sign(bought(alice), now.date() + timedelta(days=400))
    with refused("not_found", status=404):
        decide_renewal(alice, renewal, say("renewed", 5, new_contract=foreign), now=now)


def test_a_signed_contract_of_its_opportunity_decides_by_itself(renewal, customer, contract, sign, now):
    new = sign(customer, now.date() + timedelta(days=400), amount=contract.amount, opportunity=renewal.opportunity, signed_on=now.date())  # fmt: skip
    assert keep_renewals(now) == 1
    renewal.refresh_from_db()
    assert (renewal.outcome, renewal.new_contract, renewal.amount) == ("renewed", new, contract.amount)
    assert keep_renewals(now) == 0


def test_who_may(renewal, alice, bob, charlie, erin, sam, now):
    with unseen():
        decide_renewal(charlie, renewal, say("renewed", 5), now=now)
    with refused("forbidden", status=403):
        decide_renewal(erin, renewal, say("renewed", 5), now=now)
    with unseen():
        plan_renewal(sam, renewal, plan="回访", until=now.date(), now=now)
    assert not listed(charlie, "", days=None, since=None, today=now.date()).exists()
    plan_renewal(bob, renewal, plan="由组长跟进", until=now.date(), now=now)


def test_the_rate_in_number_and_money(bought, alice, charlie, sign, price, now):
    words = [
        say("renewed", 90_000),
        say("changed", 500, "多买一套"),
        say("lost", reason="预算被砍", lost_reason=price),
    ]
    for place, decision in enumerate(words):
        sign(bought(alice), now.date() + timedelta(days=10 + place), amount=100_000 * (place + 1))
        keep_renewals(now)
        decide_renewal(alice, Renewal.objects.open().get(), decision, now=now)
    sign(bought(alice), now.date() + timedelta(days=40))
    keep_renewals(now)
    found = rate(alice, now.date() - timedelta(days=365))
    assert (found.decided, found.kept, found.percent) == (3, 2, 67)
    assert (found.amount_decided, found.amount_kept, found.money_percent) == (
        Decimal(600_000),
        Decimal(300_000),
        50,
    )
    assert rate(charlie, now.date() - timedelta(days=365)).percent is None
    assert rate(alice, now.date() + timedelta(days=365)).decided == 0
    shown = listed(alice, "kept", days=None, since=None, today=now.date())
    assert sum(row.contract.amount for row in shown) == found.amount_kept
    assert [
        days_left(row.ends_on, now.date())
        for row in listed(alice, "open", days=45, since=None, today=now.date())
    ] == [40]
    assert not listed(alice, "open", days=30, since=None, today=now.date()).exists()


def test_the_next_step_of_the_customer_follows_the_task(renewal, customer, now):
    customer.refresh_from_db()
    assert customer.next_action_at == Task.objects.get(kind="renewal").due_at
