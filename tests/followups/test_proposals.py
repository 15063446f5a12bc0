"""After each contact the rules look whether another grade fits; a person decides (S0-25..27)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.actions.records import change_customer
from genjin.customers.models import Contact, Customer
from genjin.customers.queries.greeting import may_be_greeted, people_to_greet
from genjin.customers.rules import Facts
from genjin.customers.rules.regrade import mark_of, propose_change, reason_words
from genjin.followups.actions.dormancy import note_dormant
from genjin.followups.actions.grading import grade_customers
from genjin.followups.actions.ownership import assign_customers, release_customers
from genjin.followups.models import Task

TODAY = date(2026, 3, 11)
CLEAR = {"has_budget": True, "is_authority_clear": True}


def proposal(customer):
    row = Customer.objects.get(pk=customer.pk)
    return row.grade_proposal, row.grade


@pytest.mark.parametrize(
    ("grade", "facts", "expected"),
    [
        ("B", Facts(**CLEAR), "A"),
        ("B", Facts(has_budget=True), None),
        ("B", Facts(is_authority_clear=True), None),
        ("A", Facts(need="两台注塑机", **CLEAR), "B"),
        ("A", Facts(purchase_timing="本季度"), None),
        ("A", Facts(purchase_by=TODAY), None),
        ("A", Facts(purchase_by=TODAY - timedelta(days=1)), "B"),  # the day has passed
        ("C", Facts(need="两台注塑机"), "B"),
        ("C", Facts(need="?"), None),
        ("C", Facts(need="两台注塑机", purchase_by=TODAY, **CLEAR), "A"),
        ("C", Facts(), None),
    ],
)
def test_the_rules_propose(grade, facts, expected):
    found = propose_change(grade, "prospect", facts, TODAY)
    assert (found and found[0].value) == expected
    assert found is None or reason_words(found[1])
    assert propose_change(grade, "won", facts, TODAY) is None


facts = st.builds(
    Facts, has_budget=st.booleans(), is_authority_clear=st.booleans(), need=st.sampled_from(["", "两台注塑机"]),
    purchase_by=st.none() | st.dates(date(2024, 2, 28), date(2028, 3, 1)), purchase_timing=st.sampled_from(["", "年底"]),
)  # fmt: skip


@given(grade=st.sampled_from("ABC"), stage=st.sampled_from(["lead", "qualified", "won", "lost"]), facts=facts, today=st.dates(date(2024, 2, 28), date(2028, 3, 1)))  # fmt: skip
def test_a_proposal_is_never_the_grade_one_has(grade, stage, facts, today):
    found = propose_change(grade, stage, facts, today)
    assert found is None or found[0].value != grade
    assert mark_of(facts, today).startswith("=")


def learn(actor, customer, now, **values):
    version = Customer.objects.get(pk=customer.pk).version
    change_customer(actor, customer, values, version=version, now=now)


def test_budget_and_decision_clear_b_becomes_a_by_a_persons_word(alice, customer, say, now):
    grade_customers(alice, [customer.pk], "B", reason="需求待确认", now=now)
    say(alice, customer)
    assert proposal(customer) == ("", "B")
    learn(alice, customer, now, budget="80万", is_authority_clear="是")
    say(alice, customer, "预算和决策流程都已经确认清楚", at=now + timedelta(days=1))
    assert proposal(customer) == ("A", "B")  # proposed, not done
    assert list(Customer.objects.with_grade_proposal()) == [customer]
    grade_customers(alice, [customer.pk], "A", reason="预算与决策明确", now=now + timedelta(days=1))
    say(alice, customer, "约了下周二上门演示排产系统", at=now + timedelta(days=2))
    assert proposal(customer) == ("", "A")  # no plan is on record, but that was known when A was given


def test_without_a_purchase_plan_a_becomes_b(alice, customer, say, now):
    grade_customers(alice, [customer.pk], "A", reason="老板亲自来电", now=now)
    say(alice, customer, "客户说今年不打算采购了，先了解")
    assert proposal(customer) == ("B", "A")
    learn(alice, customer, now, purchase_timing="三季度")
    assert proposal(customer) == ("", "A")


def test_a_need_named_in_a_contact_lifts_c(alice, customer, say, now):
    grade_customers(alice, [customer.pk], "C", reason="需求模糊", now=now)
    say(alice, customer, new_needs="两条产线的排产系统")
    assert proposal(customer) == ("B", "C")
    learn(alice, customer, now, industry="制造业")
    assert proposal(customer) == ("B", "C")  # what was heard stays heard
    grade_customers(alice, [customer.pk], "C", reason="只是随口一问", now=now)
    say(alice, customer, "再次沟通，客户没有新的想法", at=now + timedelta(days=1))
    assert proposal(customer) == ("", "C")  # decided on the same facts


def test_while_nobody_confirmed_a_grade_it_simply_follows(alice, customer, say, now):
    learn(alice, customer, now, need="两台注塑机")
    say(alice, customer)
    assert proposal(customer) == ("", "B")


def test_two_months_of_silence_are_a_proposal_and_nothing_else(alice, customer, say, now):
    say(alice, customer)
    for days in (20, 50):  # calls that nobody answered do not end it
        say(alice, customer, f"第{days}天电话没有人接听", got_response=False, at=now + timedelta(days=days))
    assert note_dormant(now + timedelta(days=60)) == 0
    late = now + timedelta(days=60, minutes=1)
    assert (note_dormant(late), note_dormant(late)) == (1, 0)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.grade_proposal, row.owner, row.stage) == ("dormant", alice, "lead")
    assert row.grade_proposal_reason == "silent:2026-03-11"
    assert "2026-03-11" in reason_words(row.grade_proposal_reason)
    assert Task.objects.open().exists()
    say(alice, customer, "客户回电了，近期会安排考察", at=late)
    assert proposal(customer) == ("", "C")


def test_silence_begins_anew_with_a_new_owner_and_ends_in_the_pool(
    alice, bob, make_customer, say, pool, pointless, now
):
    given, returned = make_customer(owner=alice), make_customer(owner=alice)
    late = now + timedelta(days=70)
    assert note_dormant(late) == 2
    assign_customers(bob, [given.pk], bob, now=late)
    release_customers(alice, [returned.pk], pool, reason="x", choice=pointless, now=late)
    assert proposal(given)[0] == proposal(returned)[0] == ""
    assert note_dormant(late + timedelta(days=30)) == 0


@pytest.mark.parametrize("change", [{"stage": "won"}, {"stage": "lost"}, {"owner": None}])
def test_who_bought_was_lost_or_has_no_owner_is_not_called_silent(alice, customer, pool, change, now):
    Customer.objects.filter(pk=customer.pk).update(**change)
    assert note_dormant(now + timedelta(days=400)) == 0


def test_who_wants_to_be_left_alone_is_not_greeted(alice, make_customer, now):
    people = [{"name": "王小明", "phone": "13812345678"}]
    greeted = make_customer(owner=alice, contacts=people)
    nobody = make_customer(owner=alice, contacts=[{"name": "李四", "do_not_disturb": "是"}])
    quiet = make_customer(owner=alice, do_not_disturb="是")
    lost, gone = make_customer(owner=alice), make_customer(owner=alice)
    Customer.objects.filter(pk=lost.pk).update(stage="lost")
    Customer.objects.filter(pk=gone.pk).update(deleted_at=now)
    bare = make_customer(owner=alice)
    assert set(may_be_greeted(Customer.objects.all())) == {greeted, bare}
    assert quiet.do_not_disturb and not nobody.do_not_disturb
    assert [person.name for person in people_to_greet(Contact.objects.all())] == ["王小明"]
