"""Gate debt: a stage entered on somebody's word, until the evidence is there."""

from datetime import timedelta

import pytest

from genjin.approvals.actions import decide
from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.followups.actions.debts import watch_debts
from genjin.followups.actions.evidence import withdraw_evidence
from genjin.followups.actions.exceptions import NewException, ask_for_exception, grant_exception
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.actions.stages import Move
from genjin.followups.models import GateException
from genjin.notices.models import Notice
from tests.refusals import refused, unseen

DAYS = timedelta(days=14)


@pytest.fixture
def customer(make_customer, alice, prove):
    """A prospect whose budget is clear and whose need is shown; nothing shows the rest."""
    row = make_customer(
        owner=alice, name="杭州远景机电有限公司", need="更换排产系统", budget="80万", is_authority_clear="是"
    )
    Customer.objects.filter(pk=row.pk).update(stage="prospect")
    row.refresh_from_db()
    prove(alice, row, "need")
    return row


def ask(person, customer, now, **more):
    new = NewException(Move("qualified"), more.get("reason", "客户下周补邮件"), now + more.get("until", DAYS))
    return ask_for_exception(person, customer, new, now=now)


def stage_of(customer):
    return Customer.objects.values_list("stage", "gate_debt_until").get(pk=customer.pk)


def test_granted_the_customer_moves_and_owes(alice, bob, customer, now):
    request = ask(alice, customer, now)
    assert stage_of(customer) == ("prospect", None)
    grant_exception(bob, request, now=now)
    assert stage_of(customer) == ("qualified", now + DAYS)
    debt = GateException.objects.get()
    assert (sorted(debt.missing), debt.approver, debt.asked_by) == (["authority", "budget"], bob, alice)


def test_paid_it_is_gone_whichever_way_the_evidence_came(alice, bob, customer, prove, now):
    grant_exception(bob, ask(alice, customer, now), now=now)
    prove(alice, customer, "budget")
    assert stage_of(customer) == ("qualified", now + DAYS)
    prove(alice, customer, "authority")
    assert stage_of(customer) == ("qualified", None)
    assert GateException.objects.get().outcome == GateException.Outcome.PAID


def test_unpaid_people_are_told_once_and_the_stage_stays(alice, bob, customer, now):
    grant_exception(bob, ask(alice, customer, now), now=now)
    assert watch_debts(now + DAYS - timedelta(minutes=1)) == 0
    late = now + DAYS + timedelta(hours=1)
    assert [watch_debts(late), watch_debts(late + timedelta(days=3))] == [1, 0]
    told = Notice.objects.filter(kind="gate_debt_expired").values_list("person", flat=True)
    assert sorted(told) == sorted([alice.pk, bob.pk])
    assert stage_of(customer) == ("qualified", now + DAYS)


def test_withdrawn_evidence_is_owed_again(alice, bob, customer, prove, now):
    shown = prove(alice, customer, "budget", "authority")
    Customer.objects.filter(pk=customer.pk).update(stage="qualified")
    withdraw_evidence(bob, shown, reason="客户否认", now=now)
    assert stage_of(customer)[1] is not None


def test_what_changed_meanwhile_is_not_granted(alice, bob, charlie, dora, customer, now):
    request = ask(alice, customer, now)
    Customer.objects.filter(pk=customer.pk).update(stage="lead")
    with refused("stage_moved", status=409):
        grant_exception(bob, request, now=now)
    Customer.objects.filter(pk=customer.pk).update(stage="prospect")
    with refused("exception_over", status=409):
        grant_exception(bob, request, now=now + DAYS)
    assign_customers(dora, [customer.pk], charlie, now=now)
    with refused("owner_changed", status=409):
        grant_exception(dora, request, now=now)
    assert Request.objects.get().status == "open" and not GateException.objects.exists()


def test_nobody_grants_their_own_or_a_strangers(alice, bob, charlie, customer, now):
    request = ask(bob, customer, now)
    with refused("own_request", status=403):
        grant_exception(bob, request, now=now)
    with unseen():
        grant_exception(charlie, request, now=now)
    assert stage_of(customer) == ("prospect", None)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_a_term_has_an_end_in_sight(alice, customer, now, days):
    with refused("exception_term"):
        ask(alice, customer, now, until=timedelta(days=days))


def test_what_lacks_nothing_needs_no_exception(alice, customer, prove, now):
    prove(alice, customer, "budget", "authority")
    with refused("gate_open", status=409):
        ask(alice, customer, now)


def test_declined_nothing_moves(alice, bob, customer, now):
    decide(bob, ask(alice, customer, now), grant=False, answer="先补依据", now=now)
    assert stage_of(customer) == ("prospect", None)
