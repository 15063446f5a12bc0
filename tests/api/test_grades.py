"""Grades through the API: looked at first, then given; the terms; plans; giving up early."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.tasks import NewTask
from genjin.followups.models import Task


@pytest.fixture
def spoken(alice, make_customer):
    now = timezone.now()
    row = make_customer(owner=alice, need="两条产线的排产系统")
    new = NewFollowUp(
        "phone", "电话沟通了排产系统的需求", now, next_actions=[NewTask("演示", now + timedelta(days=13))]
    )
    record_contact(alice, row, new, now=now)
    return row


def test_a_grade_is_looked_at_before_it_is_given(alice, call, spoken):
    caller = call(alice)
    shown = caller.post(f"/customers/{spoken.pk}/grade/preview", {"grade": "A"})
    assert shown.status_code == 200, shown.content
    found = shown.json()
    assert (found["changed"], found["moved"], found["earlier"], found["plans"]) == (1, 1, 1, 1)
    assert Customer.objects.get(pk=spoken.pk).grade == "B"
    stale = caller.post(f"/customers/{spoken.pk}/grade", {"grade": "A", "reason": "急", "seen": "x"})
    assert (stale.status_code, stale.json()["code"]) == (409, "preview_outdated")
    given = caller.post(
        f"/customers/{spoken.pk}/grade", {"grade": "A", "reason": "急", "seen": found["mark"]}
    )
    assert (given.json()["grade"], given.json()["is_grade_confirmed"]) == ("A", True)
    assert Task.objects.get().due_at.isoformat()[:10] == found["moves"][0]["new"][:10]


def test_many_at_once(alice, charlie, call, spoken, make_customer):
    theirs = make_customer(owner=charlie)
    caller = call(alice)
    assert caller.post("/grades/preview", {"grade": "A", "ids": [spoken.pk, theirs.pk]}).status_code == 404
    assert (
        caller.post("/grades", {"grade": "A", "ids": [spoken.pk, theirs.pk], "reason": "x"}).status_code
        == 404
    )
    shown = caller.post("/grades/preview", {"grade": "A", "ids": [spoken.pk]}).json()
    done = caller.post("/grades", {"grade": "A", "ids": [spoken.pk], "reason": "重点", "seen": shown["mark"]})
    assert done.json() == shown


def test_proposals_are_filtered(alice, call, spoken):
    caller = call(alice)
    caller.post(f"/customers/{spoken.pk}/grade", {"grade": "A", "reason": "老板来电"})
    again = {"method": "phone", "summary": "客户表示今年没有采购计划了"}
    assert caller.post(f"/customers/{spoken.pk}/followups", again).status_code == 201
    found = caller.get("/customers?grade_proposal=any").json()["items"]
    assert [(row["id"], row["grade_proposal"]) for row in found] == [(spoken.pk, "B")]
    assert found[0]["grade_proposal_reason"]
    assert caller.get("/customers?grade_proposal=dormant").json()["items"] == []


def test_the_terms_are_read_by_all_and_published_by_administrators(alice, dora, call):
    terms = call(alice).get("/grade-policy").json()["terms"]
    assert (terms["A"]["max_gap_days"], terms["C"]["touches"]) == (7, 1)
    terms["B"]["touches"] = 4
    assert call(alice).post("/grade-policy", {"terms": terms}).status_code == 403
    assert call(dora).post("/grade-policy", {"terms": {"A": terms["A"]}}).status_code == 422
    published = call(dora).post("/grade-policy", {"terms": terms, "note": "加强"})
    assert published.status_code == 201, published.content
    assert published.json()["terms"]["B"]["touches"] == 4


def test_plans_are_filed_and_answered(alice, bob, charlie, call, spoken):
    plan = {"goal": "本月签约", "cadence_days": 7, "channels": ["phone", "visit"]}
    filed = call(alice).post(f"/customers/{spoken.pk}/plan", plan)
    assert filed.status_code == 201, filed.content
    pk = filed.json()["id"]
    assert call(charlie).get("/plans").json()["items"] == []
    assert call(charlie).post(f"/plans/{pk}/acknowledge", {}).status_code == 404
    assert call(alice).post(f"/plans/{pk}/acknowledge", {}).status_code == 403
    assert [one["id"] for one in call(bob).get("/plans?to_acknowledge=true").json()["items"]] == [pk]
    assert call(bob).post(f"/plans/{pk}/return", {}).status_code == 422
    back = call(bob).post(f"/plans/{pk}/return", {"comment": "写明日期"})
    assert (back.json()["status"], back.json()["returned_by"]["id"]) == ("returned", bob.pk)
    call(alice).post(f"/customers/{spoken.pk}/plan", plan)
    assert [one["status"] for one in call(alice).get(f"/customers/{spoken.pk}/plan").json()["items"]] == [
        "filed"
    ]


def test_too_early_the_lead_may_be_asked(alice, call, spoken):
    body = {"stage": "lost", "lost_reason": "价格", "reason": "嫌贵"}
    early = call(alice).post(f"/customers/{spoken.pk}/stage", body)
    assert (early.status_code, early.json()["code"]) == (422, "too_few_touches")
    assert early.json()["details"]["missing"] == 2
    asked = call(alice).post(f"/customers/{spoken.pk}/stage", body | {"approval_reason": "已与对手签约"})
    assert asked.status_code == 202, asked.content
    assert Request.objects.get(pk=asked.json()["request"]).kind == "discard"
    released = {"reason": "暂无需求", "approval_reason": "客户老板出国一年"}
    assert call(alice).post(f"/customers/{spoken.pk}/release", released).status_code == 202
    assert Customer.objects.get(pk=spoken.pk).owner == alice
