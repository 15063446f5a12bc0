"""Paging through tables of any size."""

from datetime import timedelta

import pytest

from genjin.customers.models import Customer
from genjin.web.customers.columns import ordering
from genjin.web.shell import paging
from genjin.web.shell.paging import rows_after

SORTS = ["", "-created", "created", "name", "-score", "score", "last_contact", "-last_contact", "next_action", "-next_action"]  # fmt: skip


@pytest.fixture
def dozen(alice, make_customer, now):
    """Twelve customers with ties and gaps in what they sort by."""
    for at in range(12):
        row = make_customer(owner=alice)
        moment = [None, now, now + timedelta(days=at)][at % 3]
        Customer.objects.filter(pk=row.pk).update(
            score=at % 4, last_contact_at=moment, next_action_at=moment, sort_key=f"k{at // 3}"
        )


@pytest.mark.parametrize("sort", SORTS)
def test_walking_page_by_page_meets_every_row_once_in_order(dozen, sort):
    order, _key = ordering(sort)
    rows = Customer.objects.order_by(*order)
    whole, walked = list(rows), list(rows[:1])
    while found := rows_after(rows, order, walked[-1], 5):
        walked += found
    assert walked == whole


def test_behind_the_numbers_comes_the_next_row(alice, client, dozen, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 4)
    monkeypatch.setattr(paging, "PER_PAGE", 2)
    monkeypatch.setattr(paging.paged, "__defaults__", (2,))
    client.force_login(alice)
    whole = list(Customer.objects.order_by("-pk").values_list("name", flat=True))
    address, seen = "?tab=mine&page=2", []
    for _page in range(5):
        answer = client.get(f"/customers/{address}")
        seen += [row["name"] for row in answer.context["rows"]]
        address = answer.context["further_url"]
    assert seen == whole[2:]
    assert not address
    assert client.get("/customers/?tab=mine&after=999999999999999999999").context["page"].number == 1


def test_another_persons_row_as_starting_point_shows_nothing_of_it(
    alice, charlie, client, dozen, make_customer
):
    theirs = make_customer(owner=charlie, name="宁波听潮贸易有限公司")
    client.force_login(alice)
    answer = client.get(f"/customers/?tab=mine&after={theirs.pk}")
    assert "宁波听潮贸易" not in answer.content.decode()
    assert len(answer.context["rows"]) == 12
