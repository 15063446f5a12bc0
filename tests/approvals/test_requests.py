"""What one may not do alone is asked for, and answered by who leads."""

from genjin.accounts.actions import change_user, save_team
from genjin.approvals.actions import NewRequest, ask, decide, withdraw
from genjin.approvals.models import Request
from genjin.events.models import Event
from tests.refusals import refused, unseen

ASKED = NewRequest("other", "多保留 15 天", "客户出国了", data={"days": 15})


def test_a_lead_grants_what_alice_asks_for(alice, bob, now):
    request = ask(alice, ASKED, now=now)
    assert list(Request.objects.to_decide(bob)) == [request]
    granted = decide(bob, request, grant=True, answer=" 可以 ", now=now)
    assert (granted.status, granted.decided_by, granted.answer) == ("granted", bob, "可以")
    assert list(Request.objects.to_decide(bob)) == []
    kinds = Event.objects.filter(kind__startswith="request.", subject_id=request.pk).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["request.asked", "request.granted"]


def test_declining_needs_a_word(alice, bob, now):
    request = ask(alice, ASKED, now=now)
    with refused("answer_missing"):
        decide(bob, request, grant=False, now=now)
    assert decide(bob, request, grant=False, answer="不行", now=now).status == "declined"
    with refused("request_closed", status=409):
        decide(bob, request, grant=True, now=now)


def test_asking_needs_a_reason_and_happens_once(alice, now):
    with refused("reason_missing"):
        ask(alice, NewRequest("other", "x", "  "), now=now)
    ask(alice, ASKED, now=now)
    with refused("asked_already", status=409):
        ask(alice, ASKED, now=now)
    assert Request.objects.count() == 1


def test_nobody_decides_on_their_own(bob, now):
    request = ask(bob, ASKED, now=now)
    assert list(Request.objects.to_decide(bob)) == []
    with refused("own_request", status=403):
        decide(bob, request, grant=True, now=now)


def test_strangers_neither_see_nor_decide(alice, charlie, teams, now):
    request = ask(alice, ASKED, now=now)
    with unseen():
        decide(charlie, request, grant=True, now=now)
    save_team(None, teams["B"], leads=[charlie], now=now)
    with unseen():
        withdraw(charlie, request, now=now)


def test_a_lead_of_another_team_does_not_find_it(alice, charlie, dora, teams, now):
    request = ask(alice, ASKED, now=now)
    save_team(None, teams["B"], leads=[charlie], now=now)
    lead = change_user(dora, charlie, role="lead", now=now)
    with unseen():
        decide(lead, request, grant=True, now=now)


def test_only_who_asked_takes_it_back(alice, bob, now):
    request = ask(alice, ASKED, now=now)
    with refused("not_yours", status=403):
        withdraw(bob, request, now=now)
    assert withdraw(alice, request, now=now).status == "withdrawn"
