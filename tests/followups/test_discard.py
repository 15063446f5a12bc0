"""Nobody gives a customer up before the number of contacts its grade asks for."""

from datetime import timedelta

import pytest

from genjin.approvals.actions.flows import save_flow
from genjin.customers.models import Choice, Customer
from genjin.desk.actions import grant
from genjin.followups.actions.discard import Discard, ask_to_discard, grant_discard
from genjin.followups.actions.grading import grade_customers
from genjin.followups.actions.ownership import assign_customers, release_customers
from genjin.followups.actions.stages import move_stage
from genjin.followups.models import Task
from genjin.followups.queries.grades import touches_of
from tests.approvals.conftest import step
from tests.refusals import refused, unseen


@pytest.fixture
def lost_reason(db):
    return Choice.objects.get_or_create(kind="lost_reason", name="预算不足")[0]


@pytest.fixture
def idle(db):
    return Choice.objects.get_or_create(kind="release_reason", name="暂无需求")[0]


@pytest.fixture
def touched(alice, customer, say, now):
    """An A customer after two of five contacts; a third did not count."""
    grade_customers(alice, [customer.pk], "A", reason="预算明确", now=now)
    say(alice, customer, "第一次电话，介绍了我们的产品")
    say(alice, customer, "第二次电话，客户还在比较各家方案")
    say(alice, customer, "没接")
    return customer


def test_an_a_lead_after_two_of_five_contacts_is_not_given_up(alice, touched, pool, idle, lost_reason, now):
    with refused("too_few_touches") as caught:
        move_stage(alice, touched, "lost", lost_reason=lost_reason, now=now)
    assert caught.value.details == {"grade": "A", "asked": 5, "count": 2, "missing": 3}
    with refused("too_few_touches"):
        release_customers(alice, [touched.pk], pool, reason=idle.name, choice=idle, now=now)
    assert Task.objects.open().count() == 3


def test_after_the_fifth_it_may_go(alice, touched, say, pool, idle, now):
    for at in range(3):
        say(alice, touched, f"第{at}次跟进，客户仍无明确计划", at=now + timedelta(days=at + 1))
    release_customers(alice, [touched.pk], pool, reason=idle.name, choice=idle, now=now + timedelta(days=5))
    assert Customer.objects.get(pk=touched.pk).pool == pool


def test_where_contacts_are_pointless_none_are_asked_for(alice, touched, prove, now):
    word = Choice.objects.get_or_create(
        kind="lost_reason", name="空号/停机", defaults={"waives_touches": True}
    )[0]
    assert word.waives_touches
    prove(alice, touched, "refusal", text="运营商提示空号")
    assert move_stage(alice, touched, "lost", lost_reason=word, now=now).stage == "lost"


def test_one_of_many_that_was_contacted_too_little_keeps_all(alice, make_customer, say, pool, idle, now):
    spoken, silent = make_customer(owner=alice), make_customer(owner=alice)
    say(alice, spoken)
    with refused("too_few_touches"):
        release_customers(alice, [spoken.pk, silent.pk], pool, reason=idle.name, choice=idle, now=now)
    release_customers(alice, [spoken.pk], pool, reason=idle.name, choice=idle, now=now)


def test_who_leads_the_owner_gives_it_up_by_their_own_word(bob, touched, pool, idle, now):
    release_customers(bob, [touched.pk], pool, reason=idle.name, choice=idle, now=now)
    assert Customer.objects.get(pk=touched.pk).owner is None


def test_a_lead_counts_like_everybody_with_customers_of_their_own(bob, make_customer, pool, idle, now):
    own = make_customer(owner=bob)
    with refused("too_few_touches"):
        release_customers(bob, [own.pk], pool, reason=idle.name, choice=idle, now=now)


def test_contacts_count_since_the_owner_has_it(alice, bob, touched, now):
    assert touches_of([touched.pk]) == {touched.pk: 2}
    assign_customers(bob, [touched.pk], bob, now=now + timedelta(hours=1))
    assert touches_of([touched.pk]) == {touched.pk: 0}


def test_whoever_has_bought_is_lost_without_counting(alice, touched, prove, lost_reason, now):
    prove(alice, touched, "refusal")
    Customer.objects.filter(pk=touched.pk).update(stage="won")
    assert move_stage(alice, touched, "lost", lost_reason=lost_reason, now=now).stage == "lost"


def test_asked_and_granted_it_goes(alice, bob, touched, pool, idle, now):
    request = ask_to_discard(
        alice, touched, Discard(idle, "老板出国一年", pool), reason="明年再联系", now=now
    )
    assert (request.kind, request.customer_id) == ("discard", touched.pk)
    assert Customer.objects.get(pk=touched.pk).owner == alice  # until somebody says yes
    row = grant_discard(bob, request, answer="同意", now=now + timedelta(hours=1))
    assert (row.owner, row.pool) == (None, pool)


def test_lost_by_a_leads_word(alice, bob, touched, prove, lost_reason, now):
    prove(alice, touched, "refusal")
    request = ask_to_discard(alice, touched, Discard(lost_reason, "预算取消"), reason="客户已停产", now=now)
    assert grant_discard(bob, request, now=now).stage == "lost"


@pytest.mark.parametrize("is_lost", [True, False])
def test_legal_as_the_last_signer_is_enough(
    alice, bob, lena, dora, touched, prove, lost_reason, pool, idle, now, is_lost
):
    save_flow(dora, "discard", [step("superior:1"), step("role:legal")], now=now)
    prove(alice, touched, "refusal")
    wish = Discard(lost_reason, "预算取消") if is_lost else Discard(idle, "老板出国一年", pool)
    request = ask_to_discard(alice, touched, wish, reason="明年再联系", now=now)
    grant(bob, request, now=now)
    assert grant(lena, request, now=now).status == "granted"
    row = Customer.objects.get(pk=touched.pk)
    assert (row.stage == "lost", row.pool == pool) == (is_lost, not is_lost)


def test_what_needs_no_word_is_not_asked_for(alice, customer, say, pool, idle, now):
    say(alice, customer)
    with refused("approval_not_needed", status=409):
        ask_to_discard(alice, customer, Discard(idle, pool=pool), reason="明年再联系", now=now)


def test_a_request_of_a_former_owner_is_not_granted(alice, bob, touched, pool, idle, now):
    request = ask_to_discard(alice, touched, Discard(idle, pool=pool), reason="明年再联系", now=now)
    assign_customers(bob, [touched.pk], bob, now=now)
    with refused("owner_changed", status=409):
        grant_discard(bob, request, now=now)


def test_strangers_neither_ask_nor_grant(alice, charlie, touched, pool, idle, now):
    with unseen():
        ask_to_discard(charlie, touched, Discard(idle, pool=pool), reason="x", now=now)
    request = ask_to_discard(alice, touched, Discard(idle, pool=pool), reason="明年再联系", now=now)
    with unseen():
        grant_discard(charlie, request, now=now)
