"""The whole line by the API."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from genjin.contracts.actions.receipts import NewReceipt, record_receipt
from tests.contracts.conftest import customer, opportunity, signed

__all__ = ["customer", "opportunity", "signed"]


def test_a_customers_line_and_a_records(alice, charlie, fiona, call, customer, signed):
    receipt = record_receipt(
        fiona, signed, NewReceipt(Decimal(258_000), date(2026, 3, 10)), now=timezone.now()
    )
    line = call(alice).get(f"/customers/{customer.pk}/journey").json()
    assert (Decimal(line["signed"]), Decimal(line["collected"])) == (Decimal(860_000), Decimal(258_000))
    assert (line["stops"][0]["kind"], line["stops"][0]["parents"]) == ("touch", [])
    walked = call(alice).get(f"/journey/receipt/{receipt.pk}").json()
    assert walked["upstream"][0]["kind"] == "touch"
    assert Decimal(call(alice).get(f"/journey/contract/{signed.pk}").json()["collected"]) == Decimal(258_000)
    assert call(alice).get("/journey/nonsense/1").status_code == 404
    for address in (f"/customers/{customer.pk}/journey", f"/journey/receipt/{receipt.pk}"):
        assert call(charlie).get(address).status_code == 404
