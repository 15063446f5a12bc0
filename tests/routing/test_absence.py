"""Being away: asked by oneself, granted by the lead, and then the lead stands in."""

from datetime import date, timedelta

import pytest

from genjin.accounts.models import Absence
from genjin.approvals.models import Request
from genjin.routing.actions.absence import ask_for_absence, grant_absence
from tests.refusals import refused, unseen

FIRST, LAST = date(2026, 3, 16), date(2026, 3, 20)


def test_the_lead_grants_the_days(alice, bob, now):
    asked = ask_for_absence(alice, FIRST, LAST, reason="探亲", now=now)
    assert set(Request.objects.to_decide(bob)) == {asked}
    grant_absence(bob, asked, now=now)
    (row,) = Absence.objects.all()
    assert (row.person, row.starts_on, row.ends_on, row.note) == (alice, FIRST, LAST, "探亲")


@pytest.mark.parametrize(
    ("first", "last", "reason", "code"),
    [
        (LAST, FIRST, "探亲", "days_reversed"),
        (date(2026, 3, 1), date(2026, 3, 2), "探亲", "days_over"),
        (FIRST, LAST, " ", "reason_missing"),
    ],
)
def test_days_that_make_no_sense_are_refused(alice, now, first, last, reason, code):
    with refused(code):
        ask_for_absence(alice, first, last, reason=reason, now=now)


def test_nobody_grants_their_own_days_nor_those_of_strangers(alice, bob, charlie, now):
    asked = ask_for_absence(bob, FIRST, LAST, reason="探亲", now=now)
    with refused("own_request", status=403):
        grant_absence(bob, asked, now=now + timedelta(hours=1))
    own = ask_for_absence(alice, FIRST, LAST, reason="探亲", now=now)
    with unseen():
        grant_absence(charlie, own, now=now)


def test_the_page_shows_and_asks(client, alice, charlie, now):
    client.force_login(alice)
    future = {"starts_on": "2099-05-01", "ends_on": "2099-05-03", "reason": "探亲"}
    assert client.post("/routing/absences/new/", future).status_code == 302
    assert "2099-05-01" in client.get("/routing/absences/").text
    client.force_login(charlie)
    assert "2099-05-01" not in client.get("/routing/absences/").text
