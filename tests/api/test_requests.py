"""Requests by the API: read, answered, passed on; the deed is done by the last step."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.accounts.models import Absence
from genjin.approvals.actions import NewRequest, ask
from genjin.approvals.actions.flows import save_flow
from genjin.approvals.models import Flow, Request
from genjin.approvals.rules.flows import USUAL, write_steps
from genjin.routing.actions.absence import ask_for_absence
from tests.approvals.conftest import step


@pytest.fixture(autouse=True)
def like_contracts(db):
    """A kind without a deed of its own, with the steps of contracts."""
    Flow.objects.create(kind="other", version=1, steps=write_steps(USUAL["contract"]), made_at=timezone.now())


def test_a_contract_goes_from_legal_to_the_lead(call, alice, bob, lena, charlie):
    row = ask(alice, NewRequest("other", "合同", "要盖章", amount=1000), now=timezone.now())
    assert [one["id"] for one in call(lena).get("/requests?tab=decide").json()["items"]] == [row.pk]
    assert call(charlie).get(f"/requests/{row.pk}").status_code == 404
    answer = call(lena).post(f"/requests/{row.pk}/grant", {"answer": "可以"}).json()
    assert (answer["status"], [one["status"] for one in answer["steps"]]) == ("open", ["done", "open"])
    assert answer["steps"][0]["signers"][0]["answer"] == "可以"
    answer = call(bob).post(f"/requests/{row.pk}/grant", {}).json()
    assert (answer["status"], answer["decided_by"]["name"]) == ("granted", bob.name)
    assert call(bob).post(f"/requests/{row.pk}/grant", {}).json()["code"] == "request_closed"


def test_the_deed_waits_for_the_last_step(call, alice, bob, lena, dora):
    """A flow may be set for any kind: days off are granted once legal has agreed, too."""
    now = timezone.now()
    save_flow(dora, "absence", [step("superior:1"), step("role:legal")], now=now)
    day = (now + timedelta(days=3)).date()
    row = ask_for_absence(alice, day, day, reason="年假", now=now)
    call(bob).post(f"/requests/{row.pk}/grant", {})
    assert not Absence.objects.exists()
    call(lena).post(f"/requests/{row.pk}/grant", {})
    assert Absence.objects.get().person == alice


def test_returned_withdrawn_added_handed_on(call, alice, bob, lena, fiona, charlie):
    now = timezone.now()
    row = ask(alice, NewRequest("other", "合同", "要盖章", amount=1000), now=now)
    added = call(lena).post(f"/requests/{row.pk}/add-signer", {"person": "fiona", "note": "看看"}).json()
    assert [one["signers"][0]["person"]["name"] for one in added["steps"][:1]] == [fiona.name]
    assert call(lena).post(f"/requests/{row.pk}/grant", {}).json()["code"] == "not_a_signer"
    assert call(fiona).post(f"/requests/{row.pk}/hand-on", {"person": "charlie"}).status_code == 200
    assert (
        call(charlie).post(f"/requests/{row.pk}/return", {"answer": " "}).json()["code"] == "answer_missing"
    )
    assert call(charlie).post(f"/requests/{row.pk}/return", {"answer": "不行"}).json()["status"] == "declined"
    other = ask(alice, NewRequest("other", "合同", "要盖章", amount=1000), now=now)
    assert call(bob).post(f"/requests/{other.pk}/withdraw").json()["code"] == "not_yours"
    assert call(alice).post(f"/requests/{other.pk}/withdraw").json()["status"] == "withdrawn"
    assert Request.objects.open().count() == 0
