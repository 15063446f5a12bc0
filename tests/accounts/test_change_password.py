"""A password of one's own: the flag goes, other sessions end, the line in the log stays."""

from django.test import Client

from genjin.accounts.actions import change_password
from genjin.accounts.models import User
from genjin.events.models import Event


def test_an_own_password_lets_one_in_for_good(alice, now):
    User.objects.filter(pk=alice.pk).update(must_change_password=True)
    alice.refresh_from_db()
    change_password(alice, "a-long-own-phrase-7", now=now)
    row = User.objects.get(pk=alice.pk)
    assert row.check_password("a-long-own-phrase-7")
    assert not row.must_change_password
    event = Event.objects.get(kind="login.password_changed")
    assert (event.actor, event.data) == (alice, {})


def test_every_other_session_ends(alice, now):
    elsewhere = Client()
    elsewhere.force_login(alice)
    assert elsewhere.get("/me/").status_code == 200
    change_password(alice, "a-long-own-phrase-7", now=now)
    assert elsewhere.get("/me/").status_code == 302
