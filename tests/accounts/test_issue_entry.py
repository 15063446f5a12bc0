"""One-time links: made by an administrator, used once, within an hour."""

from urllib.parse import urlsplit

from django.test import Client

from genjin.accounts.actions import change_user, issue_entry
from genjin.accounts.models import User
from genjin.events.models import Event
from genjin.web.shell.account import entry_link
from tests.refusals import refused

PASSWORD = {"password1": "a-long-own-phrase-7", "password2": "a-long-own-phrase-7"}


def test_the_link_is_noted_but_not_written_down(dora, alice, now):
    issue_entry(dora, alice, now=now)
    event = Event.objects.get(kind="user.link_issued")
    assert (event.actor, event.subject_id, event.data) == (dora, alice.pk, {})


def test_only_an_administrator_gives_links_and_only_to_who_may_enter(dora, alice, bob, now):
    with refused("forbidden", status=403):
        issue_entry(bob, alice, now=now)
    change_user(dora, alice, is_active=False, now=now)
    with refused("user_disabled"):
        issue_entry(dora, User.objects.get(pk=alice.pk), now=now)


def test_a_link_works_once_and_for_its_person(alice):
    path = urlsplit(entry_link(alice)).path
    browser = Client()
    form = browser.get(path)
    assert form.status_code == 302
    assert browser.post(form["Location"], PASSWORD).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("a-long-own-phrase-7")
    again = Client().get(path)
    assert again.status_code == 200
    assert b"password1" not in again.content


def test_an_old_link_is_dead(alice, settings):
    path = urlsplit(entry_link(alice)).path
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert b"password1" not in Client().get(path).content


def test_links_name_the_configured_address_whatever_the_request_says(dora, alice, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.force_login(dora)
    page = client.post(f"/settings/users/{alice.pk}/link/", headers={"Host": "evil.example"})
    assert page["Cache-Control"] == "no-store"
    assert "evil.example" not in page.content.decode()
    assert settings.ENVIRONMENT.public_url in page.content.decode()
