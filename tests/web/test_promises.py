"""The record form's promises, changes and open points, and the ledger."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.followups.models import FollowUp, Task


@pytest.fixture
def row(alice, make_customer):
    return make_customer(
        owner=alice, name="杭州远景机电有限公司", budget="10万", contacts=[{"name": "王经理"}]
    )


def filled(**more):
    later = timezone.localtime(timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    return {
        "method": "phone", "summary": "客户要我们周五前给报价,预算加到十五万", "next_at": later, "next_text": "催报价", "got_response": "1",
    } | more  # fmt: skip


def day(ahead):
    return timezone.localdate(timezone.now() + timedelta(days=ahead)).isoformat()


def test_one_form_writes_promises_changes_and_questions(alice, client, row):
    client.force_login(alice)
    person = row.contacts.get()
    promised = {
        "promise_side": ["ours", "theirs", "ours"], "promise_what": ["周五前给报价", "发图纸", ""],
        "promise_by": [day(2), day(5), ""], "promise_who": ["", str(person.pk), ""], "promise_confirmed": ["1", "", ""],
    }  # fmt: skip
    answer = client.post(
        f"/customers/{row.pk}/followups/",
        filled(questions="交期?", new_budget="15万", version=row.version, **promised),
    )
    assert answer.status_code == 302
    record = FollowUp.objects.get(customer=row)
    assert record.changes["budget_max"] == ["100000.00", "150000.00"]
    ours, theirs = Task.objects.filter(customer=row, promised_for__isnull=False).order_by("due_at")
    assert (ours.kind, ours.is_confirmed, str(ours.promised_for)) == ("promise_ours", True, day(2))
    assert (theirs.kind, theirs.promisor, theirs.is_confirmed) == ("promise_theirs", person, False)

    page = client.get(f"/customers/{row.pk}/")
    assert [point["text"] for point in page.context["issues"]["points"]] == ["交期?"]
    assert [line["text"] for line in page.context["issues"]["promises"]] == ["周五前给报价", "发图纸"]
    assert "10万 → 15万" in page.content.decode()

    ledger = client.get("/promises/")
    assert [line["what"] for line in ledger.context["rows"]] == ["周五前给报价", "发图纸"]
    assert [line["what"] for line in client.get("/promises/?side=theirs").context["rows"]] == ["发图纸"]


def test_half_a_promise_is_asked_for_and_nothing_is_lost(alice, client, row):
    client.force_login(alice)
    data = filled(
        promise_side=["ours"],
        promise_what=["给报价"],
        promise_by=[""],
        promise_who=[""],
        promise_confirmed=[""],
    )
    answer = client.post(f"/customers/{row.pk}/followups/", data, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert 'value="给报价"' in answer.content.decode()
    assert not FollowUp.objects.exists()


def test_a_point_is_settled_with_one_click(alice, charlie, client, row):
    client.force_login(alice)
    client.post(f"/customers/{row.pk}/followups/", filled(questions="交期?", risks="技术部要签字"))
    record = FollowUp.objects.get()
    fragment = client.post(
        f"/followups/{record.pk}/settle/", {"name": "questions"}, headers={"HX-Request": "true"}
    )
    assert "交期" not in fragment.content.decode()
    assert "技术部要签字" in fragment.content.decode()
    assert client.post(f"/followups/{record.pk}/settle/", {"name": "risks"}).status_code == 302
    client.force_login(charlie)
    assert client.post(f"/followups/{record.pk}/settle/", {"name": "risks"}).status_code == 404
    assert client.get("/promises/?who=team").context["rows"] == []


def test_another_field_changed_meanwhile_is_shown_at_its_field(alice, bob, client, row):
    from genjin.customers.actions.records import change_customer

    change_customer(bob, row, {"competitors": "用友"}, version=row.version, now=timezone.now())
    client.force_login(alice)
    answer = client.post(
        f"/customers/{row.pk}/followups/", filled(new_competitors="金蝶", version=row.version)
    )
    assert answer.status_code == 422
    assert Customer.objects.get(pk=row.pk).competitors == "用友"


def test_what_is_broken_is_found_by_a_filter_of_the_list(alice, client, row):
    client.force_login(alice)
    promised = {"promise_side": ["ours"], "promise_what": ["报价"], "promise_by": [day(0)], "promise_who": [""], "promise_confirmed": [""]}  # fmt: skip
    client.post(f"/customers/{row.pk}/followups/", filled(**promised))
    listed = "/customers/?tab=all&f=promise&op=eq&v=ours_broken&v2="
    assert row.name not in client.get(listed).content.decode()
    Task.objects.filter(promised_for__isnull=False).update(
        promised_for=timezone.localdate() - timedelta(days=1)
    )
    assert row.name in client.get(listed).content.decode()
    assert client.get("/promises/?tab=overdue").context["rows"][0]["past"] == "逾期1天"
    assert client.get(f"/customers/{row.pk}/").context["issues"]["broken"]


def test_the_ledger_costs_the_same_however_long_it_is(alice, client, row, django_assert_max_num_queries):
    client.force_login(alice)
    for number in range(3):
        promised = {"promise_side": ["ours"], "promise_what": [f"事{number}"], "promise_by": [day(2)], "promise_who": [""], "promise_confirmed": [""]}  # fmt: skip
        client.post(f"/customers/{row.pk}/followups/", filled(**promised))
    with django_assert_max_num_queries(9):
        assert len(client.get("/promises/").context["rows"]) == 3
