"""Figures of money: each is the sum over the rows it opens, for who may see them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from genjin.contracts.models import Contract, Receipt
from genjin.desk.queries.figures import MONEY, total
from genjin.followups.queries.figures import Asked
from genjin.selling.models import Opportunity


@pytest.fixture
def sold(alice, make_customer, now):
    """Alice opened 100,000, signed 90,000, got 30,000 and another 5,000 that was reversed."""
    row = make_customer(owner=alice)
    deal = Opportunity.objects.create(
        customer=row, name="产线", owner=alice, amount=Decimal(100_000), opened_at=now, stage_entered_at=now
    )
    contract = Contract.objects.create(
        number="HT-1", customer=row, opportunity=deal, title="产线", amount=Decimal(90_000), state="signed",
        signed_on=date(2026, 3, 11), owner=alice, created_at=now,
    )  # fmt: skip
    Contract.objects.create(
        number="HT-2",
        customer=row,
        opportunity=deal,
        title="草稿",
        amount=Decimal(7),
        owner=alice,
        created_at=now,
    )
    known = {"contract": contract, "recorded_by": alice, "recorded_at": now, "received_on": date(2026, 3, 11)}
    Receipt.objects.create(amount=Decimal(30_000), **known)
    wrong = Receipt.objects.create(amount=Decimal(5_000), **known)
    Receipt.objects.create(amount=Decimal(-5_000), reverses=wrong, note="串户", **known)
    return row


def asked(user, person, day=date(2026, 3, 11)):
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)  # midnight in Shanghai
    return Asked(user, [person.pk], start, start + timedelta(days=1))


def test_each_sum_is_that_of_its_rows(alice, bob, sold):
    for who in (alice, bob):
        sums = {key: total(key, asked(who, alice)) for key in MONEY}
        assert sums == {"opened": Decimal(100_000), "signed": Decimal(90_000), "received": Decimal(30_000)}
        for key, figure in MONEY.items():
            assert sum(row.amount for row in figure.rows(asked(who, alice))) == sums[key]


def test_the_day_before_and_after_hold_nothing(alice, sold):
    for day in (date(2026, 3, 10), date(2026, 3, 12)):
        assert [total(key, asked(alice, alice, day)) for key in MONEY] == [0, 0, 0]


def test_nobody_sums_what_they_do_not_see(alice, charlie, sold):
    assert [total(key, asked(charlie, alice)) for key in MONEY] == [0, 0, 0]


def test_the_pages_open_the_rows_with_their_sum(client, alice, charlie, sold):
    client.force_login(alice)
    words = f"?who={alice.pk}&from=2026-03-11&to=2026-03-11"
    page = client.get(f"/work/received/{words}").content.decode()
    assert page.count("<tr data-href=") == 3 and "<b>3万</b>" in page
    assert "9万" in client.get(f"/work/signed/{words}").content.decode()
    client.force_login(charlie)
    assert client.get(f"/work/received/{words}").status_code == 404
