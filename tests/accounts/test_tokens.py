"""Tokens: shown once, stored hashed, with an end, ended by their owner or an administrator."""

from datetime import timedelta

import pytest

from genjin.accounts.actions import count_token_use, issue_token, revoke_token
from genjin.accounts.models import ApiToken
from genjin.accounts.queries import live_token
from genjin.events.models import Event
from tests.refusals import refused


def test_the_secret_opens_and_is_nowhere_stored(alice, now):
    secret = issue_token(alice, alice, name="报表", days=30, now=now)
    token = ApiToken.objects.get()
    assert live_token(secret, now).user == alice
    assert secret not in str(token.__dict__)
    assert all(secret not in str(event.data) for event in Event.objects.all())
    assert live_token(secret, now + timedelta(days=30)) is None


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lives_a_year_at_most(alice, now, days):
    with refused("token_too_long"):
        issue_token(alice, alice, name="x", days=days, now=now)


def test_only_an_administrator_makes_and_ends_tokens_of_others(alice, bob, charlie, dora, now):
    for actor in (bob, charlie):
        with refused("forbidden", status=403):
            issue_token(actor, alice, name="x", days=1, now=now)
    secret = issue_token(dora, alice, name="x", days=1, now=now)
    with refused("forbidden", status=403):
        revoke_token(charlie, ApiToken.objects.get(), now=now)
    revoke_token(alice, ApiToken.objects.get(), now=now)
    assert live_token(secret, now) is None


def test_calls_are_counted_by_window(alice, now):
    issue_token(alice, alice, name="x", days=1, now=now)
    token, minute = ApiToken.objects.get(), timedelta(minutes=1)
    calls = [
        count_token_use(token, window=minute, now=now + timedelta(seconds=at)).calls for at in (0, 20, 59, 61)
    ]
    assert calls == [1, 2, 3, 1]
