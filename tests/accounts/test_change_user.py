"""A new role, a move to another team, a lock; and what ends with them."""

from datetime import timedelta

import pytest

from genjin.accounts.actions import change_user, issue_token
from genjin.accounts.models import ApiToken, User
from genjin.events.models import Event
from tests.refusals import refused


def test_both_sides_of_a_change_are_kept(dora, alice, teams, now):
    change_user(dora, alice, team=teams["B"], email="alice@example.com", now=now)
    event = Event.objects.get(kind="user.changed")
    assert event.data["before"] == {"team": "一组", "email": ""}
    assert event.data["after"] == {"team": "二组", "email": "alice@example.com"}


@pytest.mark.parametrize("change", [{"role": "lead"}, {"is_active": False}])
def test_a_new_role_or_a_lock_ends_tokens_and_sessions(dora, alice, client, now, change):
    client.force_login(alice)
    assert client.get("/me/").status_code == 200
    issue_token(alice, alice, name="x", days=9, now=now)
    change_user(dora, alice, now=now + timedelta(hours=1), **change)
    assert ApiToken.objects.get().revoked_at == now + timedelta(hours=1)
    assert client.get("/me/").status_code == 302


def test_a_form_saved_without_a_change_ends_nothing(dora, alice, client, now):
    client.force_login(alice)
    change_user(dora, alice, role="rep", is_active=True, name=alice.name, now=now)
    assert client.get("/me/").status_code == 200
    assert not Event.objects.filter(kind="user.changed").exists()


def test_the_last_administrator_stays(dora, now):
    for change in ({"role": "rep"}, {"is_active": False}):
        with refused("last_admin", status=409):
            change_user(dora, dora, now=now, **change)


def test_what_is_not_listed_cannot_be_changed(dora, alice, now):
    for name, value in (("password", "x"), ("username", "x"), ("session_epoch", 0)):
        with refused("field_protected"):
            change_user(dora, alice, now=now, **{name: value})


def test_nobody_raises_themselves(alice, bob, charlie, erin, now):
    for actor in (alice, bob, charlie, erin):
        with refused("forbidden", status=403):
            change_user(actor, actor, role="admin", now=now)
    assert not User.objects.filter(role="admin").exists()
