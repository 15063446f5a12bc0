"""Money in: matched to milestones, never above the rest, taken back by a row of its own, counted once."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from genjin.accounts.permissions import Right
from genjin.contracts.actions.access import may_write
from genjin.contracts.actions.collection import collect_all
from genjin.contracts.actions.milestones import fire_trigger
from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.contracts.models import Contract, Milestone, Receipt, ReceiptPart
from genjin.contracts.queries.money import overdue, paid, paid_by_milestone, rest
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.models import Deadline, Task
from genjin.notices.models import Notice
from tests.races import at_once
from tests.refusals import refused, unseen

TODAY = date(2026, 3, 11)
DOWN, FINAL = Decimal("258000"), Decimal("602000")


def put(actor, contract, amount, now, **more):
    return record_receipt(
        actor, contract, NewReceipt(Decimal(amount), more.pop("on", TODAY), **more), now=now
    )


def by_name(contract):
    sums = paid_by_milestone(contract.milestones.values_list("pk", flat=True))
    return {one.name: sums[one.pk] for one in contract.milestones.all()}


def test_money_fills_what_is_due_first(alice, fiona, running, now):
    put(fiona, running, "100000", now)
    assert by_name(running) == {"首付款": Decimal("100000"), "尾款": 0}
    put(fiona, running, "200000", now)  # the rest of the down payment, and a part of the final one
    assert by_name(running) == {"首付款": DOWN, "尾款": Decimal("42000")}
    assert (paid(running), rest(running)) == (Decimal("300000"), Decimal("560000"))
    running.refresh_from_db()
    assert running.state == "active"
    down = running.milestones.get(name="首付款")
    assert down.settled_on == TODAY
    assert not Deadline.objects.running().filter(kind="payment", subject_id=down.pk).exists()
    assert not Task.objects.open().filter(kind="collection").exists()
    assert Notice.objects.filter(person=alice, kind="money_in").count() == 2
    assert Event.objects.filter(kind="receipt.recorded").count() == 2


def test_above_the_rest_is_refused_with_the_rest(fiona, running, now):
    put(fiona, running, "258000", now)
    with refused("receipt_above_rest") as caught:
        put(fiona, running, "602000.01", now)
    assert "602,000" in caught.value.message
    put(fiona, running, "602000", now)
    with refused("receipt_above_rest"):
        put(fiona, running, "0.01", now)


def test_parts_by_hand_have_to_fit(fiona, running, make_customer, now):
    down, final = running.milestones.all()
    for parts, code in (
        ({down.pk: DOWN, final.pk: Decimal(1)}, "receipt_parts"),
        ({down.pk: Decimal("300000")}, "milestone_overpaid"),
        ({0: Decimal("300000")}, "milestone_unknown"),
        ({}, "receipt_parts"),
    ):
        with refused(code):
            put(fiona, running, "300000", now, parts=parts)
    put(fiona, running, "300000", now, parts={final.pk: Decimal("300000")})
    assert by_name(running) == {"首付款": 0, "尾款": Decimal("300000")}


def test_only_of_signed_contracts_only_of_today(alice, bob, charlie, fiona, lena, draft, signed, now):
    with refused("contract_state", status=409):
        put(fiona, draft, "1", now)
    with refused("received_in_future"):
        put(fiona, signed, "1", now, on=TODAY + timedelta(days=1))
    with refused("amount_missing"):
        put(fiona, signed, "0", now)
    with refused("method_unknown"):
        put(fiona, signed, "1", now, method="gold")
    for person in (alice, lena):
        with refused("forbidden", status=403):
            put(person, signed, "1", now)
    with unseen():
        put(charlie, signed, "1", now)
    put(bob, signed, "1", now)  # who leads the owner may


def test_the_same_form_twice_counts_once(fiona, running, now):
    key = uuid4()
    first = put(fiona, running, "1000", now, key=key)
    assert put(fiona, running, "1000", now, key=key) == first
    for more in ({"amount": "1001"}, {"amount": "1000", "on": TODAY - timedelta(days=1)}):
        with refused("receipt_key_used", status=409):
            put(fiona, running, more.pop("amount"), now, key=key, **more)
    assert Receipt.objects.count() == 1
    put(fiona, running, "500", now, reference="2026031100017")
    with refused("receipt_twice", status=409):
        put(fiona, running, "500", now, reference=" 2026031100017 ")


def test_a_form_counts_for_one_contract(fiona, running, signed, now):
    key = uuid4()
    put(fiona, running, "1000", now, key=key)
    with refused("receipt_key_used", status=409):
        put(fiona, signed, "1000", now, key=key)


def test_reversed_by_a_row_of_its_own(alice, fiona, running, now):
    receipt = put(fiona, running, "300000", now)
    with refused("reason_missing"):
        reverse_receipt(fiona, receipt, reason=" ", now=now)
    with refused("forbidden", status=403):
        reverse_receipt(alice, receipt, reason="银行退票", now=now)
    back = reverse_receipt(fiona, receipt, reason="银行退票", now=now)
    assert (back.amount, back.reverses, back.note) == (Decimal("-300000"), receipt, "银行退票")
    assert (paid(running), rest(running)) == (0, Decimal("860000"))
    down = running.milestones.get(name="首付款")
    assert down.settled_on is None
    assert Deadline.objects.running().filter(kind="payment", subject_id=down.pk).count() == 1
    assert Task.objects.open().filter(kind="collection").count() == 1
    for one in (receipt, back):
        with refused("receipt_reversed", status=409):
            reverse_receipt(fiona, one, reason="再来", now=now)
    put(fiona, running, "860000", now)


def test_not_even_a_shell_rewrites_or_deletes_money(fiona, running, now):
    receipt = put(fiona, running, "300000", now)
    for deed in (
        lambda: Receipt.objects.filter(pk=receipt.pk).update(amount=1),
        lambda: ReceiptPart.objects.filter(receipt=receipt).update(amount=1),
        lambda: ReceiptPart.objects.filter(receipt=receipt).delete(),
        lambda: Receipt.objects.filter(pk=receipt.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    assert paid(running) == Decimal("300000")


def test_overdue_is_what_is_due_and_not_paid(customer, fiona, running, now):
    assert overdue([customer.pk], date(2026, 3, 14)) == {}  # on its very day it is in time
    put(fiona, running, "58000", now)
    late = overdue([customer.pk], date(2026, 4, 20))[customer.pk]
    assert (late.amount, late.count, late.days, late.since) == (Decimal("200000"), 1, 37, date(2026, 3, 14))
    fire_trigger(None, running, "acceptance", date(2026, 4, 1), now=now)
    late = overdue([customer.pk], date(2026, 4, 20))[customer.pk]
    assert (late.amount, late.count, late.days) == (Decimal("802000"), 2, 37)
    put(fiona, running, "802000", now)
    assert overdue([customer.pk], date(2026, 4, 20)) == {}
    assert not Milestone.objects.filter(settled_on=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_exceed_the_rest(fiona, running, now):
    def take():
        return put(fiona, running, "500000", now).amount

    found = at_once([take, take])
    assert sorted(found, key=str) == [Decimal("500000"), "receipt_above_rest"]
    assert paid(running) == Decimal("500000")


def test_the_task_of_collecting_says_what_is_left(fiona, running, now):
    put(fiona, running, "100000", now)
    assert "15.8万" in Task.objects.open().get(kind="collection").objective


def test_money_is_collected_by_who_looks_after_the_customer_now(alice, charlie, customer, signed, now):
    signed.milestones.update(due_on=TODAY, triggered_on=TODAY)
    Customer.objects.filter(pk=customer.pk).update(owner=charlie)
    assert collect_all(now) == 2
    assert set(Task.objects.open().filter(kind="collection").values_list("assignee", flat=True)) == {
        charlie.pk
    }
    signed.refresh_from_db()
    assert signed.owner == alice
    assert not may_write(alice, Contract.objects.get(), Right.CONTRACT)  # named, but handed over
    assert may_write(charlie, Contract.objects.get(), Right.CONTRACT)
