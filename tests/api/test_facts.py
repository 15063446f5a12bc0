"""Facts and their checks through the API."""

import pytest

from genjin.customers.models import Customer


@pytest.fixture
def row(alice, make_customer):
    return make_customer(
        owner=alice, name="杭州远景机电有限公司", need="更换排产系统", contacts=[{"name": "王工", "phone": "13800138000"}]
    )  # fmt: skip


def test_facts_are_verified_with_old_and_new_values(alice, call, row):
    caller, contact = call(alice), row.contacts.get()
    body = {
        "method": "call",
        "source": "王工",
        "facts": [
            {"fact": "need"},
            {"fact": "budget", "value": {"budget": "50-80万"}},
            {"fact": "contact.phone", "contact": contact.pk},
        ],
    }
    made = caller.post(f"/customers/{row.pk}/checks", body)
    assert made.status_code == 201, made.content
    assert [one["is_corrected"] for one in made.json()["items"]] == [False, True, False]
    facts = {one["fact"]: one["state"] for one in caller.get(f"/customers/{row.pk}/facts").json()["items"]}
    assert (facts["need"], facts["budget"], facts["industry"], facts["name"]) == (
        "verified",
        "verified",
        None,
        "unverified",
    )
    seen = caller.get(f"/customers/{row.pk}/checks?page_size=1").json()
    assert (seen["items"][0]["seen"], seen["next"] is not None) == ("13800138000", True)
    assert Customer.objects.get(pk=row.pk).budget_min == 500_000


def test_refusals_name_what_is_wrong(alice, charlie, erin, call, row):
    for code, body in (
        ("fact_unknown", {"method": "call", "facts": [{"fact": "luck"}]}),
        ("contact_unknown", {"method": "call", "facts": [{"fact": "contact.phone"}]}),
        (
            "fields_invalid",
            {"method": "call", "facts": [{"fact": "size", "value": {"employee_count": "many"}}]},
        ),
    ):
        refused = call(alice).post(f"/customers/{row.pk}/checks", body)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    good = {"method": "call", "facts": [{"fact": "need"}]}
    assert call(charlie).post(f"/customers/{row.pk}/checks", good).status_code == 404
    assert call(erin).post(f"/customers/{row.pk}/checks", good).status_code == 403
    assert call(erin).get(f"/customers/{row.pk}/checks").json()["items"] == []


def test_who_sees_people_masked_does_not_read_what_was_seen(alice, erin, call, row):
    body = {"method": "call", "facts": [{"fact": "contact.phone", "contact": row.contacts.get().pk}]}
    call(alice).post(f"/customers/{row.pk}/checks", body)
    [one] = call(erin).get(f"/customers/{row.pk}/checks").json()["items"]
    assert one["seen"] is None
    assert all(
        not fact["fact"].startswith("contact.")
        for fact in call(erin).get(f"/customers/{row.pk}/facts").json()["items"]
    )


def test_public_information_is_noted_and_listed(alice, call, row):
    body = {
        "topic": "employees",
        "text": "260人",
        "source": "年报",
        "dated_on": "2026-01-05",
        "take_over": True,
    }
    made = call(alice).post(f"/customers/{row.pk}/public-information", body)
    assert made.status_code == 201, made.content
    assert [
        one["text"] for one in call(alice).get(f"/customers/{row.pk}/public-information").json()["items"]
    ] == ["260人"]
    assert Customer.objects.get(pk=row.pk).employee_count == 260
    late = call(alice).post(f"/customers/{row.pk}/public-information", body | {"dated_on": "2099-01-01"})
    assert late.json()["code"] == "info_in_future"
