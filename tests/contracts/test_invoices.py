"""Invoices: asked for, issued, void; never more than the contract."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from genjin.contracts.actions.invoices import NewInvoice, issue_invoice, request_invoice, void_invoice
from genjin.contracts.actions.profiles import save_profile
from genjin.followups.models import Task
from genjin.notices.models import Notice
from tests.refusals import refused, unseen

TODAY = date(2026, 3, 11)


@pytest.fixture
def profile(alice, customer, now):
    known = {"name": "杭州远景机电有限公司", "tax_number": "91350100M000100Y43", "bank": "工行杭州分行"}
    return save_profile(alice, customer, known, now=now)


def test_asked_for_issued_and_told(alice, fiona, signed, profile, now):
    invoice = request_invoice(alice, signed, NewInvoice(Decimal("258000"), profile, note="随货寄出"), now=now)
    assert (invoice.state, invoice.tax) == ("requested", Decimal("29681.42"))
    task = Task.objects.get(kind="todo")
    assert task.assignee == fiona
    with refused("forbidden", status=403):
        issue_invoice(alice, invoice, number="26337000000012345678", issued_on=TODAY, now=now)
    with refused("number_missing"):
        issue_invoice(fiona, invoice, number=" ", issued_on=TODAY, now=now)
    with refused("issued_in_future"):
        issue_invoice(fiona, invoice, number="1", issued_on=TODAY + timedelta(days=1), now=now)
    row = issue_invoice(fiona, invoice, number="26337 00000 0012345678", issued_on=TODAY, now=now)
    assert (row.state, row.number, row.billed_to["bank"]) == (
        "issued",
        "26337000000012345678",
        "工行杭州分行",
    )
    task.refresh_from_db()
    assert task.status == "done"
    assert Notice.objects.filter(person=alice, kind="invoice_issued").exists()
    save_profile(alice, signed.customer, {"name": "改名后的公司"}, profile=profile, now=now)
    row.refresh_from_db()
    assert row.billed_to["name"] == "杭州远景机电有限公司"  # as it was then
    second = request_invoice(alice, signed, NewInvoice(Decimal(1), profile, kind="ordinary"), now=now)
    with refused("number_taken", status=409):
        issue_invoice(fiona, second, number="26337000000012345678", issued_on=TODAY, now=now)


def test_never_more_than_the_contract(alice, fiona, signed, profile, now):
    first = request_invoice(alice, signed, NewInvoice(Decimal("800000"), profile), now=now)
    with refused("invoice_above_contract") as caught:
        request_invoice(alice, signed, NewInvoice(Decimal("60000.01"), profile), now=now)
    assert "60,000" in caught.value.message
    with refused("reason_missing"):
        void_invoice(alice, first, reason="", now=now)
    void_invoice(alice, first, reason="抬头写错", now=now)  # hers, and not issued yet
    whole = request_invoice(alice, signed, NewInvoice(Decimal("860000"), profile), now=now)
    issue_invoice(fiona, whole, number="1", issued_on=TODAY, now=now)
    with refused("forbidden", status=403):
        void_invoice(alice, whole, reason="退货", now=now)
    assert void_invoice(fiona, whole, reason="退货", now=now).state == "void"
    with refused("invoice_state", status=409):
        void_invoice(fiona, whole, reason="退货", now=now)


def test_what_is_no_invoice(alice, charlie, draft, signed, make_customer, profile, now):
    other = save_profile(alice, make_customer(owner=alice), {"name": "别家公司"}, now=now)
    plain = save_profile(alice, signed.customer, {"name": "没有税号"}, now=now)
    for new, code in (
        (NewInvoice(Decimal(1), other), "profile_unknown"),
        (NewInvoice(Decimal(0), profile), "invoice_invalid"),
        (NewInvoice(Decimal(1), profile, kind="receipt"), "invoice_invalid"),
        (NewInvoice(Decimal(1), profile, tax_rate=Decimal(100)), "invoice_invalid"),
        (NewInvoice(Decimal(1), plain), "tax_number_missing"),
    ):
        with refused(code):
            request_invoice(alice, signed, new, now=now)
    with refused("contract_state", status=409):
        request_invoice(alice, draft, NewInvoice(Decimal(1), profile), now=now)
    with unseen():
        request_invoice(charlie, signed, NewInvoice(Decimal(1), profile), now=now)
    request_invoice(alice, signed, NewInvoice(Decimal(1), plain, kind="ordinary"), now=now)
