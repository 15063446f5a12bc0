"""Who may say yes hears of a request, and who asked hears the answer."""

import pytest

from genjin.accounts.actions import save_team
from genjin.approvals.actions import NewRequest, ask, decide
from genjin.approvals.queries.signers import superiors
from genjin.notices.models import Notice
from tests.refusals import refused

WISH = NewRequest("extension", "杭州远景机电有限公司", "客户下周回国")


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("grant", [True, False])
def test_the_lead_is_asked_and_the_asker_is_answered(alice, bob, charlie, dora, now, grant):
    request = ask(alice, WISH, now=now)
    assert (told(bob), told(charlie), told(dora)) == (["request_asked"], [], [])
    decide(bob, request, grant=grant, answer="只此一次", now=now)
    assert told(alice) == ["request_granted" if grant else "request_declined"]
    assert "只此一次" in Notice.objects.get(person=alice).text
    assert Notice.objects.unread().filter(person=bob).count() == 0  # there is nothing left to decide


def test_without_a_lead_administrators_are_asked(charlie, dora):
    assert superiors(charlie) == [dora]


def test_both_leads_are_asked_and_one_answer_clears_both(alice, bob, charlie, dora, teams, now):
    save_team(None, teams["A"], leads=[bob, dora], now=now)
    request = ask(alice, WISH, now=now)
    assert (told(bob), told(dora)) == (["request_asked"], ["request_asked"])
    decide(dora, request, grant=True, now=now)
    assert Notice.objects.unread().filter(kind="request_asked").count() == 0


def test_what_is_refused_below_tells_nobody(alice, bob, now):
    with refused("reason_missing"):
        ask(alice, NewRequest("extension", "x", " "), now=now)
    request = ask(alice, WISH, now=now)
    with refused("answer_missing"):
        decide(bob, request, grant=False, now=now)
