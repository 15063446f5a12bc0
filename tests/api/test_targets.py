"""Targets by the API: read within sight, set by who may."""

import pytest

from genjin.followups.models import FollowUp
from genjin.insights.models import Target


@pytest.fixture
def line(alice):
    return {
        "metric": "contacts",
        "stretch": "month",
        "first": "2026-03-01",
        "amount": "20",
        "person": "alice",
    }


def test_a_lead_sets_and_each_reads_within_sight(alice, bob, charlie, call, line):
    answer = call(bob).post("/targets", {"targets": [line]})
    assert answer.status_code == 200
    assert [
        (row["person"]["name"], row["amount"], row["changed_by"]["name"]) for row in answer.json()["items"]
    ] == [("艾丽", "20.00", "鲍勃")]
    seen = {
        user.username: len(
            call(user).get("/targets?metric=contacts&since=2026-03-01&until=2026-03-01").json()["items"]
        )
        for user in (alice, bob, charlie)
    }
    assert seen == {"alice": 1, "bob": 1, "charlie": 0}
    assert call(bob).get("/targets?person=alice").json()["items"][0]["stretch"] == "month"
    assert call(bob).post("/targets", {"targets": [line | {"amount": None}]}).json() == {"items": []}
    assert not Target.objects.exists()


def test_who_may_not_is_refused(alice, bob, charlie, erin, call, line, teams):
    for user in (alice, erin):
        assert call(user).post("/targets", {"targets": [line]}).status_code == 403
    for other in ({"person": "charlie"}, {"person": None, "team": teams["A"].pk}, {"person": None}):
        assert call(bob).post("/targets", {"targets": [line | other]}).json()["code"] == "target_not_led"
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"first": "2026-03-02"}, "stretch_invalid"),
        ({"amount": "-1"}, "amount_invalid"),
        ({"amount": "1.5"}, "amount_invalid"),
        ({"person": "nobody"}, "reference_unknown"),
    ],
)
def test_what_is_no_target_is_said(bob, alice, call, line, wrong, code):
    answer = call(bob).post("/targets", {"targets": [line, line | wrong]})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Target.objects.exists()


def test_attainment_is_told_to_who_sees_the_target(alice, bob, charlie, dora, call, line):
    from django.utils import timezone

    first = timezone.localdate().replace(day=1).isoformat()
    call(dora).post(
        "/targets",
        {"targets": [line | {"first": first}, line | {"first": first, "person": None, "amount": "50"}]},
    )
    (own,) = call(alice).get("/attainment").json()
    assert (own["whose"], own["actual"], own["target"], own["gap"], own["attainment"]) == (
        f"person:{alice.pk}",
        "0",
        "20.00",
        "20.00",
        "0.0000",
    )
    assert call(bob).get("/attainment?person=alice").json() == [own]
    assert call(charlie).get("/attainment?person=alice").json() == []
    assert [one["whose"] for one in call(dora).get("/attainment").json()] == ["company"]
    assert call(alice).get("/attainment?stretch=year").json() == []


def test_a_rep_reads_totals_of_the_team_only(alice, bob, charlie, sam, call, make_customer, now):
    for _one in range(2):
        FollowUp.objects.create(
            customer=make_customer(owner=bob),
            author=bob,
            happened_at=now,
            recorded_at=now,
            summary="谈了价格",
        )
    days = "first=2026-03-01&last=2026-03-31"
    told = call(alice).get(f"/rankings/contacts?{days}").json()
    assert [(one["rank"], one["name"], one["value"], one["opens"]) for one in told] == [
        (1, "鲍勃", "2", False),
        (2, "艾丽", "0", True),
    ]
    assert {one["target"] for one in told} == {None}
    assert call(alice).get(f"/metrics/contacts/records?{days}&person=bob").json()["items"] == []
    assert [one["name"] for one in call(charlie).get(f"/rankings/contacts?{days}").json()] == ["查理"]
    assert call(sam).get("/rankings/contacts").status_code == 404
    assert call(alice).get("/rankings/leads_invalid").status_code == 404
