"""The settings pages: who is offered what, what is shown once, what an administrator is warned of."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.accounts.models import ApiToken, User
from genjin.accounts.queries import live_token
from genjin.customers.actions.records import delete_customers
from genjin.customers.models import Customer
from genjin.events.actions import record_heartbeat


def offered(client, user):
    client.force_login(user)
    page = client.get("/settings/").content.decode()
    return set(re.findall(r'class="tile" href="/(?:settings/)?(\w+)/"', page))


def test_everybody_is_offered_what_they_may_set_and_nothing_else(client, alice, bob, dora, erin):
    assert offered(client, alice) == {"me", "tokens", "edits"}
    assert offered(client, bob) == {"me", "tokens", "rules", "bin", "absences", "edits"}
    assert offered(client, erin) == {"me", "tokens", "log"}
    assert {
        "users",
        "teams",
        "rules",
        "choices",
        "tags",
        "pools",
        "calendar",
        "bin",
        "log",
        "system",
    } < offered(client, dora)


def test_a_token_is_shown_once(client, alice):
    client.force_login(alice)
    page = client.post("/settings/tokens/new/", {"name": "报表", "days": "30"})
    secret = re.search(r"gj_[\w-]+", page.content.decode())[0]
    assert page["Cache-Control"] == "no-store"
    assert live_token(secret, timezone.now()).user == alice
    assert secret not in client.get("/settings/tokens/").content.decode()
    client.post(f"/settings/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert live_token(secret, timezone.now()) is None


def test_a_person_is_added_with_a_link(client, dora):
    client.force_login(dora)
    page = client.post(
        "/settings/users/new/", {"username": "frank", "name": "冯兰", "role": "rep"}
    ).content.decode()
    assert "/accounts/password/reset/key/" in page
    assert User.objects.get(username="frank").role == "rep"
    twice = client.post("/settings/users/new/", {"username": "frank", "name": "冯兰", "role": "rep"})
    assert (twice.status_code, "frank" in twice.content.decode()) == (422, True)


def test_the_language_is_ones_own(client, alice):
    client.force_login(alice)
    client.post("/me/", {"language": "en"})
    assert "My account" in client.get("/me/").content.decode()
    client.post("/me/", {"language": "zh-hans"})
    assert "My account" not in client.get("/me/").content.decode()
    assert client.post("/me/", {"language": "xx"}).status_code == 422


def test_a_deleted_customer_comes_back(client, bob, alice, charlie, make_customer, now):
    mine, other = make_customer(owner=alice), make_customer(owner=charlie)
    delete_customers(bob, [mine.pk], now=now)
    Customer.objects.filter(pk=other.pk).update(deleted_at=now)
    client.force_login(bob)
    page = client.get("/settings/bin/").content.decode()
    assert (mine.name in page, other.name in page) == (True, False)
    assert client.post(f"/settings/bin/{other.pk}/restore/").status_code == 404
    client.post(f"/settings/bin/{mine.pk}/restore/")
    assert Customer.objects.live().filter(pk=mine.pk).exists()


def test_the_log_goes_on_where_a_page_ends(client, dora, alice):
    client.force_login(dora)
    for number in range(60):
        client.post(
            f"/settings/users/{alice.pk}/", {"name": f"艾丽{number}", "role": "rep", "is_active": "on"}
        )
    first = client.get("/settings/log/?tab=rights").content.decode()
    assert "艾丽58 → 艾丽59" in first
    assert "艾丽0 → 艾丽1 " not in first
    older = re.search(r'href="(\?[^"]*before=\d+[^"]*)"', first)[1].replace("&amp;", "&")
    assert "艾丽4 → 艾丽5" in client.get(f"/settings/log/{older}").content.decode()


@pytest.mark.parametrize(("minutes", "is_warned"), [(4, False), (6, True), (None, True)])
def test_an_administrator_hears_of_a_silent_worker(client, dora, alice, minutes, is_warned):
    if minutes is not None:
        record_heartbeat(timezone.now() - timedelta(minutes=minutes))
    for address in ("/", "/settings/system/"):
        client.force_login(dora)
        assert ('role="alert"' in client.get(address).content.decode()) == is_warned
    client.force_login(alice)
    assert 'role="alert"' not in client.get("/").content.decode()


def test_the_list_of_people_asks_as_much_for_ten_as_for_two(
    client, dora, alice, bob, django_assert_max_num_queries
):
    client.force_login(dora)
    with django_assert_max_num_queries(6):
        client.get("/settings/users/")
    with django_assert_max_num_queries(6):
        client.get("/settings/teams/")
    with django_assert_max_num_queries(7):
        client.get("/settings/log/")
