"""A lead that is a customer we know: a new need, no twin."""

import pytest
from django.utils import timezone

from genjin.accounts.actions import issue_token
from genjin.customers.models import Choice, Customer
from genjin.events.models import Event
from genjin.followups.actions.needs import Lead, attach_need
from genjin.followups.models import Task
from genjin.followups.queries.history import last_said
from tests.refusals import refused, unseen

PHONE, OTHER = "13800138000", "13900139000"


@pytest.fixture
def known(alice, make_customer):
    return make_customer(
        owner=alice,
        name="杭州远景机电有限公司",
        need="更换排产系统",
        contacts=[{"name": "王工", "phone": PHONE}],
    )


def lead(name="杭州远景机电有限公司", need="再要两台泵", **person):
    source = Choice.objects.get_or_create(kind="source", name="行业展会")[0]
    return Lead({"name": name, "need": need, "source": source}, [person] if person else [])


def test_the_need_is_added_with_day_and_source_and_the_owner_is_told(alice, bob, known, now):
    done = attach_need(bob, known.pk, lead(), now=now)
    row = Customer.objects.get(pk=known.pk)
    assert row.need == "更换排产系统\n2026-03-11 行业展会: 再要两台泵"
    assert (done.task.assignee, done.task.created_by, "再要两台泵" in done.task.objective) == (
        alice,
        bob,
        True,
    )
    assert row.next_action_at == done.task.due_at
    event = Event.objects.about(row.pk).get(kind="customer.need_added")
    assert (event.data["need"], event.data["source"], event.actor) == ("再要两台泵", "行业展会", bob)
    assert Customer.objects.count() == 1


def test_a_new_person_comes_along_and_a_known_one_does_not(alice, known, make_customer, now):
    make_customer(owner=alice, name="别家", contacts=[{"name": "钱总", "phone": "13700137000"}])
    attach_need(alice, known.pk, lead(phone=OTHER), now=now)
    attach_need(
        alice,
        known.pk,
        Lead({"need": "三台"}, [{"phone": PHONE}, {"phone": "13700137000"}, {"name": "无号码"}]),
        now=now,
    )
    assert sorted(known.contacts.values_list("phone", flat=True)) == [PHONE, OTHER]
    assert known.contacts.get(is_primary=True).phone == PHONE


def test_in_a_pool_it_waits_for_who_claims(alice, pool, make_customer, now):
    row = make_customer(pool=pool, name="杭州远景机电有限公司")
    done = attach_need(alice, row.pk, lead(), now=now)
    assert (done.task, Task.objects.count()) == (None, 0)
    assert Customer.objects.get(pk=row.pk).need.endswith("再要两台泵")


def test_out_of_sight_only_what_the_lead_is_recognised_as(charlie, known, make_customer, alice, now):
    other = make_customer(owner=alice, name="听潮泵业有限公司")
    done = attach_need(charlie, known.pk, lead(), now=now)
    assert done.task.assignee == alice
    assert not Customer.objects.visible_to(charlie).exists()  # to bring a lead is not to see the customer
    with unseen():
        attach_need(charlie, other.pk, lead(), now=now)
    with unseen():
        attach_need(charlie, 987654, lead(), now=now)
    Customer.objects.filter(pk=known.pk).update(deleted_at=now)
    with unseen():
        attach_need(charlie, known.pk, lead(), now=now)


def test_what_is_refused(alice, erin, known, now):
    with refused("need_missing"):
        attach_need(alice, known.pk, lead(need=" "), now=now)
    with refused("forbidden", status=403):
        attach_need(erin, known.pk, lead(), now=now)


def test_a_need_that_no_longer_fits_stays_in_the_history(alice, known, now):
    Customer.objects.filter(pk=known.pk).update(need="长" * 3_990)
    attach_need(alice, known.pk, lead(), now=now)
    assert len(Customer.objects.get(pk=known.pk).need) == 3_990
    assert Event.objects.about(known.pk).filter(kind="customer.need_added").exists()


def test_history_is_read_before_somebody_asks_again(alice, charlie, known, say, plan, now):
    say(alice, known, "今天电话沟通了采购的详细需求")
    plan(alice, known, objective="报价")
    said = last_said(alice, [known.pk])[known.pk]
    assert (said.need, len(said.contacts), said.task.objective) == ("更换排产系统", 1, "报价")
    assert last_said(charlie, [known.pk]) == {}


def test_the_api_follows_up_on_a_409(alice, charlie, client, known):
    headers = {
        "Authorization": f"Bearer {issue_token(charlie, charlie, name='x', days=9, now=timezone.now())}"
    }
    body = {"name": known.name, "need": "再要两台泵"}
    answer = client.post("/api/v1/customers", body, "application/json", headers=headers)
    (pk,) = answer.json().get("candidates", [known.pk])
    done = client.post(f"/api/v1/customers/{pk}/needs", body, "application/json", headers=headers)
    assert (answer.status_code, done.status_code) == (409, 201)
    assert (done.json()["is_visible"], done.json()["task"], done.json()["owner"]) == (False, None, "艾*")
    assert "再要两台泵" in Customer.objects.get(pk=known.pk).need


def test_the_quick_form_shows_the_history_and_adds_the_need(alice, client, known, say):
    say(alice, known, "今天电话沟通了采购的详细需求")
    client.force_login(alice)
    shown = client.get("/customers/known/", {"name": known.name}).content.decode()
    assert "今天电话沟通了采购的详细需求" in shown
    assert "更换排产系统" in shown
    form = {"name": known.name, "contact_name": "李四", "phone": OTHER, "place": "mine", "need": "再要两台泵"}
    answer = client.post(f"/customers/{known.pk}/needs/", form)
    assert answer.headers["Location"] == f"/customers/{known.pk}/"
    assert "再要两台泵" in Customer.objects.get(pk=known.pk).need
    assert client.post(f"/customers/{known.pk}/needs/", form | {"need": ""}).status_code == 422
