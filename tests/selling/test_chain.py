"""The decision chain, competitors and plans of key accounts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.models import Contact, Customer
from genjin.followups.models import Task
from genjin.selling.actions.chain import NewPlace, place_person, remove_from_chain, verify_chain
from genjin.selling.actions.plans import NewAccountPlan, PlannedAct, save_account_plan
from genjin.selling.actions.rivals import remove_rival, save_rival
from genjin.selling.models import AccountPlan, ChainMember, Competitor
from genjin.selling.rules.chain import HEIGHT, WIDTH, is_stale, picture
from tests.refusals import refused, unseen


@pytest.fixture
def customer(make_customer, alice):
    people = [
        {"name": name, "phone": f"1380000111{at}"} for at, name in enumerate(["王总", "李经理", "赵工"])
    ]
    return make_customer(owner=alice, name="杭州远景机电有限公司", contacts=people)


@pytest.fixture
def people(customer):
    return list(Contact.objects.filter(customer=customer).order_by("pk"))


def test_the_final_decider_is_marked_and_no_longer_when_somebody_else_is(customer, people, alice, now):
    boss, manager, _engineer = people
    top = place_person(alice, boss, NewPlace("decider", "for", 3), now=now)
    place_person(alice, manager, NewPlace("influencer", reports_to=top), now=now)
    assert list(Contact.objects.filter(is_decider=True)) == [boss]
    place_person(alice, boss, NewPlace("buyer"), now=now)
    assert not Contact.objects.filter(is_decider=True).exists()
    place_person(alice, manager, NewPlace("decider", reports_to=top), now=now)
    remove_from_chain(alice, top, now=now)
    assert list(ChainMember.objects.values_list("contact__name", "reports_to")) == [("李经理", None)]


def test_nobody_reports_in_a_circle_or_to_another_customer(customer, people, make_customer, alice, now):
    one, two, three = (place_person(alice, person, NewPlace("user"), now=now) for person in people)
    place_person(alice, people[1], NewPlace("user", reports_to=one), now=now)
    place_person(alice, people[2], NewPlace("user", reports_to=two), now=now)
    with refused("chain_circle"):
        place_person(alice, people[0], NewPlace("user", reports_to=three), now=now)
    with refused("chain_circle"):
        place_person(alice, people[0], NewPlace("user", reports_to=one), now=now)
    other = make_customer(owner=alice, contacts=[{"name": "别家", "phone": "13900001111"}])
    with refused("not_found", status=404):
        place_person(alice, Contact.objects.get(customer=other), NewPlace("user", reports_to=one), now=now)
    with refused("chain_role_unknown"):
        place_person(alice, people[0], NewPlace("king"), now=now)


def test_after_ninety_days_somebody_asks_again(customer, people, alice, charlie, now):
    row = place_person(alice, people[0], NewPlace("decider"), now=now)
    assert not is_stale(row.verified_at, now + timedelta(days=90))
    later = now + timedelta(days=90, seconds=1)
    assert is_stale(row.verified_at, later)
    with unseen():
        verify_chain(charlie, customer, now=later)
    assert verify_chain(alice, customer, now=later) == 1
    row.refresh_from_db()
    assert not is_stale(row.verified_at, later)


@given(st.lists(st.none() | st.integers(0, 9), min_size=0, max_size=9))
def test_every_box_has_its_place_whoever_reports_to_whom(drawn):
    leaders = {
        at: leader if leader is not None and leader < len(drawn) else None for at, leader in enumerate(drawn)
    }
    found = picture(leaders)
    assert [place.id for place in found.places] == list(leaders)
    corners = [(place.x, place.y) for place in found.places]
    for at, (x, y) in enumerate(corners):
        assert 0 <= x <= found.width - WIDTH
        assert 0 <= y <= found.height - HEIGHT
        assert all(y != other_y or abs(x - other_x) >= WIDTH for other_x, other_y in corners[at + 1 :])
    assert all(top < bottom for _x, top, _x2, bottom in found.lines)


def test_competitors_with_our_answer(customer, make_customer, alice, charlie, now):
    known = {
        "name": "某云",
        "price": "便宜两成",
        "strengths": "品牌",
        "weaknesses": "售后远",
        "answer": "本地实施团队",
    }
    row = save_rival(alice, customer, known, now=now)
    save_rival(alice, customer, {"answer": "两小时到场"}, rival=row, now=now)
    assert Competitor.objects.get().answer == "两小时到场"
    with refused("name_missing"):
        save_rival(alice, customer, {"name": " "}, now=now)
    with unseen():
        remove_rival(charlie, row, now=now)
    remove_rival(alice, row, now=now)
    assert not Competitor.objects.exists()


def test_a_key_account_has_a_plan_whose_acts_are_tasks(customer, alice, bob, now):
    plan = NewAccountPlan(
        "省内前三",
        "今年进入两个事业部",
        date(2026, 6, 1),
        acts=[PlannedAct("拜访事业部总经理", bob, date(2026, 3, 20))],
    )
    with refused("not_a_key_account"):
        save_account_plan(alice, customer, plan, now=now)
    Customer.objects.filter(pk=customer.pk).update(customer_type="key")
    first = save_account_plan(alice, customer, plan, now=now)
    tasks = Task.objects.filter(pk__in=first.task_ids)
    assert {(task.assignee, task.due_at.astimezone().date()) for task in tasks} >= {(bob, date(2026, 3, 20))}
    assert len(tasks) == 2
    with refused("review_in_past"):
        save_account_plan(alice, customer, NewAccountPlan("x", "y", date(2026, 3, 11)), now=now)
    with refused("plan_incomplete"):
        save_account_plan(alice, customer, NewAccountPlan("", "y", date(2026, 6, 1)), now=now)
    save_account_plan(alice, customer, NewAccountPlan("省内第一", "三个事业部", date(2026, 9, 1)), now=now)
    assert list(AccountPlan.objects.values_list("position", "is_current")) == [
        ("省内第一", True),
        ("省内前三", False),
    ]
