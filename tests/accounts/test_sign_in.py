"""The login door: what it writes down, how often one may fail, what comes first."""

import pytest
from django.core.cache import cache
from django.test import Client

from genjin.accounts.actions import change_password
from genjin.accounts.models import User
from genjin.events.models import Event

RIGHT = "a-long-own-phrase-7"


@pytest.fixture
def with_password(alice, now):
    cache.clear()
    change_password(alice, RIGHT, now=now)
    Event.objects.all().delete()
    return alice


def sign_in(username, password, address="10.0.0.1"):
    client = Client(REMOTE_ADDR=address)
    answer = client.post("/accounts/login/", {"login": username, "password": password})
    return client, answer


def test_signing_in_is_written_down(with_password):
    client, answer = sign_in("alice", RIGHT)
    assert answer["Location"] == "/"
    assert client.get("/me/").status_code == 200
    event = Event.objects.get()
    assert (event.kind, event.actor, event.data) == (
        "login.succeeded",
        with_password,
        {"address": "10.0.0.1"},
    )


def test_a_failure_is_written_down_without_what_was_typed(with_password):
    sign_in("alice", "guess-guess")
    sign_in("password-in-the-wrong-field", "guess")
    event = Event.objects.get()
    assert (event.kind, event.actor, event.subject_id) == ("login.failed", None, with_password.pk)
    assert event.data == {"address": "10.0.0.1"}


def test_an_unknown_name_reads_like_a_wrong_password(with_password):
    _client, wrong = sign_in("alice", "guess-guess")
    _client, unknown = sign_in("nobody", "guess-guess")
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_failures_are_limited_by_person_and_address_together(with_password, bob, now):
    change_password(bob, RIGHT, now=now)
    for _time in range(5):
        sign_in("alice", "guess-guess")
    _client, shut = sign_in("alice", RIGHT)
    assert shut.status_code != 302
    _client, colleague = sign_in("bob", RIGHT)  # the same office
    assert colleague.status_code == 302
    _client, elsewhere = sign_in("alice", RIGHT, address="10.0.0.2")
    assert elsewhere.status_code == 302


def test_who_is_locked_does_not_get_in(with_password):
    User.objects.filter(pk=with_password.pk).update(is_active=False)
    client, _answer = sign_in("alice", RIGHT)
    assert client.get("/me/").status_code == 302
    assert not Event.objects.filter(kind="login.succeeded").exists()


def test_a_given_password_is_changed_before_anything_else(with_password):
    User.objects.update(must_change_password=True)
    client, _answer = sign_in("alice", RIGHT)
    for address in ("/", "/customers/", "/settings/tokens/new/", "/accounts/2fa/"):
        assert client.get(address)["Location"] == "/accounts/password/change/"
    fragment = client.get("/customers/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/accounts/password/change/")
    same = {"oldpassword": RIGHT, "password1": RIGHT, "password2": RIGHT}
    assert client.post("/accounts/password/change/", same).status_code == 200
    own = same | {"password1": "quite-another-phrase-8", "password2": "quite-another-phrase-8"}
    assert client.post("/accounts/password/change/", own)["Location"] == "/"
    assert client.get("/me/").status_code == 200
    assert not User.objects.get(pk=with_password.pk).must_change_password


def test_the_second_factor_can_be_set_up(with_password):
    client, _answer = sign_in("alice", RIGHT)
    assert client.get("/accounts/2fa/").status_code == 200
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    answer = client.post(asked["Location"], {"password": RIGHT}, follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/2fa/totp/activate/"
    assert b"svg" in answer.content


def test_nobody_signs_up_by_themselves(db):
    answer = Client().post("/accounts/signup/", {"username": "eve", "password1": RIGHT, "password2": RIGHT})
    assert answer.status_code in {200, 302, 403}
    assert not User.objects.filter(username="eve").exists()
