"""The page of campaigns: who is offered it, what its counts open, what costs stay unseen."""

import re
from html import unescape

import pytest

from genjin.customers.models import Campaign, Customer


@pytest.fixture
def fair(db):
    return Campaign.objects.create(name="春季机电展", channel="展会", cost=9000)


def test_a_count_opens_exactly_its_customers(client, dora, alice, fair, make_customer):
    for _ in range(2):
        make_customer(owner=alice, campaign=fair)
    make_customer(owner=alice)
    client.force_login(dora)
    page = client.get("/campaigns/").content.decode()
    link = unescape(re.search(r'href="(/customers/\?[^"]+)">2</a>', page)[1])
    opened = client.get(link)
    assert {row["id"] for row in opened.context["rows"]} == set(
        Customer.objects.filter(campaign=fair).values_list("pk", flat=True)
    )
    assert "4,500" in page or "4500" in page


def test_a_rep_sees_the_own_counts_and_no_cost(client, alice, charlie, fair, make_customer):
    make_customer(owner=alice, campaign=fair)
    for user, count in ((alice, 1), (charlie, 0)):
        client.force_login(user)
        answer = client.get("/campaigns/")
        assert answer.context["rows"][0]["counts"][0]["count"] == count
        assert "9000" not in answer.content.decode()
        assert client.get(f"/campaigns/{fair.pk}/").status_code == 403


def test_it_is_planned_changed_and_removed(client, dora):
    client.force_login(dora)
    sent = {"name": "秋季展", "starts_on": "2026-10-12", "ends_on": "2026-10-10", "cost": "100"}
    assert client.post("/campaigns/new/", sent).status_code == 422
    assert (
        client.post("/campaigns/new/", sent | {"ends_on": "2026-10-14", "is_active": "on"}).status_code == 302
    )
    row = Campaign.objects.get(name="秋季展")
    client.post(f"/campaigns/{row.pk}/", {"name": "秋季大展"})
    row.refresh_from_db()
    assert (row.name, row.cost, row.is_active) == ("秋季大展", None, False)
    client.post(f"/campaigns/{row.pk}/remove/")
    assert not Campaign.objects.exists()


def test_the_page_asks_as_much_for_ten_as_for_one(client, dora, fair, django_assert_max_num_queries):
    Campaign.objects.bulk_create(Campaign(name=f"活动{number}") for number in range(10))
    client.force_login(dora)
    client.get("/campaigns/")
    with django_assert_max_num_queries(7):
        client.get("/campaigns/")
