"""The tab 全程 and the line of one record."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from genjin.contracts.actions.receipts import NewReceipt, record_receipt
from tests.contracts.conftest import customer, opportunity, signed

__all__ = ["customer", "opportunity", "signed"]


@pytest.fixture
def receipt(fiona, signed):
    return record_receipt(fiona, signed, NewReceipt(Decimal(258_000), date(2026, 3, 10)), now=timezone.now())


def test_the_tab_shows_picture_list_and_sums(alice, client, customer, receipt, django_assert_max_num_queries):
    client.force_login(alice)
    with django_assert_max_num_queries(64):
        page = client.get(f"/customers/{customer.pk}/?tab=journey")
    sums = page.context["sums"]
    assert (sums["signed"], sums["collected"], sums["left"]) == ("86.00万", "25.80万", "60.20万") or sums[
        "signed"
    ].startswith("86")
    cards = page.context["picture"]["cards"]
    assert len(cards) == len(page.context["line"]) == sums["stops"]
    assert page.context["line"][0]["code"] == "touch"
    assert "journey-card" in page.content.decode()


def test_a_record_is_walked_both_ways(alice, charlie, client, customer, receipt):
    client.force_login(alice)
    url = f"/journey/receipt/{receipt.pk}/"
    page = client.get(url)
    codes = [stop["code"] for stop in page.context["line"]]
    assert (codes[0], "contract" in codes, codes.count("receipt")) == ("touch", True, 1)
    assert [stop["code"] for stop in page.context["line"] if stop["is_here"]] == ["receipt"]
    for stop in page.context["line"]:
        assert client.get(stop["lineage_url"]).status_code == 200
    for odd in (f"/journey/nonsense/{receipt.pk}/", "/journey/receipt/987654321/", "/journey/need/1/"):
        assert client.get(odd).status_code == 404
    client.force_login(charlie)
    assert client.get(url).status_code == 404
    assert client.get(f"/customers/{customer.pk}/?tab=journey").status_code == 404
