"""Changing a signed contract, or ending it early: proposed, approved, signed; what stood before is kept (变更)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day, work_calendar
from genjin.approvals.actions import NewRequest, ask, void_requests
from genjin.contracts.actions.access import lock_contract, note, refuse_open_amendment, require_hand, step
from genjin.contracts.actions.collection import drop_collection
from genjin.contracts.actions.drafts import place_milestone
from genjin.contracts.actions.milestones import fire_trigger, start_clocks
from genjin.contracts.actions.receipts import refresh_settled
from genjin.contracts.actions.signing import watch_end
from genjin.contracts.models import Amendment, Contract, ContractFile, Milestone, ReceiptPart
from genjin.contracts.queries.money import invoiced, paid_by_milestone, rest
from genjin.contracts.queries.terms import terms_of
from genjin.contracts.rules import AmendmentKind, AmendmentState, ContractState, FileKind, Trigger
from genjin.contracts.rules.amendments import (
    CHANGED,
    check_change,
    ended,
    read_snapshot,
    snapshot,
    with_forecast,
)
from genjin.contracts.rules.milestones import due_day, plain
from genjin.contracts.rules.states import check_move
from genjin.contracts.rules.terms import Terms, figures
from genjin.customers.rules.axes import Proof
from genjin.followups.actions.evidence import NewEvidence, write_evidence
from genjin.followups.actions.subject_clocks import end_subject_clocks
from genjin.followups.rules import DeadlineKind
from genjin.followups.rules.evidence import ContractFacts, EvidenceKind, check_contract
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.money import show_money
from genjin.kit.text import clean


@dataclass(frozen=True, slots=True)
class Change:
    """What shall stand instead, and why."""

    terms: Terms
    reason: str
    kind: str = AmendmentKind.CHANGE


@transaction.atomic
def propose_amendment(actor: User, contract: Contract, change: Change, *, now: datetime) -> Amendment:
    """Propose other terms for a signed contract and hand them in; the contract stays as it is until they are signed.

    Milestones with receipts stay. Raises RuleError `reason_missing`, `amendment_open` (409), `amendment_empty`,
    `milestone_paid` (409), `contract_state` (409), `not_yours` (403), and what a contract's terms raise.
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT)
    refuse_open_amendment(row)
    came_from = ContractState(row.state)
    check_move(row.state, ContractState.AMENDED)
    words = clean(change.reason)
    if not words:
        sentence = _("Say why the contract changes.")
        raise wrong_at("reason", sentence, "reason_missing")
    before = terms_of(row)
    amounts = check_change(before, change.terms, *_held(row))
    amount, net = figures(change.terms)
    after = snapshot(change.terms, amounts) | {
        "amount": str(amount),
        "net_amount": None if net is None else str(net),
    }
    held = Amendment.objects.create(
        contract=row, number=row.amendments.count() + 1, kind=change.kind, reason=words, came_from=came_from,
        before=snapshot(before, [one.amount for one in row.milestones.all()]), after=after, asked_by=actor, asked_at=now,
    )  # fmt: skip
    step(row, ContractState.AMENDED, now)
    new = NewRequest(
        kind="contract", subject=_("%(kind)s of contract %(number)s") % {"kind": held.get_kind_display(), "number": row.number},
        reason=words, customer_id=row.customer_id, data={"contract": row.pk, "amendment": held.pk, "legal": row.legal_id},
        amount=max(amount, row.amount), facts=_facts(held),
    )  # fmt: skip
    ask(actor, new, now=now)
    note(actor, row, "contract.amendment_handed_in", words, now=now)
    return held


@transaction.atomic
def propose_termination(
    actor: User, contract: Contract, *, settled: Decimal, ends_on: date, reason: str, now: datetime
) -> Amendment:
    """Propose to end a contract early for what is settled between both sides; the same way as an amendment.

    Raises RuleError `settled_below_paid`, `settled_nothing`, `settled_above`, and what `propose_amendment` raises.
    """
    row = lock_contract(actor, contract)
    terms = ended(terms_of(row), *_held(row), settled=settled, ends_on=ends_on)
    return propose_amendment(actor, row, Change(terms, reason, AmendmentKind.TERMINATION), now=now)


