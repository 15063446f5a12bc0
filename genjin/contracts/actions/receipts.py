"""Recording money that came in, matched to milestones, and taking it back by a row of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import company_zone, local_day
from genjin.contracts.actions.access import lock_contract, note, require_hand, step
from genjin.contracts.actions.collection import collect, drop_collection, reword_collection
from genjin.contracts.actions.milestones import begin_fulfilment, start_clocks
from genjin.contracts.models import Contract, Milestone, Receipt, ReceiptPart
from genjin.contracts.queries.money import rest, with_open
from genjin.contracts.rules import ContractState, PayMethod
from genjin.contracts.rules.receipts import check_parts, spread
from genjin.contracts.rules.states import IN_FORCE
from genjin.followups.actions.subject_clocks import meet_subject_clock
from genjin.followups.rules import DeadlineKind
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.money import show_money
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """Money as it came in; without `parts` it fills the milestones in the order they are due."""

    amount: Decimal
    received_on: date
    method: str = PayMethod.TRANSFER
    payer: str = ""
    reference: str = ""
    note: str = ""
    parts: Mapping[int, Decimal] | None = None
    key: UUID | None = None  # of the form; the same form sent twice counts once


@transaction.atomic
def record_receipt(actor: User, contract: Contract, new: NewReceipt, *, now: datetime) -> Receipt:
    """Take down money of a signed contract and which milestones it pays; two at once never exceed what is left.

    Finance named on the contract may, and the customer's owner and leads who have the right. Raises RuleError
    `receipt_above_rest`, `milestone_overpaid`, `receipt_parts`, `received_in_future`, `receipt_twice`,
    `receipt_key_used` (409),
    `contract_state` (409), `not_yours` (403).
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.RECORD_MONEY)
    if new.key is not None and (known := Receipt.objects.filter(key=new.key).first()):
        return _sent_again(known, row, new)
    if row.state not in IN_FORCE:
        sentence = _("Money is recorded for signed contracts; this one is “%(state)s”.")
        raise RuleError(sentence % {"state": row.get_state_display()}, "contract_state", status=409)
    _check_shape(row, new, local_day(now))
    milestones = list(
        with_open(row.milestones.all()).order_by(F("due_on").asc(nulls_last=True), "position", "pk")
    )
    parts = (
        new.parts if new.parts is not None else spread(new.amount, [(one.pk, one.open) for one in milestones])
    )
    check_parts(new.amount, rest(row), parts, {one.pk: (one.name, one.open) for one in milestones})
    receipt = Receipt.objects.create(
        contract=row, amount=new.amount, received_on=new.received_on, method=new.method, payer=clean(new.payer)[:120],
        reference=clean(new.reference)[:60], note=clean(new.note), key=new.key, recorded_by=actor, recorded_at=now,
    )  # fmt: skip
    ReceiptPart.objects.bulk_create(
        [ReceiptPart(receipt=receipt, milestone_id=pk, amount=part) for pk, part in parts.items()]
    )
    refresh_settled(actor, row, now)
    begin_fulfilment(row, now)
    names = "、".join(one.name for one in milestones if one.pk in parts)
    note(
        actor,
        row,
        "receipt.recorded",
        f"{show_money(new.amount)} · {names}",
        now=now,
        subject=receipt.pk,
        amount=str(receipt.amount),
    )
    _tell_owner(actor, receipt, names, now)
    return receipt


def _sent_again(known: Receipt, row: Contract, new: NewReceipt) -> Receipt:
    """Return the receipt a form was sent for before; other money by the same form is refused, not lost."""
    if (known.contract_id, known.amount, known.received_on) != (row.pk, new.amount, new.received_on):
        sentence = _("This form has recorded other money already; open it anew for this receipt.")
        raise RuleError(sentence, "receipt_key_used", status=409)
    return known


