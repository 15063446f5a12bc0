from django.utils import timezone

from genjin.customers.models import Participant


def test_collaborators_are_named_changed_listed_and_ended(alice, charlie, call, make_customer):
    row, caller = make_customer(owner=alice), call(alice)
    made = caller.post(f"/customers/{row.pk}/collaborators", {"person": "charlie", "part": "售前"})
    assert made.status_code == 201, made.content
    assert made.json()["person"] == {"id": charlie.pk, "name": charlie.name}
    today = timezone.localdate().isoformat()
    caller.post(f"/customers/{row.pk}/collaborators", {"person": charlie.pk, "may_write": True, "ends_on": today})  # fmt: skip
    (one,) = caller.get(f"/customers/{row.pk}/collaborators").json()
    assert (one["may_write"], one["ends_on"]) == (True, today)
    assert call(charlie).get(f"/customers/{row.pk}").status_code == 200
    assert caller.delete(f"/collaborators/{one['id']}").status_code == 204
    assert call(charlie).get(f"/customers/{row.pk}").status_code == 404


def test_out_of_sight_and_without_the_right_nobody_is_named(alice, charlie, erin, call, make_customer):
    row = make_customer(owner=alice)
    path = f"/customers/{row.pk}/collaborators"
    assert call(charlie).get(path).status_code == 404
    assert call(charlie).post(path, {"person": "charlie"}).status_code == 404
    assert call(erin).post(path, {"person": "charlie"}).status_code == 403
    assert call(alice).post(path, {"person": "nobody"}).status_code == 422
    assert not Participant.objects.exists()


def test_comments_by_the_api_on_the_timeline_without_numbers_for_helpers(
    alice, bob, charlie, call, make_customer
):
    row, caller = make_customer(owner=alice), call(alice)
    said = {"method": "phone", "summary": "客户确认预算八十万元，打 13812345678", "next_actions": [{"objective": "演示", "due_at": "2099-01-01T09:00:00+08:00"}]}  # fmt: skip
    record = caller.post(f"/customers/{row.pk}/followups", said).json()["id"]
    made = caller.post(f"/customers/{row.pk}/comments", {"text": "他还有 13900001111", "followup": record, "mentions": ["bob"]})  # fmt: skip
    assert made.status_code == 201, made.content
    assert made.json()["mentioned"] == [bob.pk]
    refused = caller.post(f"/customers/{row.pk}/comments", {"text": "@查理 看看"})
    assert (refused.status_code, refused.json()["code"]) == (422, "mention_out_of_sight")
    caller.post(f"/customers/{row.pk}/comments", {"text": "@查理 看看", "invite": True})
    theirs = call(charlie)
    text = theirs.get(f"/customers/{row.pk}/timeline").content.decode()
    text += theirs.get(f"/customers/{row.pk}/comments").content.decode()
    text += theirs.get(f"/customers/{row.pk}/followups").content.decode()
    assert "139****1111" in text and "138****5678" in text
    assert "13900001111" not in text and "13812345678" not in text
    one = made.json()["id"]
    assert call(bob).patch(f"/comments/{one}", {"text": "x"}).status_code == 403
    assert caller.patch(f"/comments/{one}", {"text": "算了"}).json()["text"] == "算了"
    assert caller.delete(f"/comments/{one}").status_code == 204


def test_the_loop_of_an_ask_by_the_api(alice, charlie, call, make_customer):
    row, caller, theirs = make_customer(owner=alice), call(alice), call(charlie)
    body = {"objective": "能否改型", "due_at": "2099-01-01T09:00:00+08:00", "assignee": "charlie", "details": "打 13812345678"}  # fmt: skip
    made = caller.post(f"/customers/{row.pk}/asks", body)
    assert made.status_code == 201, made.content
    one = made.json()["id"]
    assert caller.get("/tasks?asked=true").json()["items"][0]["id"] == one
    assert theirs.get(f"/tasks/{one}").json()["details"] == "打 138****5678"
    assert theirs.post(f"/tasks/{one}/ask-back", {"question": "哪个型号"}).json()["question"] == "哪个型号"
    assert caller.post(f"/tasks/{one}/explain", {"answer": "YX-200"}).json()["question"] == ""
    assert theirs.post(f"/tasks/{one}/done", {"outcome": "可以"}).json()["status"] == "done"
    again = caller.post(f"/tasks/{one}/reopen", {"reason": "交期呢", "due_at": "2099-02-01T09:00:00+08:00"})
    assert (again.status_code, again.json()["status"]) == (200, "open")
    assert theirs.post(f"/tasks/{one}/reopen", {"reason": "x", "due_at": "2099-02-01T09:00:00+08:00"}).status_code == 403  # fmt: skip