def answer_amendment(
    actor: User, contract: Contract, pk: int, *, is_granted: bool, answer: str, now: datetime
) -> None:
    """Take down the answer to an amendment of a locked contract; a no leaves the contract as it was."""
    held = Amendment.objects.select_for_update(of=("self",)).get(pk=pk, contract=contract)
    if held.state != AmendmentState.REVIEW:
        raise RuleError(
            _("This amendment does not wait for an answer any more."), "contract_state", status=409
        )
    held.state = AmendmentState.APPROVED if is_granted else AmendmentState.REJECTED
    held.decided_by, held.decided_at, held.answer = actor, now, answer.strip()
    held.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    if not is_granted:
        step(contract, _state_after(contract, held), now)
    note(
        actor,
        contract,
        "contract.approved" if is_granted else "contract.rejected",
        answer.strip() or held.reason,
        now=now,
    )


@transaction.atomic
def drop_amendment(actor: User, amendment: Amendment, *, now: datetime) -> Amendment:
    """Drop an amendment that is not signed yet; the contract is as it was. Raises RuleError `contract_state` (409)."""
    row, held = _locked(actor, amendment)
    if held.state not in {AmendmentState.REVIEW, AmendmentState.APPROVED}:
        raise RuleError(_("This amendment is closed already."), "contract_state", status=409)
    why = _("%(who)s dropped the amendment") % {"who": actor.name}
    void_requests("contract", where={"amendment": held.pk}, why=why, now=now)
    close_amendment(actor, row, held, now)
    return held


def close_amendment(actor: User, row: Contract, held: Amendment, now: datetime) -> None:
    """Let a locked amendment go that is not signed; a step of dropping it and of taking its request back."""
    held.state = AmendmentState.DROPPED
    held.save(update_fields=["state"])
    step(row, _state_after(row, held), now)
    note(actor, row, "contract.amendment_dropped", held.reason, now=now)


@transaction.atomic
def sign_amendment(
    actor: User, amendment: Amendment, *, signed_on: date | None, scan: "File[bytes] | None", now: datetime
) -> Contract:
    """Put the signature of an approved amendment on record: from now on the contract says what it says.

    Paid milestones stay, facts that happened hold, clocks move with their days. Raises RuleError
    `contract_not_approved` (409), `contract_incomplete`, `contract_in_future`, `milestone_paid` (409).
    """
    row, held = _locked(actor, amendment)
    if held.state != AmendmentState.APPROVED:
        raise RuleError(_("Only an approved amendment is signed."), "contract_not_approved", status=409)
    terms = with_forecast(read_snapshot(held.after, terms_of(row)), held.before, terms_of(row))
    amounts = check_change(terms_of(row), terms, *_held(row))
    facts = ContractFacts(terms.amount, signed_on, terms.product, terms.ends_on)
    check_contract(EvidenceKind.CONTRACT, facts, local_day(now), has_file=scan is not None)
    _check_invoiced(row, terms.amount or Decimal(0))
    text = f"{row.number} {held.get_kind_display()} {held.number}"
    new = NewEvidence(EvidenceKind.CONTRACT, [Proof.CONTRACT], text, file=scan, facts=facts)
    evidence = write_evidence(actor, row.customer, new, now)
    held.state, held.signed_on, held.file, held.evidence = (
        AmendmentState.SIGNED,
        signed_on,
        evidence.file,
        evidence,
    )
    held.save(update_fields=["state", "signed_on", "file", "evidence"])
    if evidence.file is not None:
        ContractFile.objects.create(contract=row, file=evidence.file, kind=FileKind.SUPPLEMENT)
    _apply(actor, row, held, terms, amounts, now)
    words = f"{show_money(Decimal(held.before['amount']))} → {show_money(row.amount)} · {held.reason}"
    note(actor, row, "contract.amended", words, now=now)
    row.refresh_from_db()
    return row


def _apply(  # noqa: PLR0917 (a step of signing an amendment)
    actor: User, row: Contract, held: Amendment, terms: Terms, amounts: list[Decimal], now: datetime
) -> None:
    is_end_moved = row.ends_on != terms.ends_on
    for name in CHANGED:
        setattr(row, name, getattr(terms, name))
    row.save()
    facts = {
        one.trigger: one.triggered_on
        for one in row.milestones.exclude(triggered_on=None).order_by("triggered_on")
    }
    _replan(actor, row, terms, amounts, now)
    step(row, _state_after(row, held), now)
    for trigger, on in facts.items():
        if on is not None and trigger != Trigger.DATE:
            fire_trigger(actor, row, trigger, on, now=now)
    if row.signed_on is not None:
        fire_trigger(actor, row, Trigger.SIGNING, row.signed_on, now=now)
        fire_trigger(actor, row, Trigger.DATE, row.signed_on, now=now)
    refresh_settled(actor, row, now)
    start_clocks(row, list(row.milestones.exclude(due_on=None)), now)
    if is_end_moved:
        watch_end(row, now)


