"""Taking a request back takes back what waited for its answer, at whichever door; deeds run for who asked, not for who signs last."""

from dataclasses import replace

from genjin.approvals.models import Request
from genjin.contracts.actions.amendments import Change, propose_amendment
from genjin.contracts.actions.approval import hand_in
from genjin.contracts.queries.terms import terms_of
from genjin.desk import actions as desk
from tests.contracts.conftest import approved, customer, draft, opportunity, running, terms  # noqa: F401 (fixtures)
from tests.refusals import refused


def test_a_contract_taken_back_is_a_draft_again(alice, bob, draft, now):  # noqa: F811
    request = hand_in(alice, draft, reason="客户已同意条款", now=now)
    with refused("not_yours", status=403):
        desk.withdraw(bob, request, now=now)
    assert desk.withdraw(alice, request, now=now).status == "withdrawn"
    draft.refresh_from_db()
    assert draft.state == "draft"
    with refused("request_closed", status=409):
        desk.withdraw(alice, request, now=now)


def test_an_amendment_taken_back_is_dropped(alice, running, now):  # noqa: F811
    running.refresh_from_db()
    before = running.state
    held = propose_amendment(
        alice, running, Change(replace(terms_of(running), product="三条排产线"), "增加服务"), now=now
    )
    desk.withdraw(alice, Request.objects.open().get(data__amendment=held.pk), now=now)
    held.refresh_from_db()
    running.refresh_from_db()
    assert (held.state, running.state) == ("dropped", before)
