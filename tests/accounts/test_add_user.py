"""People are added by administrators; nobody adds themselves."""

from genjin.accounts.actions import NewUser, add_user
from genjin.accounts.models import User
from genjin.events.models import Event
from tests.refusals import refused


def test_dora_adds_frank_who_has_no_password_yet(dora, teams, now):
    frank = add_user(dora, NewUser("frank", "冯兰", "rep", teams["A"]), now=now)
    assert not frank.has_usable_password()
    assert frank.name_keys.split() == ["fenglan", "fl"]
    event = Event.objects.get(kind="user.added", subject_id=frank.pk)
    assert (event.actor, event.data) == (dora, {"role": "rep"})


def test_a_login_is_taken_once(dora, alice, now):
    with refused("username_taken") as refusal:
        add_user(dora, NewUser("alice", "另一个"), now=now)
    assert "username" in refusal.value.fields


def test_nobody_else_adds_people(alice, bob, erin, now):
    for actor in (alice, bob, erin):
        with refused("forbidden", status=403):
            add_user(actor, NewUser("frank"), now=now)
    assert not User.objects.filter(username="frank").exists()
