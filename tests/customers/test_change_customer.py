"""Changing a customer: who may, and what becomes of two people's changes."""

from decimal import Decimal

import pytest

from genjin.customers.actions.axes import grade_customers
from genjin.customers.actions.people import involve
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer, GradeChange, IdentityKey
from genjin.events.models import Event
from tests.races import at_once
from tests.refusals import refused, unseen


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


def test_only_what_changed_is_saved_and_told(alice, customer, now):
    changed = change_customer(
        alice, customer, {"need": "更换排产系统", "name": customer.name}, version=1, now=now
    )
    row = Customer.objects.get(pk=customer.pk)
    assert (row.need, row.version, row.updated_by) == ("更换排产系统", 2, alice)
    assert changed.version == 2
    told = Event.objects.about(row.pk).get(kind="customer.changed")
    assert (told.actor, told.data["changes"]) == (alice, {"need": ["", "更换排产系统"]})


def test_nothing_changed_is_nothing_done(alice, customer, now):
    change_customer(alice, customer, {"name": " 杭州远景机电有限公司 "}, version=1, now=now)
    assert Customer.objects.get(pk=customer.pk).version == 1
    assert not Event.objects.filter(kind="customer.changed").exists()


def test_score_label_and_proposed_grade_follow(alice, customer, now):
    facts = {
        "industry": "制造业",
        "budget": "80万",
        "is_authority_clear": "是",
        "need": "更换排产系统",
        "purchase_by": "2026-05-01",
    }
    change_customer(alice, customer, facts, version=1, now=now)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.score, row.label, row.grade) == (7, "hot", "A")
    proposal = GradeChange.objects.filter(customer=row).first()
    assert (proposal.origin, proposal.target, proposal.is_proposal) == ("C", "A", True)


def test_a_grade_a_person_confirmed_is_left_alone(alice, customer, now):
    grade_customers(alice, [customer.pk], "A", reason="老板亲自来电", now=now)
    change_customer(alice, customer, {"need": "更换排产系统"}, version=2, now=now)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.grade, row.grade_reason) == ("A", "老板亲自来电")


def test_a_new_name_is_found_under_its_new_keys_and_the_old_one_as_former(alice, customer, now):
    change_customer(alice, customer, {"name": "苏州东吴传动有限公司"}, version=1, now=now)
    keys = set(IdentityKey.objects.filter(customer=customer).values_list("key", flat=True))
    assert {key for key in keys if not key.startswith("former:")} == {
        "full:苏州东吴传动有限公司",
        "core:东传动吴",
    }
    assert "former:杭州远景机电有限公司" in keys
    assert Customer.objects.get(pk=customer.pk).sort_key.startswith("su zhou dong wu")


def test_two_people_in_different_fields_both_stay(alice, bob, customer, now):
    change_customer(alice, customer, {"need": "更换排产系统"}, version=1, now=now)
    change_customer(bob, customer, {"industry": "制造业"}, version=1, now=now)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.need, row.industry, row.version) == ("更换排产系统", "制造业", 3)


def test_two_people_in_one_field_are_shown_both_values(alice, bob, customer, now):
    change_customer(alice, customer, {"need": "更换排产系统", "budget": "80万"}, version=1, now=now)
    with refused("version_conflict", status=409) as caught:
        change_customer(bob, customer, {"need": "只要咨询", "industry": "制造业"}, version=1, now=now)
    assert caught.value.details["version"] == 2
    conflicts = caught.value.details["conflicts"]
    assert conflicts == {
        "need": {"theirs": "更换排产系统", "yours": "只要咨询", "by": alice.name, "at": now.isoformat()}
    }
    assert set(caught.value.fields) == {"need"}


def test_after_the_choice_the_newer_version_saves(alice, bob, customer, now):
    change_customer(alice, customer, {"need": "更换排产系统"}, version=1, now=now)
    change_customer(bob, customer, {"need": "只要咨询"}, version=2, now=now)
    assert Customer.objects.get(pk=customer.pk).need == "只要咨询"


def test_the_same_value_twice_is_no_conflict(alice, bob, customer, now):
    change_customer(alice, customer, {"budget": "80万"}, version=1, now=now)
    change_customer(bob, customer, {"budget": "800000"}, version=1, now=now)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.budget_min, row.version) == (Decimal(800_000), 2)


def test_nobody_becomes_another_customer_we_know(alice, charlie, customer, make_customer, now):
    theirs = make_customer(owner=charlie, name="宁波听潮贸易有限公司", credit_code="91330106589876549K")
    with refused("duplicate_same", status=409) as caught:
        change_customer(alice, customer, {"name": "宁波听潮贸易有限责任公司"}, version=1, now=now)
    assert caught.value.details["candidates"] == [theirs.pk]
    with refused("duplicate_same", status=409):
        change_customer(alice, customer, {"credit_code": "91330106589876549K"}, version=1, now=now)


def test_what_two_share_already_does_not_stand_in_the_way_of_other_changes(
    alice, customer, make_customer, now
):
    twin = make_customer(owner=alice, name="苏州同名机电有限公司")
    IdentityKey.objects.create(customer=twin, key=f"full:{customer.name}")  # as an older rule let it in
    change_customer(alice, customer, {"name": customer.name + "上海分公司"}, version=1, now=now)
    assert Customer.objects.get(pk=customer.pk).name.endswith("上海分公司")


def test_a_grade_between_is_no_conflict(alice, bob, customer, now):
    grade_customers(bob, [customer.pk], "A", reason="大客户", now=now)
    change_customer(alice, customer, {"need": "更换排产系统"}, version=1, now=now)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.grade, row.need) == ("A", "更换排产系统")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "fields_invalid"),
        ({"credit_code": "9111O000600037341L"}, "fields_invalid"),
        ({"budget_min": "100", "budget_max": "1"}, "budget_reversed"),
    ],
)
def test_what_cannot_be_read_changes_nothing(alice, customer, now, changes, code):
    with refused(code):
        change_customer(alice, customer, changes, version=1, now=now)


def test_the_lead_may_a_helper_may_not_and_a_stranger_sees_nothing(bob, charlie, erin, customer, now):
    change_customer(bob, customer, {"need": "更换排产系统"}, version=1, now=now)
    with unseen():
        change_customer(charlie, customer, {"need": "x"}, version=2, now=now)
    with refused("forbidden", status=403):
        change_customer(erin, customer, {"need": "x"}, version=2, now=now)
    involve(customer.pk, [charlie], via="collaborator")
    with refused("not_yours", status=403):
        change_customer(charlie, customer, {"need": "x"}, version=2, now=now)


def test_a_pool_customer_is_changed_from_above_only(alice, dora, make_customer, pool, now):
    waiting = make_customer(pool=pool)
    with refused("not_yours", status=403):
        change_customer(alice, waiting, {"need": "x"}, version=1, now=now)
    change_customer(dora, waiting, {"need": "更换排产系统"}, version=1, now=now)
    assert Customer.objects.get(pk=waiting.pk).need == "更换排产系统"


@pytest.mark.django_db(transaction=True)
def test_of_eight_simultaneous_changes_to_one_field_one_stays(alice, customer, now):
    def change(number):
        return lambda: (
            change_customer(alice, customer, {"need": f"需求说明{number}"}, version=1, now=now).need
        )

    given = at_once([change(number) for number in range(8)])
    assert given.count("version_conflict") == 7
    row = Customer.objects.get(pk=customer.pk)
    assert [row.need] == [answer for answer in given if answer != "version_conflict"]
    assert row.version == 2
