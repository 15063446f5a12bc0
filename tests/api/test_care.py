"""Ratings and tickets by the API."""

import pytest
from django.utils import timezone

from genjin.care.actions.tickets import NewTicket, open_ticket
from genjin.care.models import Survey, Ticket


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice)


def test_a_bad_rating_and_its_ticket(call, alice, customer):
    alice = call(alice)
    made = alice.post("/surveys", {"customer": customer.pk})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert alice.post(f"/surveys/{pk}/answer", {"rating": 6}).status_code == 422
    assert "/rate/" in alice.post(f"/surveys/{pk}/send", {}).json()["url"]
    answered = alice.post(f"/surveys/{pk}/answer", {"rating": 1, "nps": 0, "comment": "总是停机"}).json()
    assert (answered["rating"], answered["answered_how"], len(answered["tickets"])) == (1, "api", 1)
    assert alice.post(f"/surveys/{pk}/answer", {"rating": 5}).json()["code"] == "survey_over"
    ticket = answered["tickets"][0]
    assert alice.post(f"/tickets/{ticket}/solve", {"solution": "换了"}).json()["code"] == "answer_missing"
    assert alice.post(f"/tickets/{ticket}/answer", {"text": "马上处理"}).json()["state"] == "answered"
    assert alice.post(f"/tickets/{ticket}/solve", {"solution": "换了"}).json()["state"] == "solved"
    assert alice.post(f"/tickets/{ticket}/answer", {"text": "又"}).json()["code"] == "ticket_state"
    assert alice.post(f"/tickets/{ticket}/reopen", {"reason": "还停"}).json()["reopened"] == 1
    done = alice.post(f"/tickets/{ticket}/solve", {"solution": "再换", "answer": "再来"}).json()
    assert [note["kind"] for note in done["notes"]] == [
        "answer",
        "solution",
        "internal",
        "answer",
        "solution",
    ]
    assert alice.post(f"/tickets/{ticket}/confirm", {"name": "王工"}).json()["state"] == "closed"
    assert len(alice.get("/tickets?state=closed").json()["items"]) == 1
    assert alice.get("/surveys?answered=false").json()["items"] == []
    assert len(alice.get("/surveys?rating=1").json()["items"]) == 1


def test_taken_down_changed_handed_on_and_merged(call, alice, sam, customer):
    caller = call(alice)
    made = caller.post(
        "/tickets", {"customer": customer.pk, "kind": "complaint", "title": "停机", "owner": "sam"}
    ).json()
    assert (made["owner"]["id"], made["way"]) == (sam.pk, "api")
    pk = made["id"]
    assert (
        caller.patch(f"/tickets/{pk}", {"priority": "urgent", "version": made["version"]}).json()["priority"]
        == "urgent"
    )
    assert caller.patch(f"/tickets/{pk}", {"priority": "low", "version": made["version"]}).status_code == 409
    assert caller.post(f"/tickets/{pk}/hand-on", {"owner": alice.pk}).json()["owner"]["id"] == alice.pk
    other = caller.post("/tickets", {"customer": customer.pk, "title": "同一件"}).json()["id"]
    assert caller.post(f"/tickets/{other}/merge", {"into": pk}).json()["id"] == pk
    assert caller.get(f"/tickets/{other}").json()["merged_into"] == pk
    assert caller.post(f"/tickets/{pk}/notes", {"kind": "internal", "text": "查日志"}).status_code == 201
    assert caller.get("/tickets?late=true").json()["items"] == []


def test_strangers_see_nothing(call, alice, charlie, customer):
    ticket = open_ticket(alice, customer, NewTicket("complaint", "停机"), now=timezone.now())
    caller = call(charlie)
    assert caller.get("/tickets").json()["items"] == []
    assert caller.get(f"/tickets/{ticket.pk}").status_code == 404
    assert caller.post(f"/tickets/{ticket.pk}/answer", {"text": "x"}).status_code == 404
    assert caller.post("/tickets", {"customer": customer.pk, "title": "x"}).status_code == 404
    assert caller.post("/surveys", {"customer": customer.pk}).status_code == 404
    assert Ticket.objects.count() == 1
    assert not Survey.objects.exists()
