"""Adding a customer: what is stored, whose it is, and whom we know already."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from genjin.customers.actions.records import NewCustomer, add_customer
from genjin.customers.models import Contact, Customer, GradeChange, OwnerChange, Pool, StageChange
from genjin.events.models import Event
from tests.races import at_once
from tests.refusals import refused

NAME = "杭州远景机电有限公司"
CODE, OTHER_CODE = "91110000600037341L", "91440300708461136T"


def new(name=NAME, *, owner=None, pool=None, contacts=(), **fields):
    return NewCustomer(fields={"name": name, **fields}, contacts=contacts, owner=owner, pool=pool)


def test_what_is_typed_is_read_and_kept_with_its_people(alice, now):
    added = add_customer(
        alice,
        new(
            " 杭州 远景机电(浙江)有限公司 ", industry="制造业-电机", employee_count="180", budget="50-100万", founded_on="2015年",
            is_authority_clear="是", need="更换排产系统", contacts=[
                {"name": "王小明", "phone": "+86 138-1234-5678", "email": "wang@yuanjing.cn", "wechat": "wxm"},
                {"name": "李雷", "phone": "0571-86013388转8123"},
                {"name": "", "phone": ""},
            ],
        ),
        now=now,
    )  # fmt: skip
    row = Customer.objects.get(pk=added.pk)
    assert row.name == "杭州远景机电（浙江）有限公司"
    assert (row.employee_count, row.size) == (180, "50_200")
    assert (row.budget_min, row.budget_max) == (Decimal(500_000), Decimal(1_000_000))
    assert (row.founded_on.year, row.founded_precision) == (2015, "year")
    assert (row.score, row.label, row.grade, row.is_grade_confirmed) == (7, "hot", "B", False)
    assert (row.stage, row.stage_entered_at, row.created_by, row.version) == ("lead", now, alice, 1)
    people = list(row.contacts.values_list("name", "phone", "is_primary"))
    assert people == [("王小明", "13812345678", True), ("李雷", "0571-86013388-8123", False)]


def test_the_actor_owns_it_and_is_asked_for_a_next_step(alice, now):
    row = Customer.objects.get(pk=add_customer(alice, new(), now=now).pk)
    assert (row.owner, row.pool, row.owned_since, row.no_next_step_since) == (alice, None, now, now)


def test_three_histories_and_an_event_tell_of_it(alice, now):
    row = add_customer(alice, new(), now=now)
    stage, grade, owner = StageChange.objects.get(), GradeChange.objects.get(), OwnerChange.objects.get()
    assert (stage.customer_id, stage.origin, stage.target, stage.by, stage.at) == (
        row.pk,
        "",
        "lead",
        alice,
        now,
    )
    assert (grade.origin, grade.target, grade.is_proposal, grade.by) == ("", "C", True, None)
    assert (owner.origin, owner.target, owner.pool, owner.how) == (None, alice, None, "created")
    told = Event.objects.about(row.pk).get()
    assert (told.kind, told.actor, told.data["target"]) == ("customer.created", alice, alice.pk)


def test_a_lead_gives_it_to_her_rep_and_a_rep_to_nobody_else(alice, bob, charlie, now):
    assert add_customer(bob, new(owner=alice), now=now).owner == alice
    with refused("forbidden", status=403):
        add_customer(alice, new("乙公司", owner=charlie), now=now)
    with refused("owner_not_led"):
        add_customer(bob, new("丙公司", owner=charlie), now=now)


def test_into_a_pool_it_goes_without_owner(alice, pool, now):
    row = Customer.objects.get(pk=add_customer(alice, new(pool=pool), now=now).pk)
    assert (row.owner, row.pool, row.owned_since, row.no_next_step_since) == (None, pool, None, None)


def test_a_pool_of_another_team_is_no_place(alice, teams, now):
    theirs = Pool.objects.create(name="二组公海")
    theirs.teams.set([teams["B"]])
    with refused("pool_unknown"):
        add_customer(alice, new(pool=theirs), now=now)


def test_an_auditor_adds_nothing(erin, now):
    with refused("forbidden", status=403):
        add_customer(erin, new(), now=now)


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"name": "  "}, "name"),
        ({"name": "\u200b\u200b"}, "name"),
        ({"name": "长" * 201}, "name"),
        ({"credit_code": "911100006000373411"}, "credit_code"),
        ({"budget": "若干"}, "budget"),
        ({"budget_min": "NaN"}, "budget_min"),
        ({"employee_count": "-3"}, "employee_count"),
        ({"kind": "alien"}, "kind"),
        ({"purchase_by": "2026-02-30"}, "purchase_by"),
        ({"industry": "业" * 81}, "industry"),
        ({"need": "需" * 4001}, "need"),
        ({"extra": {str(number): "x" for number in range(51)}}, "extra"),
    ],
)
def test_an_unreadable_field_is_named_and_nothing_is_saved(alice, now, fields, at_fault):
    with refused("fields_invalid") as caught:
        add_customer(alice, NewCustomer(fields={"name": NAME} | fields), now=now)
    assert set(caught.value.fields) == {at_fault}


def test_a_bad_number_of_a_person_refuses_the_customer_too(alice, now):
    with refused("fields_invalid") as caught:
        add_customer(alice, new(contacts=[{"name": "王小明", "phone": "1381234567"}]), now=now)
    assert "phone" in caught.value.fields


def test_a_budget_upside_down_is_refused(alice, now):
    with refused("budget_reversed"):
        add_customer(alice, new(budget_min="100", budget_max="50"), now=now)


def test_protected_fields_are_not_written(alice, charlie, now):
    sneaky = {
        "name": NAME,
        "owner": charlie,
        "owner_id": charlie.pk,
        "stage": "won",
        "score": 99,
        "version": 7,
        "created_by": charlie,
    }
    row = Customer.objects.get(pk=add_customer(alice, NewCustomer(fields=sneaky), now=now).pk)
    assert (row.owner, row.stage, row.score, row.version, row.created_by) == (alice, "lead", 0, 1, alice)


# Whom we know already (S0-14)


@pytest.mark.parametrize(
    "again",
    [
        "杭州远景机电有限公司",
        "杭州遠景機電有限責任公司",
        " 杭州 远景 机电 有限公司 ",
        "杭州远景机电有限责任公司",
    ],
)
def test_the_same_name_in_any_spelling_is_refused_with_who_has_it(alice, charlie, now, again):
    first = add_customer(alice, new(), now=now)
    with refused("duplicate_same", status=409) as caught:
        add_customer(charlie, new(again), now=now)
    assert caught.value.details == {"candidates": [first.pk]}
    assert "艾*" in caught.value.message
    assert alice.name not in caught.value.message


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"credit_code": CODE}, {"credit_code": CODE.lower()}),
        ({"contacts": [{"name": "王", "phone": "13812345678"}]}, {"contacts": [{"name": "李", "phone": "+8613812345678"}]}),
        ({"contacts": [{"name": "王", "email": "W@yuanjing.cn"}]}, {"contacts": [{"name": "李", "email": "w@YUANJING.cn"}]}),
    ],
)  # fmt: skip
def test_the_same_code_mobile_or_mail_is_the_same_customer(alice, charlie, now, ours, theirs):
    add_customer(alice, new(**ours), now=now)
    with refused("duplicate_same", status=409):
        add_customer(charlie, new("上海鲸鱼贸易有限公司", **theirs), now=now)


@pytest.mark.parametrize(
    "theirs",
    [
        {"name": "远景机电"},
        {"name": "上海鲸鱼贸易有限公司", "contacts": [{"name": "李", "phone": "0571-86013388"}]},
        {"name": "上海鲸鱼贸易有限公司", "contacts": [{"name": "李", "email": "li@yuanjing.cn"}]},
    ],
)
def test_what_is_only_similar_does_not_stop_anybody(alice, charlie, now, theirs):
    add_customer(
        alice, new(contacts=[{"name": "王", "phone": "0571-86013388", "email": "w@yuanjing.cn"}]), now=now
    )
    add_customer(charlie, new(**theirs), now=now)
    assert Customer.objects.count() == 2


def test_two_different_codes_are_two_companies_however_alike(alice, charlie, now):
    add_customer(alice, new(credit_code=CODE), now=now)
    add_customer(charlie, new(credit_code=OTHER_CODE), now=now)
    assert list(Customer.objects.values_list("name", flat=True)) == [NAME, NAME]


def test_persons_share_names(alice, now):
    for phone in ("13812345678", "13912345678"):
        add_customer(alice, new("张伟", kind="person", contacts=[{"name": "张伟", "phone": phone}]), now=now)
    assert Customer.objects.count() == 2


def test_a_deleted_customer_blocks_nobody(alice, make_customer, now):
    gone = make_customer(owner=alice, name=NAME)
    Customer.objects.filter(pk=gone.pk).update(deleted_at=now)
    assert add_customer(alice, new(), now=now).pk != gone.pk


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_saves_of_one_customer_one_is_told_of_the_other(alice, charlie):
    now = datetime(2026, 3, 11, 2, 30, tzinfo=UTC)
    people = [{"name": "王小明", "phone": "13812345678"}]
    given = at_once(
        [
            lambda: add_customer(alice, new(credit_code=CODE, contacts=people), now=now).pk,
            lambda: add_customer(charlie, new("远景", credit_code=CODE, contacts=people), now=now).pk,
            lambda: add_customer(alice, new("新远景", contacts=people), now=now).pk,
            lambda: add_customer(charlie, new(), now=now).pk,
        ]
    )
    # The fourth shares its name with the first only: it stays when the first was refused for another's sake.
    kept = [answer for answer in given if answer != "duplicate_same"]
    assert set(kept) == set(Customer.objects.values_list("pk", flat=True))
    assert Contact.objects.filter(phone="13812345678").count() == 1
    assert Customer.objects.filter(credit_code=CODE).count() <= 1
    assert Customer.objects.filter(name=NAME).count() <= 1
    assert given.count("duplicate_same") in {2, 3}
