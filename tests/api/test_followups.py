from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.followups.models import FollowUp, Task

SAID = "电话沟通了排产系统的需求,客户希望下周看演示"


def later(days=7):
    return (timezone.now() + timedelta(days=days)).isoformat()


@pytest.fixture
def row(alice, make_customer):
    return make_customer(owner=alice, contacts=[{"name": "王小明", "phone": "13812345678"}])


def test_a_contact_is_recorded_with_what_comes_next(alice, charlie, row, call):
    caller = call(alice)
    open_task = caller.post(
        "/tasks", {"customer": row.pk, "objective": "首次沟通", "due_at": later(1)}
    ).json()
    body = {
        "method": "phone", "summary": SAID, "contact": row.contacts.get().pk, "mood": "positive",
        "next_actions": [
            {"objective": "演示", "due_at": later(), "method": "visit"},
            {"objective": "出方案", "due_at": later(3), "assignee": "charlie", "kind": "todo"},
        ],
        "done_tasks": [open_task["id"]],
    }  # fmt: skip
    answer = caller.post(f"/customers/{row.pk}/followups", body)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["is_effective"]
    assert made["contact"]["name"] == "王小明"
    assert [task["assignee"]["name"] for task in made["next_actions"]] == ["查理", "艾丽"]
    assert Task.objects.get(pk=open_task["id"]).status == "done"
    detail = caller.get(f"/customers/{row.pk}").json()
    assert detail["next_action_at"] == made["next_actions"][0]["due_at"]
    assert detail["no_next_step_since"] is None
    assert call(charlie).get(f"/customers/{row.pk}/followups").json()["items"][0]["contact"]["name"] == "王*"


def test_a_contact_without_a_next_step_is_refused_whole(alice, row, call):
    answer = call(alice).post(f"/customers/{row.pk}/followups", {"method": "phone", "summary": SAID})
    assert (answer.status_code, answer.json()["code"]) == (422, "next_action_missing")
    assert not FollowUp.objects.exists()


def test_rows_named_in_a_record_must_be_in_sight(alice, row, call, make_customer):
    other = make_customer(owner=alice, contacts=[{"name": "李雷"}])
    body = {"method": "phone", "summary": SAID, "next_actions": [{"objective": "x", "due_at": later()}]}
    caller, address = call(alice), f"/customers/{row.pk}/followups"
    for more, field in (
        ({"contact": other.contacts.get().pk}, "contact"), ({"done_tasks": [2**53]}, "done_tasks"),
        ({"next_actions": [{"objective": "x", "due_at": later(), "assignee": "nobody"}]}, "next_actions.0.assignee"),
    ):  # fmt: skip
        answer = caller.post(address, body | more)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert not FollowUp.objects.exists()


def test_lists_take_a_fixed_number_of_queries(alice, row, call, django_assert_max_num_queries):
    caller = call(alice)
    for at in range(3):
        body = {
            "method": "phone",
            "summary": f"{SAID} {at}",
            "next_actions": [{"objective": "x", "due_at": later()}],
        }
        assert caller.post(f"/customers/{row.pk}/followups", body).status_code == 201
    for address, most in (
        (f"/customers/{row.pk}/followups", 6), ("/tasks", 3), ("/deadlines", 3), (f"/customers/{row.pk}/timeline", 9),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            answer = caller.get(address)
        assert answer.status_code == 200, answer.content
    assert len(caller.get("/tasks?mine=true&status=open").json()["items"]) == 3
    assert caller.get("/deadlines?state=running").json()["items"][0]["kind"] == "base_info"


def test_the_timeline_is_cut_into_pages_without_gap_or_double(alice, row, call):
    caller = call(alice)
    for at in range(4):
        body = {
            "method": "phone",
            "summary": f"{SAID} {at}",
            "next_actions": [{"objective": "x", "due_at": later()}],
        }
        assert caller.post(f"/customers/{row.pk}/followups", body).status_code == 201
    whole = caller.get(f"/customers/{row.pk}/timeline?page_size=100").json()["items"]
    assert {item["kind"] for item in whole} >= {"followup", "task.added", "customer.created"}
    seen, cursor = [], ""
    for _ in range(20):
        found = caller.get(f"/customers/{row.pk}/timeline?page_size=3{cursor}").json()
        seen += found["items"]
        if found["next"] is None:
            break
        cursor = f"&cursor={found['next']}"
    assert seen == whole
    only = caller.get(f"/customers/{row.pk}/timeline?only=contacts").json()["items"]
    assert [item["followup"]["summary"][-1] for item in only] == ["3", "2", "1", "0"]


def test_tasks_are_finished_postponed_handed_on_and_cancelled_once(alice, charlie, row, call):
    caller = call(alice)
    ids = [
        caller.post("/tasks", {"customer": row.pk, "objective": name, "due_at": later()}).json()["id"]
        for name in "甲乙丙"
    ]
    assert caller.post(f"/tasks/{ids[0]}/done", {"outcome": ""}).status_code == 422
    assert caller.post(f"/tasks/{ids[0]}/done", {"outcome": "谈好了"}).json()["status"] == "done"
    assert caller.post(f"/tasks/{ids[0]}/done", {"outcome": "谈好了"}).status_code == 409
    moved = caller.post(f"/tasks/{ids[1]}/postpone", {"due_at": later(9), "reason": "客户出差"}).json()
    assert moved["postponed"] == 1
    assert caller.post(f"/tasks/{ids[1]}/cancel", {"reason": "不需要了"}).json()["status"] == "cancelled"
    assert (
        caller.post(f"/tasks/{ids[2]}/reassign", {"assignee": charlie.pk}).json()["assignee"]["id"]
        == charlie.pk
    )
    assert [task["id"] for task in call(charlie).get("/tasks?mine=true").json()["items"]] == [ids[2]]
    past = caller.post("/tasks", {"customer": row.pk, "objective": "x", "due_at": "1999-01-01T00:00:00Z"})
    assert past.json()["code"] == "due_in_past"
    naive = caller.post("/tasks", {"customer": row.pk, "objective": "x", "due_at": "2199-01-01T00:00:00"})
    assert (naive.status_code, list(naive.json()["fields"])) == (422, ["due_at"])


def test_promises_changes_and_open_points_by_api(call, alice, make_customer):
    row = make_customer(owner=alice, budget="10万", contacts=[{"name": "王经理"}])
    soon = (timezone.now() + timedelta(days=2)).isoformat()
    caller = call(alice)
    body = {
        "method": "phone", "summary": "客户把预算加到十五万,我们答应给报价", "questions": "交期?", "changes": {"budget": "15万"}, "version": row.version,
        "next_actions": [
            {"objective": "给报价", "due_at": soon, "kind": "promise_ours", "is_confirmed": True},
            {"objective": "发图纸", "due_at": soon, "kind": "promise_theirs", "promisor": row.contacts.get().pk},
        ],
    }  # fmt: skip
    said = caller.post(f"/customers/{row.pk}/followups", body).json()
    assert said["changes"]["budget_max"] == ["100000.00", "150000.00"]
    listed = caller.get("/promises?state=open&side=theirs").json()["items"]
    assert [(one["objective"], one["verdict"], one["promisor"]["name"]) for one in listed] == [
        ("发图纸", "open", "王经理")
    ]
    settled = caller.post(f"/followups/{said['id']}/settle", {"name": "questions"}).json()
    assert settled["settled"] == ["questions"]
