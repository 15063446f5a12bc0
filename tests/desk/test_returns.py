"""What sources brought in collected cash: equal to the sums over receipts, within what one sees (idea 8)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.customers.models import Campaign, Choice, StageChange
from genjin.desk.queries.returns import contracts_of, customers_of, receipts_of, returns, shared_out, total
from tests.contracts.conftest import opportunity, signed

__all__ = ["opportunity", "signed"]


@pytest.fixture
def fair(db):
    return Campaign.objects.create(name="工博会", cost=Decimal(80_000))


@pytest.fixture
def customer(make_customer, alice, fair):
    source = Choice.objects.filter(kind="source").first()
    return make_customer(owner=alice, source=source, campaign=fair)


@pytest.fixture
def money(fiona, alice, customer, signed, make_customer, charlie, now):
    """258,000 collected, 100,000 taken back again; and another team's lead without a source."""
    StageChange.objects.create(
        customer=customer, at=now, by=alice, origin="negotiation", target="won", reason="签约"
    )
    record_receipt(fiona, signed, NewReceipt(Decimal(258_000), date(2026, 3, 9)), now=now)
    wrong = record_receipt(fiona, signed, NewReceipt(Decimal(100_000), date(2026, 3, 10)), now=now)
    reverse_receipt(fiona, wrong, reason="重复登记", now=now)
    return make_customer(owner=charlie)


@pytest.mark.parametrize("by", ["source", "campaign"])
def test_the_sums_are_those_of_the_receipts(dora, money, customer, fair, by):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.{by}_id, sum(r.amount) FROM contracts_receipt r JOIN contracts_contract k ON k.id = r.contract_id"
            " JOIN customers_customer c ON c.id = k.customer_id GROUP BY 1"
        )
        by_rows = dict(cursor.fetchall())
    rows = returns(dora, by)
    assert {row.key or None: row.collected for row in rows if row.collected} == by_rows
    first = rows[0]
    assert (first.leads, first.won, first.signed, first.collected) == (
        1,
        1,
        Decimal(860_000),
        Decimal(258_000),
    )
    assert (first.cost, first.percent) == (Decimal(80_000), 222)
    assert total(rows).collected == sum(by_rows.values())
    assert total(rows).leads == 2
    for row in rows:  # each figure is the rows it opens
        opened = customers_of(dora, by, row.key)
        assert opened.count() == row.leads
        assert sum(one.amount for one in receipts_of(opened)) == row.collected
        assert sum(one.amount for one in contracts_of(opened)) == row.signed


def test_one_counts_within_ones_own_rows(alice, charlie, money, customer):
    mine = returns(alice, "source")
    assert [(row.leads, row.collected, row.cost) for row in mine] == [(1, Decimal(258_000), None)]
    assert [(row.key, row.leads, row.collected) for row in returns(charlie, "source")] == [(0, 1, Decimal(0))]


def test_the_pages_open_the_rows(dora, charlie, client, money, customer):
    client.force_login(dora)
    page = client.get("/campaigns/returns/")
    row = page.context["rows"][0]
    assert (row["leads"], row["percent"]) == (1, "+222%")
    for name, count in (
        ("leads_url", 1),
        ("won_url", 1),
        ("signed_url", 1),
        ("collected_url", 3),
        ("renewals_url", 0),
    ):
        assert len(client.get(row[name]).context["rows"]) == count
    assert client.get("/campaigns/returns/?by=campaign").context["rows"][0]["label"] == "工博会"
    for odd in (
        "/campaigns/returns/nonsense/0/leads/",
        "/campaigns/returns/source/0/nonsense/",
        "/campaigns/returns/source/987654321/leads/",
    ):
        assert client.get(odd).status_code == 404
    client.force_login(charlie)
    assert client.get(row["collected_url"]).context["rows"] == []


@given(
    st.decimals("0.01", "9999999.99", places=2),
    st.dictionaries(st.integers(1, 9), st.integers(1, 500), min_size=1),
)
def test_a_cost_shared_out_is_the_whole(cost, counts):
    parts = shared_out(cost, counts)
    assert sum(parts.values()) == cost
    assert all(part >= 0 for part in parts.values())
    assert shared_out(cost, {}) == {}