def _state_after(row: Contract, held: Amendment) -> ContractState:
    """Return the state a contract has once its amendment is closed, by what happened meanwhile."""
    came_from = ContractState(held.came_from)
    if came_from == ContractState.DONE:
        return ContractState.ACTIVE if rest(row) else came_from
    happened = row.milestones.exclude(triggered_on=None).exclude(trigger__in=[Trigger.SIGNING, Trigger.DATE])
    is_begun = row.receipts.standing().exists() or happened.exists()
    return ContractState.ACTIVE if is_begun else came_from


def _replan(  # noqa: PLR0917 (a step of signing an amendment)
    actor: User, row: Contract, terms: Terms, amounts: list[Decimal], now: datetime
) -> None:
    """Write the new plan over the old: milestones named by id are kept with their facts, others go with clock and task."""
    known = {one.pk: one for one in row.milestones.all()}
    kept = {share.pk for share in terms.shares}
    gone = [one for pk, one in known.items() if pk not in kept]
    end_subject_clocks(DeadlineKind.PAYMENT, [one.pk for one in gone], now)
    drop_collection(actor, gone, _("No longer due"), now=now)
    Milestone.objects.filter(pk__in=[one.pk for one in gone]).delete()
    calendar = work_calendar()
    for position, (share, amount) in enumerate(zip(terms.shares, amounts, strict=True)):
        one = known.get(share.pk or 0) or Milestone(contract=row)
        if one.pk and (one.trigger, one.fixed_on) != (share.trigger, share.fixed_on):
            one.triggered_on = one.due_on = None
            end_subject_clocks(DeadlineKind.PAYMENT, [one.pk], now)
        place_milestone(one, share, amount, position)
        if one.triggered_on is not None:
            one.due_on = due_day(
                one.triggered_on, one.offset_days, to_working_day=one.to_working_day, calendar=calendar
            )
            one.expected_on = one.due_on
        one.save()


def _locked(actor: User, amendment: Amendment) -> tuple[Contract, Amendment]:
    seen = Amendment.objects.visible_to(actor).select_related("contract").get(pk=amendment.pk)
    row = lock_contract(actor, seen.contract)
    require_hand(actor, row, Right.CONTRACT)
    return row, Amendment.objects.select_for_update(of=("self",)).get(pk=seen.pk)


def _held(row: Contract) -> tuple[dict[int, Decimal], frozenset[int]]:
    """Return what was paid by milestone, and which have any receipt."""
    ids = list(row.milestones.values_list("pk", flat=True))
    touched = frozenset(ReceiptPart.objects.filter(milestone__in=ids).values_list("milestone", flat=True))
    return paid_by_milestone(ids), touched


def _check_invoiced(row: Contract, amount: Decimal) -> None:
    total = invoiced(row)
    if total > amount:
        sentence = _("%(sum)s yuan are invoiced already, more than the new amount; void invoices first.")
        raise RuleError(sentence % {"sum": plain(total)}, "contract_invoiced", status=409)


def _facts(held: Amendment) -> list[tuple[str, str]]:
    """Return what who decides reads: every value that changes, before and after."""
    names = {
        "title": _("Title"), "amount": _("Amount with tax"), "product": _("Product or service"), "starts_on": _("Begins"),
        "ends_on": _("Ends"), "payment_terms": _("Payment terms"), "liability_terms": _("Liability"),
        "scope_terms": _("Scope of delivery"), "other_terms": _("Other terms"),
    }  # fmt: skip
    found = [
        (str(label), f"{held.before.get(name) or '—'} → {held.after.get(name) or '—'}")
        for name, label in names.items()
        if held.before.get(name) != held.after.get(name)
    ]
    plan = [_plan_words(side["milestones"]) for side in (held.before, held.after)]
    return [*found, (_("Payment milestones"), " → ".join(plan))] if plan[0] != plan[1] else found


def _plan_words(milestones: list[dict[str, Any]]) -> str:
    return "；".join(f"{one['name']} {plain(Decimal(one['comes_to']))}" for one in milestones)
