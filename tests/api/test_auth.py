from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from genjin.accounts.actions import change_user, issue_token, revoke_token
from genjin.accounts.models import ApiToken
from genjin.api.auth import CALLS


def test_a_token_opens_the_door_and_says_who_one_is(alice, call):
    answer = call(alice).get("/me")
    assert answer.status_code == 200
    me = answer.json()
    assert (me["username"], me["name"], me["role"], me["team"]["name"]) == ("alice", "艾丽", "rep", "一组")
    assert "claim" in me["rights"]
    assert "assign" not in me["rights"]


def test_the_use_of_a_token_is_noted(alice, call):
    call(alice).get("/me")
    token = ApiToken.objects.get()
    assert token.last_used_at is not None
    assert token.window_calls == 1


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer gj_wrong", "Basic YTpi", "bearer\x01x", "Bearer é"]
)
def test_anything_else_is_401_in_the_shape_of_all_refusals(db, header):
    answer = Client().get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "token_invalid"


def test_revoked_expired_and_locked_tokens_open_nothing(alice, dora, call):
    revoked, late, locked = call(alice), call(alice), call(alice)
    now = timezone.now()
    tokens = list(ApiToken.objects.order_by("pk"))
    revoke_token(alice, tokens[0], now=now)
    assert revoked.get("/me").status_code == 401
    ApiToken.objects.filter(pk=tokens[1].pk).update(expires_at=now - timedelta(seconds=1))
    assert late.get("/me").status_code == 401
    assert locked.get("/me").status_code == 200
    change_user(dora, alice, now=now, is_active=False)
    assert locked.get("/me").status_code == 401


def test_a_session_does_not_open_the_api(alice, client):
    client.force_login(alice)
    assert client.get("/api/v1/me").status_code == 401


def test_the_601st_call_within_a_minute_waits(alice, call):
    caller = call(alice)
    caller.get("/me")
    ApiToken.objects.update(window_calls=CALLS)
    answer = caller.get("/me")
    assert answer.status_code == 429
    assert answer.json()["code"] == "rate_limit"
    assert 1 <= int(answer["Retry-After"]) <= 60
    ApiToken.objects.update(window_since=timezone.now() - timedelta(seconds=61))
    assert caller.get("/me").status_code == 200


def test_refusals_are_in_the_language_of_the_person(alice, call):
    caller = call(alice)
    alice.language = "en"
    alice.save()
    assert caller.get("/customers/1").json()["message"] == "Not found, or out of your sight."


def test_the_docs_page_asks_for_a_login_and_has_no_script_and_no_foreign_host(alice, client):
    assert client.get("/api/docs").status_code == 302
    client.force_login(alice)
    page = client.get("/api/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/api/v1/customers/{customer_id}/claim" in text
    assert "<script" not in text
    assert "style=" not in text
    assert "https://" not in text


def test_a_token_in_the_address_opens_nothing(alice):
    token = issue_token(alice, alice, name="t", days=1, now=timezone.now())
    assert Client().get(f"/api/v1/me?token={token}&access_token={token}").status_code == 401
