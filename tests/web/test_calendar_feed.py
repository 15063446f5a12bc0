"""The calendar a phone subscribes to: secret, for one person, as that person sees things now."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from genjin.accounts.actions import change_user
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.notices.actions.feeds import MOST_IN_IT, make_feed, revoke_feed
from genjin.notices.models import Feed


@pytest.fixture
def row(make_customer, alice):
    row = make_customer(
        owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王强", "phone": "13911112222"}]
    )
    due = timezone.now() + timedelta(days=2)
    add_task(alice, row, NewTask("寄样品", due), now=timezone.now())
    return row


def fetch(secret: str):
    return Client().get(reverse("public:calendar", args=[secret]))


def text_of(answer) -> str:
    return answer.content.replace(b"\r\n ", b"").decode()


def test_it_shows_tasks_and_clocks_and_nobody_s_number(alice, row):
    answer = fetch(make_feed(alice, now=timezone.now()))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    text = text_of(answer)
    assert "SUMMARY:杭州远景机电有限公司：寄样品" in text
    assert f"/customers/{row.pk}/" in text
    assert "王强" not in text
    assert "13911112222" not in text


def test_what_is_no_longer_one_s_own_is_gone(alice, charlie, dora, row):
    secret = make_feed(alice, now=timezone.now())
    add_task(
        alice,
        row,
        NewTask("准备合同", timezone.now() + timedelta(days=1), assignee=charlie),
        now=timezone.now(),
    )
    theirs = make_feed(charlie, now=timezone.now())
    assert "远景" in text_of(fetch(theirs))  # who takes part sees the customer
    assign_customers(dora, [row.pk], dora, now=timezone.now())
    assert "远景" not in text_of(fetch(secret))


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_it_is_only_read(alice, method):
    secret = make_feed(alice, now=timezone.now())
    assert getattr(Client(), method)(reverse("public:calendar", args=[secret])).status_code in {404, 405}


def test_the_secret_is_not_kept_and_ends_at_will_with_the_next_or_with_the_person(alice, dora, row):
    first = make_feed(alice, now=timezone.now())
    assert first not in str(Feed.objects.values_list())
    second = make_feed(alice, now=timezone.now())
    assert (fetch(first).status_code, fetch(second).status_code) == (404, 200)
    revoke_feed(alice, now=timezone.now())
    gone = fetch(second)
    assert gone.status_code == 404
    assert gone.content == fetch("x" * 43).content  # like one that never was
    third = make_feed(alice, now=timezone.now())
    change_user(dora, alice, is_active=False, now=timezone.now())
    assert fetch(third).status_code == 404


def test_it_is_not_fetched_without_end(alice):
    secret = make_feed(alice, now=timezone.now())
    for _n in range(MOST_IN_IT):
        assert fetch(secret).status_code == 200
    late = fetch(secret)
    assert (late.status_code, late["Retry-After"]) == (429, "600")


def test_a_few_queries_whatever_there_is(alice, row, django_assert_max_num_queries):
    secret = make_feed(alice, now=timezone.now())
    with django_assert_max_num_queries(6):
        fetch(secret)


def test_the_page_makes_shows_once_and_ends_it(alice, client):
    client.force_login(alice)
    shown = client.post(reverse("feed_make"))
    link = shown.context["link"]
    assert link in shown.content.decode()
    assert fetch(link.rpartition("/")[2].removesuffix(".ics")).status_code == 200
    page = client.get(reverse("my_notices")).content.decode()
    assert link not in page
    client.post(reverse("feed_end"))
    assert not Feed.objects.exists()
