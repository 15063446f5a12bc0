"""As what a customer stands in a contract: kept as it was signed, and whole only for who bills it."""

from datetime import date

from genjin.contracts.actions.profiles import save_profile
from genjin.contracts.actions.signing import Signature, sign_contract
from genjin.contracts.models import Contract
from genjin.contracts.queries.billing import billed_to
from genjin.customers.actions.people import involve
from genjin.customers.models import Customer
from tests.contracts.conftest import scan

SIGNED_ON = date(2026, 3, 11)


def test_as_what_the_customer_signed_stays(alice, approved, customer, now):
    profile = save_profile(
        alice, customer, {"name": "杭州远景机电有限公司", "account": "1202020219900123456"}, now=now
    )
    Contract.objects.update(profile=profile)
    Customer.objects.update(stage="negotiation")
    row = sign_contract(alice, approved, Signature(SIGNED_ON, scan()), now=now)
    save_profile(alice, customer, {"name": "杭州新远景有限公司"}, profile=profile, now=now)
    row = Contract.objects.get(pk=row.pk)
    assert billed_to(alice, row)["name"] == "杭州远景机电有限公司"
    assert billed_to(alice, row)["account"] == "1202020219900123456"


def test_accounts_are_read_by_who_bills(alice, bob, erin, fiona, sam, draft, customer, now):
    known = {"name": "杭州远景机电有限公司", "account": "1202020219900123456", "phone": "0571-88991234"}
    Contract.objects.update(profile=save_profile(alice, customer, known, now=now))
    row = Contract.objects.get()
    involve(customer.pk, [sam], via="delivery", subject_id=1)
    for person in (alice, bob, fiona):
        assert billed_to(person, row)["account"] == known["account"]
    for person in (erin, sam):
        seen = billed_to(person, row)
        assert (seen["name"], seen["account"], seen["phone"]) == (known["name"], "****3456", "0571-****1234")