def _check_shape(row: Contract, new: NewReceipt, today: date) -> None:
    if new.received_on > today:
        sentence = _("Money that came in is of today or earlier.")
        raise wrong_at("received_on", sentence, "received_in_future")
    if new.method not in PayMethod.values:
        sentence = _("Choose how it came in.")
        raise wrong_at("method", sentence, "method_unknown")
    reference = clean(new.reference)[:60]
    if reference and row.receipts.standing().filter(reference=reference, amount=new.amount).exists():
        sentence = _("This bank reference is recorded already with the same amount.")
        raise wrong_at("reference", sentence, "receipt_twice", status=409)


@transaction.atomic
def reverse_receipt(actor: User, receipt: Receipt, *, reason: str, now: datetime) -> Receipt:
    """Take a receipt back by a row of its own (冲销); what it paid is open again, late clocks run on from their day.

    Raises RuleError `reason_missing`, `receipt_reversed` (409), `not_yours` (403).
    """
    seen = Receipt.objects.visible_to(actor).get(pk=receipt.pk)
    row = lock_contract(actor, seen.contract)
    require_hand(actor, row, Right.RECORD_MONEY)
    words = clean(reason)
    if not words:
        sentence = _("Say why it is reversed.")
        raise wrong_at("reason", sentence, "reason_missing")
    if seen.reverses_id is not None or Receipt.objects.filter(reverses=seen).exists():
        raise RuleError(
            _("This receipt was reversed already, or is a reversal."), "receipt_reversed", status=409
        )
    back = Receipt.objects.create(
        contract=row, amount=-seen.amount, received_on=local_day(now), method=seen.method, payer=seen.payer,
        reference=seen.reference, note=words, reverses=seen, recorded_by=actor, recorded_at=now,
    )  # fmt: skip
    ReceiptPart.objects.bulk_create(
        [
            ReceiptPart(receipt=back, milestone_id=part.milestone_id, amount=-part.amount)
            for part in seen.parts.all()
        ]
    )
    refresh_settled(actor, row, now)
    if row.state == ContractState.DONE:
        step(row, ContractState.ACTIVE, now)
    note(
        actor,
        row,
        "receipt.reversed",
        f"-{show_money(seen.amount)} · {words}",
        now=now,
        subject=seen.pk,
        amount=str(back.amount),
    )
    _tell_owner(actor, back, words, now)
    return back


def refresh_settled(actor: User | None, row: Contract, now: datetime) -> None:
    """Let every milestone of a locked contract say whether it is paid in full, its clock and task with it."""
    filled, opened = [], []
    for one in with_open(row.milestones.all()):
        is_full = one.open <= 0 and one.amount > 0
        if is_full and one.settled_on is None:
            one.settled_on = _last_day(one, now)
            filled.append(one)
        elif not is_full and one.settled_on is not None:
            one.settled_on = None
            opened.append(one)
    Milestone.objects.bulk_update([*filled, *opened], ["settled_on"])
    for one in filled:
        at = min(now, datetime.combine(one.settled_on, time(12), company_zone()))
        meet_subject_clock(DeadlineKind.PAYMENT, one.pk, at=at, now=now)
    drop_collection(actor, filled, _("Paid in full"), now=now)
    start_clocks(row, opened, now)
    collect(row, opened, now=now)
    reword_collection(row.customer_id)


def _last_day(one: Milestone, now: datetime) -> date:
    last = one.parts.filter(amount__gt=0, receipt__reversal=None).order_by("-receipt__received_on").first()
    return last.receipt.received_on if last else local_day(now)


def _tell_owner(actor: User, receipt: Receipt, what: str, now: datetime) -> None:
    row = receipt.contract
    people: Sequence[int | None] = [row.owner_id, row.customer.owner_id]
    tell(
        {pk for pk in people if pk is not None} - {actor.pk}, NoticeKind.MONEY_IN, key=f"receipt:{receipt.pk}", at=now,
        customer_id=row.customer_id, subject_id=row.pk, who=actor.name, amount=show_money(receipt.amount),
        number=row.number, what=what[:100],
    )  # fmt: skip
