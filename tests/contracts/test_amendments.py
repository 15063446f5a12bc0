"""A signed contract changes by an amendment only: approved, signed, what stood is kept, what is paid stays."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from genjin.contracts.actions.amendments import (
    Change,
    drop_amendment,
    propose_amendment,
    propose_termination,
    sign_amendment,
)
from genjin.contracts.actions.drafts import change_contract
from genjin.contracts.actions.ending import finish_contract, void_contract
from genjin.contracts.actions.milestones import expect_trigger, fire_trigger
from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.contracts.models import Amendment
from genjin.contracts.queries.money import paid, rest
from genjin.contracts.queries.terms import terms_of
from genjin.contracts.rules.milestones import Share
from genjin.desk.actions import decline, grant, withdraw
from genjin.followups.models import Deadline, Evidence
from tests.contracts.conftest import scan
from tests.refusals import refused, unseen

TODAY = date(2026, 3, 11)


def request_of(contract):
    from genjin.approvals.models import Request

    return Request.objects.open().get(kind="contract", data__contract=contract.pk)


def pay(actor, contract, amount, now):
    return record_receipt(actor, contract, NewReceipt(Decimal(amount), TODAY), now=now)


def bigger(contract, amount="900000", ends_on=date(2027, 6, 30)):
    """The down payment as it is, the final one by so much more, later."""
    terms = terms_of(contract)
    down, final = terms.shares
    rest_of_it = Decimal(amount) - Decimal("258000")
    shares = (
        replace(down, percent=None, amount=Decimal("258000")),
        replace(final, percent=None, amount=rest_of_it, offset_days=10),
    )
    return replace(terms, amount=Decimal(amount), net_amount=None, ends_on=ends_on, shares=shares)


def test_from_proposal_to_signature_with_everything_kept(alice, bob, fiona, running, now, lena):
    with refused("contract_signed", status=409):
        change_contract(alice, running, bigger(running), version=running.version, now=now)
    pay(fiona, running, "258000", now)
    held = propose_amendment(alice, running, Change(bigger(running), "增购一条线"), now=now)
    running.refresh_from_db()
    assert (running.state, running.amount) == ("amended", Decimal("860000"))  # until it is signed
    assert (held.before["amount"], held.after["amount"]) == ("860000.00", "900000")
    with refused("amendment_open", status=409):
        propose_amendment(alice, running, Change(bigger(running, "950000"), "再加"), now=now)
    with refused("contract_not_approved", status=409):
        sign_amendment(alice, held, signed_on=TODAY, scan=scan(), now=now)
    pay(fiona, running, "2000", now)  # money comes in meanwhile
    grant(lena, request_of(running), now=now)
    grant(bob, request_of(running), now=now)
    with refused("contract_incomplete"):
        sign_amendment(alice, held, signed_on=TODAY, scan=None, now=now)
    row = sign_amendment(alice, held, signed_on=TODAY, scan=scan("supplement.pdf", b"%PDF-1.7 two"), now=now)
    assert (row.state, row.amount, row.ends_on) == ("active", Decimal("900000"), date(2027, 6, 30))
    down, final = row.milestones.all()
    assert (down.amount, down.settled_on, final.amount, final.offset_days) == (
        Decimal("258000"), TODAY, Decimal("642000"), 10,
    )  # fmt: skip
    assert (paid(row), rest(row)) == (Decimal("260000"), Decimal("640000"))
    end = Deadline.objects.running().get(kind="contract_end")
    assert end.due_at == datetime(2027, 6, 30, 15, 59, 59, tzinfo=UTC)
    assert [one.kind for one in row.files.all()] == ["scan", "supplement"]
    assert Evidence.objects.filter(proves__contains=["contract"]).count() == 2
    held.refresh_from_db()
    assert (held.state, held.before["ends_on"], held.after["ends_on"]) == (
        "signed",
        "2027-03-10",
        "2027-06-30",
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.filter(pk=held.pk).update(before={})


def test_what_is_paid_stays(alice, fiona, running, now):
    receipt = pay(fiona, running, "300000", now)
    terms = bigger(running)
    down, final = terms.shares
    gone = replace(terms, shares=(replace(final, amount=Decimal("900000")),))
    less = replace(
        terms, shares=(replace(down, amount=Decimal("200000")), replace(final, amount=Decimal("700000")))
    )
    other = replace(terms, shares=(replace(down, trigger="launch"), final))
    for bad in (gone, less, other):
        with refused("milestone_paid", status=409):
            propose_amendment(alice, running, Change(bad, "改付款"), now=now)
    reverse_receipt(fiona, receipt, reason="退票", now=now)
    with refused("milestone_paid", status=409):  # its history stays, though nothing is paid
        propose_amendment(alice, running, Change(gone, "改付款"), now=now)
    propose_amendment(alice, running, Change(less, "改付款"), now=now)


def test_nothing_or_nonsense_is_no_amendment(alice, charlie, draft, running, now):
    with refused("amendment_empty"):
        propose_amendment(alice, running, Change(terms_of(running), "没有变化"), now=now)
    with refused("reason_missing"):
        propose_amendment(alice, running, Change(bigger(running), " "), now=now)
    terms = bigger(running)
    with refused("milestones_sum"):
        propose_amendment(alice, running, Change(replace(terms, amount=Decimal("1000000")), "写错"), now=now)
    with unseen():
        propose_amendment(charlie, running, Change(terms, "?"), now=now)


def test_declined_or_dropped_the_contract_is_as_it_was(alice, bob, running, now, lena):
    held = propose_amendment(alice, running, Change(bigger(running), "增购"), now=now)
    decline(lena, request_of(running), answer="价格不对", now=now)
    running.refresh_from_db()
    held.refresh_from_db()
    assert (running.state, held.state, held.answer) == ("signed", "rejected", "价格不对")
    second = propose_amendment(alice, running, Change(bigger(running), "增购"), now=now)
    drop_amendment(alice, second, now=now)
    running.refresh_from_db()
    assert (running.state, running.amount, second.number) == ("signed", Decimal("860000"), 2)
    with refused("contract_state", status=409):
        drop_amendment(alice, second, now=now)


def test_a_new_milestone_of_a_fact_that_happened_is_due_at_once(alice, bob, running, now, lena):
    fire_trigger(None, running, "acceptance", date(2026, 3, 10), now=now)
    running.refresh_from_db()
    terms = bigger(running)
    down, final = terms.shares
    parts = (
        down,
        replace(final, amount=Decimal("600000")),
        Share("追加款", "acceptance", amount=Decimal("42000"), offset_days=5),
    )
    held = propose_amendment(alice, running, Change(replace(terms, shares=parts), "追加"), now=now)
    grant(lena, request_of(running), now=now)
    grant(bob, request_of(running), now=now)
    row = sign_amendment(alice, held, signed_on=TODAY, scan=scan(), now=now)
    due = {one.name: one.due_on for one in row.milestones.all()}
    assert due == {"首付款": date(2026, 3, 14), "尾款": date(2026, 3, 20), "追加款": date(2026, 3, 15)}
    clocks = Deadline.objects.running().filter(kind="payment")
    assert clocks.count() == 3


def test_an_early_end_settles_what_is_owed(alice, bob, fiona, running, now, lena):
    pay(fiona, running, "300000", now)
    for settled, code in (
        ("299999", "settled_below_paid"),
        ("0", "settled_nothing"),
        ("860001", "settled_above"),
    ):
        with refused(code):
            propose_termination(
                alice, running, settled=Decimal(settled), ends_on=date(2026, 4, 30), reason="停产", now=now
            )
    held = propose_termination(
        alice, running, settled=Decimal("350000"), ends_on=date(2026, 4, 30), reason="客户停产", now=now
    )
    grant(lena, request_of(running), now=now)
    grant(bob, request_of(running), now=now)
    row = sign_amendment(alice, held, signed_on=TODAY, scan=scan(), now=now)
    assert (row.amount, row.ends_on, rest(row)) == (Decimal("350000"), date(2026, 4, 30), Decimal("50000"))
    assert [(one.amount, one.due_on) for one in row.milestones.all()] == [
        (Decimal("258000"), date(2026, 3, 14)),
        (Decimal("42000"), None),
        (Decimal("50000"), date(2026, 4, 30)),
    ]
    assert row.milestones.get(settled_on=None).fixed_on == date(2026, 4, 30)


def sign(alice, bob, lena, held, now):
    """Legal and who leads say yes, alice brings the signature."""
    for person in (lena, bob):
        grant(person, request_of(held.contract), now=now)
    return sign_amendment(alice, held, signed_on=TODAY, scan=scan(), now=now)


def test_nothing_is_fulfilled_while_an_amendment_is_open(alice, fiona, running, now):
    propose_amendment(alice, running, Change(bigger(running), "增购"), now=now)
    pay(fiona, running, "860000", now)
    with refused("amendment_open", status=409):
        finish_contract(alice, running, now=now)
    drop_amendment(alice, Amendment.objects.get(), now=now)
    assert finish_contract(alice, running, now=now).state == "done"


def test_after_an_amendment_the_state_is_what_happened_meanwhile(alice, fiona, lena, running, now):
    propose_amendment(alice, running, Change(bigger(running), "增购"), now=now)
    receipt = pay(fiona, running, "860000", now)  # fulfilment began while it waited
    decline(lena, request_of(running), answer="价格不对", now=now)
    running.refresh_from_db()
    assert running.state == "active"
    finish_contract(alice, running, now=now)
    held = propose_amendment(alice, running, Change(bigger(running), "增购"), now=now)
    reverse_receipt(fiona, receipt, reason="退票", now=now)  # money is open again
    drop_amendment(alice, held, now=now)
    running.refresh_from_db()
    assert running.state == "active"
    receipt = pay(fiona, running, "860000", now)
    finish_contract(alice, running, now=now)
    propose_amendment(alice, running, Change(bigger(running), "增购"), now=now)
    reverse_receipt(fiona, receipt, reason="退票", now=now)
    withdraw(alice, request_of(running), now=now)  # by its request, too
    running.refresh_from_db()
    assert (running.state, running.amendments.first().state, rest(running)) == ("active", "dropped", 860000)


def test_an_early_end_asks_whom_the_old_amount_asks(alice, running, now):
    propose_termination(
        alice, running, settled=Decimal(1), ends_on=date(2026, 4, 30), reason="客户停产", now=now
    )
    assert request_of(running).amount == Decimal("860000")


def test_signing_leaves_a_newer_forecast_and_an_unchanged_end_alone(alice, bob, lena, running, now):
    held = propose_amendment(
        alice, running, Change(bigger(running, ends_on=running.ends_on), "增购"), now=now
    )
    expect_trigger(None, running, "acceptance", date(2026, 9, 30), why="客户推迟", now=now)
    clock = Deadline.objects.running().get(kind="contract_end")
    row = sign(alice, bob, lena, held, now)
    assert row.milestones.get(name="尾款").expected_on == date(2026, 9, 30)
    assert Deadline.objects.running().get(kind="contract_end") == clock


def test_void_withdraws_the_evidence_of_amendments_too(alice, bob, lena, running, now):
    held = propose_amendment(alice, running, Change(bigger(running), "增购"), now=now)
    row = sign(alice, bob, lena, held, now)
    void_contract(bob, row, reason="客户毁约", now=now)
    assert Evidence.objects.filter(withdrawn_at=now).count() == 2
