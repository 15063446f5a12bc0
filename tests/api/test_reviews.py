"""Written reviews through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.customers.models import Customer, StageChange
from genjin.followups.models import FollowUp
from genjin.insights.models import Review, ReviewAction


@pytest.fixture
def spoken(make_customer, alice, bob):
    """Alice spoke with a customer and bob with one of his, and one of hers was lost."""
    now = timezone.now()
    for who in (alice, bob):
        row = make_customer(owner=who)
        FollowUp.objects.create(
            customer=row, author=who, happened_at=now, recorded_at=now, summary="谈了价格和交期"
        )
    gone = make_customer(owner=bob, name="平湖失去阀门有限公司")
    StageChange.objects.create(customer=gone, origin="lead", target="lost", at=now, by=bob)
    Customer.objects.filter(pk=gone.pk).update(stage="lost")
    return gone


def test_a_review_from_made_to_settled(call, alice, bob, charlie, teams, spoken):
    made = call(bob).post("/reviews", {"kind": "week", "team": teams["A"].pk})
    assert made.status_code == 201
    pk, body = made.json()["id"], made.json()
    contacts = next(one for one in body["figures"] if one["name"] == "contacts")
    assert (contacts["now"]["value"], {cell["key"] for cell in contacts["cells"]}) == (
        "2",
        {str(alice.pk), str(bob.pk)},
    )
    assert [one["name"] for one in body["lost"]] == ["平湖失去阀门有限公司"]
    assert body["sentences"]
    assert all(one["total"] >= one["count"] > 0 for one in body["missing"])
    assert body["missing"]
    assert body["answers"] == []  # nothing was objected
    assert call(alice).get(f"/reviews/{pk}").status_code == 404
    wrote = call(bob).post(
        f"/reviews/{pk}/conclusions", {"conclusions": "盯住初次联系", "version": body["version"]}
    )
    assert wrote.json()["conclusions"] == "盯住初次联系"
    stale = call(bob).post(f"/reviews/{pk}/conclusions", {"conclusions": "别的", "version": body["version"]})
    assert (stale.status_code, Review.objects.get().conclusions) == (409, "盯住初次联系")
    due = str(timezone.localdate() + timedelta(days=3))
    decided = call(bob).post(f"/reviews/{pk}/actions", {"what": "更新话术", "owner": "alice", "due_on": due})
    assert decided.status_code == 201
    assert call(bob).post(f"/reviews/{pk}/publish").status_code == 200
    assert call(charlie).get(f"/reviews/{pk}").status_code == 404
    taken_back = call(bob).delete(f"/review-actions/{decided.json()['id']}")
    assert (taken_back.status_code, ReviewAction.objects.count()) == (409, 1)
    settled = call(alice).post(f"/review-actions/{decided.json()['id']}/settle", {"outcome": "更新了"})
    assert (settled.json()["outcome"], ReviewAction.objects.get().outcome) == ("更新了", "更新了")


def test_a_rep_reads_the_team_but_not_colleagues_and_no_strange_names(call, alice, bob, teams, spoken):
    pk = call(bob).post("/reviews", {"kind": "month", "team": teams["A"].pk}).json()["id"]
    call(bob).post(f"/reviews/{pk}/publish")
    answer = call(alice).get(f"/reviews/{pk}")
    body = answer.json()
    contacts = next(one for one in body["figures"] if one["name"] == "contacts")
    assert (contacts["now"]["value"], [cell["key"] for cell in contacts["cells"]]) == ("2", [str(alice.pk)])
    assert body["lost"] == []
    assert "平湖失去阀门有限公司" not in answer.content.decode()
    assert call(alice).post("/reviews", {"kind": "week", "team": teams["A"].pk}).status_code == 403
    assert Review.objects.count() == 1
