"""How complete alice's customer is: by weights, in the transaction that changed it, the same by rule and by SQL."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from genjin.accounts.actions import NewUser, add_user
from genjin.customers.actions.completeness import refresh_completeness, refresh_type
from genjin.customers.actions.records import NewCustomer, change_customer, remove_contact, save_contact
from genjin.customers.jobs import refresh
from genjin.customers.models import Customer
from genjin.customers.queries.collected import field_labels, weigh
from genjin.customers.rules.collected import BY_KEY, FACTS, demanded_keys
from genjin.events.models import Event
from genjin.fields.actions.definitions import save_field
from genjin.fields.actions.templates import publish_template, save_draft
from genjin.fields.models import CustomField
from genjin.fields.queries import current_template, own_fields
from genjin.fields.rules import Group, Item, Outline
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.ownership import add_customer
from genjin.followups.actions.tasks import NewTask, cancel_task
from genjin.followups.models import Task
from tests.fields.seed import seed_templates
from tests.refusals import refused

WEIGHED = Outline(
    (
        Group("基础", (Item("name", must=True), Item("industry", weight=2, is_required=True), Item("founded_on"))),
        Group("联系", (Item("contact.phone", weight=2), Item("f1", weight=3))),
        Group("跟进", (Item("last_contact", weight=5), Item("next_action", weight=6))),
    )
)  # fmt: skip


@pytest.fixture(autouse=True)
def templates(db):
    return seed_templates()


@pytest.fixture
def publish(dora, now):
    def put(outline=WEIGHED, kind="new"):
        save_draft(dora, kind, outline, builtin=BY_KEY, now=now)
        return publish_template(dora, kind, note="试", now=now)

    return put


def percent(row):
    return Customer.objects.get(pk=row.pk).completeness


def test_every_change_moves_it_in_its_own_transaction(alice, publish, make_customer, now):
    version = publish()
    row = make_customer(owner=alice)
    assert (row.template, row.completeness) == (version, 1 * 100 // 20)
    row = change_customer(alice, row, {"industry": "制造业"}, version=row.version, now=now)
    assert row.completeness == percent(row) == 3 * 100 // 20
    person = save_contact(alice, row, {"phone": "13812345678"}, now=now)
    assert percent(row) == 5 * 100 // 20
    row.refresh_from_db()
    row = change_customer(alice, row, {"custom": {"f1": "FA-1"}}, version=row.version, now=now)
    assert percent(row) == 8 * 100 // 20
    todo = NewTask(objective="再谈", assignee=alice, due_at=now + timedelta(days=2))
    said = NewFollowUp(
        method="phone", summary="今天电话沟通了采购的详细需求", happened_at=now, next_actions=[todo]
    )
    record_contact(alice, row, said, now=now)
    assert percent(row) == 19 * 100 // 20
    cancel_task(alice, Task.objects.get(customer=row), reason="不需要了", now=now)
    assert percent(row) == 13 * 100 // 20
    remove_contact(alice, person, now=now)
    row.refresh_from_db()
    row = change_customer(alice, row, {"custom": {"f1": ""}, "industry": ""}, version=row.version, now=now)
    assert (percent(row), row.custom) == (6 * 100 // 20, {})


def test_a_new_version_weighs_all_of_its_type_by_a_job_and_old_records_keep_theirs(
    alice, publish, make_customer, templates
):
    old, other = (
        make_customer(owner=alice, industry="制造业"),
        make_customer(owner=alice, customer_type="key"),
    )
    before = other.completeness
    version = publish()
    assert refresh("new") == 1
    old.refresh_from_db()
    other.refresh_from_db()
    assert (old.template, old.completeness) == (templates["new"], 15)
    assert (other.template, other.completeness) == (templates["key"], before)
    assert make_customer(owner=alice).template == version


def test_a_record_of_another_type_is_collected_anew(alice, make_customer, templates, now):
    row = make_customer(owner=alice)
    row = change_customer(alice, row, {"customer_type": "existing"}, version=1, now=now)
    assert row.template == templates["existing"]
    assert row.completeness == weigh(row, [], templates["existing"].outline).percent


def test_completeness_alone_is_no_history_and_no_version(alice, make_customer):
    row = make_customer(owner=alice)
    history = apps.get_model("customers", "CustomerRow").objects.filter(pgh_obj_id=row.pk)
    before = history.count()
    Customer.objects.filter(pk=row.pk).update(completeness=99)
    refresh_completeness([row.pk])
    row.refresh_from_db()
    assert (history.count(), row.version, row.completeness < 99) == (before, 1, True)


def test_what_must_be_there_refuses_the_save_that_empties_it(alice, publish, make_customer, now):
    row = make_customer(owner=alice, industry="制造业")
    publish(
        Outline(
            (Group("基础", (Item("name", must=True), Item("industry", must=True), Item("f1", must=True))),)
        )
    )
    with refused("field_demanded") as caught:
        change_customer(alice, row, {"industry": " "}, version=1, now=now)
    assert set(caught.value.fields) == {"industry"}
    assert (
        change_customer(alice, row, {"city": "杭州"}, version=1, now=now).city == "杭州"
    )  # an old record is not locked
    with refused("field_demanded") as caught:
        make_customer(owner=alice, industry="制造业")
    assert set(caught.value.fields) == {"f1"}
    assert make_customer(owner=alice, industry="制造业", custom={"f1": "FA-2"}).completeness == 100


def test_own_values_are_read_once_for_all_doors(alice, bob, make_customer, now):
    row = make_customer(owner=alice, custom={"f5": "50-100万", "f6": "2026年3月", "f9": "已签订", "f10": "bob", "f8": "首付|30%|签约|3 天"})  # fmt: skip
    assert row.custom == {
        "f5": {"min": 500000, "max": 1000000}, "f6": "2026-03", "f9": "已签订", "f10": bob.pk,
        "f8": [{"节点": "首付", "比例或金额": "30%", "触发": "签约", "期限": "3 天"}],
    }  # fmt: skip
    with refused("fields_invalid") as caught:
        change_customer(
            alice,
            row,
            {"custom": {"f5": "若干", "f10": 987654, "f99": "x", "f6": "2026-04"}},
            version=1,
            now=now,
        )
    assert set(caught.value.fields) == {"f5", "f10", "f99"}
    row = change_customer(alice, row, {"custom": {"f9": "履行中", "f10": "艾丽"}}, version=1, now=now)
    assert (row.custom["f9"], row.custom["f10"]) == ("履行中", alice.pk)
    log = Event.objects.get(kind="customer.changed", customer_id=row.pk).data["changes"]
    assert log == {"f9": ["已签订", "履行中"], "f10": ["鲍勃", "艾丽"]}


def test_two_people_change_two_own_fields_beside_each_other_and_one_field_not(alice, bob, make_customer, now):
    row = make_customer(owner=alice)
    change_customer(bob, row, {"custom": {"f1": "A"}}, version=1, now=now)
    assert change_customer(alice, row, {"custom": {"f4": "B"}}, version=1, now=now).custom == {
        "f1": "A",
        "f4": "B",
    }
    with refused("version_conflict", status=409) as caught:
        change_customer(alice, row, {"custom": {"f1": "C"}}, version=1, now=now)
    assert caught.value.details["conflicts"]["f1"]["theirs"] == "A"


def test_a_field_out_of_use_keeps_its_values_and_takes_no_new_ones(alice, dora, make_customer, now):
    row = make_customer(owner=alice, custom={"f1": "FA-1"})
    save_field(dora, CustomField.objects.get(key="f1"), {"is_active": False}, now=now)
    with refused("fields_invalid"):
        change_customer(alice, row, {"custom": {"f1": "FA-2"}}, version=1, now=now)
    assert Customer.objects.get(pk=row.pk).custom == {"f1": "FA-1"}


def test_labels_are_the_fields_own(templates):
    labels = field_labels(own_fields())
    assert (len(labels), labels["f1"]) == (len(FACTS) + 15, "方案编号")
    assert all(labels.values())


def test_a_record_without_any_template_is_not_weighed(alice, make_customer):
    row = make_customer(owner=alice, customer_type="key")
    Customer.objects.filter(pk=row.pk).update(customer_type="odd")
    refresh_completeness([row.pk])
    assert percent(row) == 0
    assert refresh_type("nothing") == 0


def test_what_a_sheet_lacks(publish):
    publish(
        Outline(
            (Group("一", (Item("name", must=True), Item("contact.phone", must=True), Item("f1", must=True))),)
        )
    )
    outline = current_template("new").outline
    assert demanded_keys(outline.must, {"name": "甲"}, {}) == ["contact.phone", "f1"]
    assert demanded_keys(outline.must, {"name": "甲", "contact.phone2": "13812345678"}, {"f1": "x"}) == []


texts = st.sampled_from(["", "有"])
facts = st.fixed_dictionaries(
    dict.fromkeys(("industry", "province", "city", "main_business", "pain_points", "decision_process", "commitments"), texts)
    | {"founded_on": st.none() | st.dates(), "budget_min": st.none() | st.just(0), "revenue_max": st.none() | st.just(5),
       "is_authority_clear": st.booleans(), "satisfaction_score": st.none() | st.integers(1, 5), "size": st.sampled_from(["", "lt50"]),
       "custom": st.dictionaries(st.sampled_from(["f1", "f2", "f9"]), st.just("有")),
       "last_contact_at": st.none() | st.just("2026-03-01T00:00:00Z")}
)  # fmt: skip
people = st.lists(
    st.fixed_dictionaries({"name": texts, "phone": texts, "phone2": texts, "email": texts, "notes": texts}),
    max_size=2,
)


class Weighing(TestCase):
    def setUp(self):
        seed_templates()
        self.dora = add_user(None, NewUser("dora9", name="朵拉", role="admin"), now=timezone.now())
        self.row = add_customer(self.dora, NewCustomer({"name": "杭州测试机电有限公司"}), now=timezone.now())

    @settings(max_examples=40, deadline=None)
    @given(facts, people, st.sampled_from(["new", "existing", "key"]))
    def test_the_rule_and_the_statement_agree(self, values, persons, kind):
        Customer.objects.filter(pk=self.row.pk).update(**values, customer_type=kind)
        for person in persons:
            self.row.contacts.create(**person, created_at=self.row.created_at, updated_at=self.row.created_at)
        refresh_completeness([self.row.pk])
        row = Customer.objects.get(pk=self.row.pk)
        assert (
            row.completeness == weigh(row, list(row.contacts.all()), current_template(kind).outline).percent
        )
