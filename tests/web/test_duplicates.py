"""The queue of doubles: who sees it, and what its buttons do."""

import pytest

from genjin.customers.models import Customer
from genjin.quality.actions.scan import run_scan, start_scan
from genjin.quality.models import DuplicatePair

URL = "/customers/duplicates/"


@pytest.fixture
def pair(alice, dora, make_customer, now):
    make_customer(
        owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王工", "phone": "13800138000"}]
    )
    make_customer(owner=alice, name="远景机电（杭州）", industry="机械")
    run_scan(start_scan(dora, now=now, in_background=False).pk)
    return DuplicatePair.objects.get()


def test_a_lead_sees_pairs_of_the_team_and_no_numbers_of_the_whole_base(bob, client, pair):
    client.force_login(bob)
    page = client.get(URL)
    shown = page.context["pairs"][0]
    assert [side["name"] for side in shown["sides"]] == [pair.first.name, pair.second.name]
    assert page.context["scan"]["counts"] == {}
    assert client.get(f"{URL}?level=same").context["pairs"] == []
    assert client.get(f"{URL}?level=similar").context["pairs"] != []


def test_who_sees_all_reads_what_the_scan_did(dora, client, pair):
    client.force_login(dora)
    assert client.get(URL).context["scan"]["counts"]["found"] == 1


def test_a_rep_has_no_queue_and_a_lead_elsewhere_an_empty_one(alice, charlie, client, pair, teams, now):
    for person in (alice, charlie):
        client.force_login(person)
        assert client.get(URL).status_code == 403
        assert client.post(f"{URL}scan/").status_code == 403
        assert client.post(f"{URL}{pair.pk}/different/").status_code == 403


def test_not_one_customer_and_back(bob, client, pair):
    client.force_login(bob)
    client.post(f"{URL}{pair.pk}/different/", {"note": "两家厂"})
    assert client.get(URL).context["pairs"] == []
    assert client.get(f"{URL}?level=decided").context["pairs"][0]["note"] == "两家厂"
    client.post(f"{URL}{pair.pk}/reopen/")
    assert len(client.get(URL).context["pairs"]) == 1


def test_merging_from_the_queue_returns_to_it(bob, client, pair):
    client.force_login(bob)
    url = client.get(URL).context["pairs"][0]["merge_url"]
    answer = client.post(url, {"with": pair.second_id})
    assert answer.headers["Location"] == URL
    assert Customer.objects.live().count() == 1
    pair.refresh_from_db()
    assert pair.status == "merged"


def test_the_queue_asks_the_same_number_of_queries_for_many_pairs(
    bob, client, pair, alice, make_customer, dora, now, django_assert_max_num_queries
):
    for number in range(5):
        make_customer(owner=alice, name=f"远景机电股份{'有限' * (number % 2)}公司杭州{number}")
        make_customer(owner=alice, name=f"第{number}听潮泵业有限公司")
        make_customer(owner=alice, name=f"第{number}听潮泵业")
    run_scan(start_scan(dora, now=now, in_background=False).pk)
    client.force_login(bob)
    client.get(URL)
    with django_assert_max_num_queries(20):
        assert len(client.get(URL).context["pairs"]) > 5
