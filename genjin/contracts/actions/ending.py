"""How a contract ends: fulfilled, or void."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.actions import void_requests
from genjin.contracts.actions.access import lock_contract, note, refuse_open_amendment, require_hand, step
from genjin.contracts.actions.collection import drop_collection
from genjin.contracts.models import Contract
from genjin.contracts.queries.money import paid, rest
from genjin.contracts.rules import ContractState
from genjin.contracts.rules.milestones import plain
from genjin.contracts.rules.states import UNSIGNED, check_move
from genjin.followups.actions.evidence import withdraw_evidence
from genjin.followups.actions.subject_clocks import end_subject_clocks
from genjin.followups.rules import DeadlineKind
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean


@transaction.atomic
def void_contract(actor: User, contract: Contract, *, reason: str, now: datetime) -> Contract:
    """Void a contract (作废): a draft by who writes it, a signed one by who leads, and only while no money came in.

    The evidence of a signed one and of its amendments is withdrawn, so that the gate asks again. Raises RuleError `reason_missing`,
    `contract_paid` (409), `contract_invoiced` (409), `contract_state` (409), `forbidden`, `not_yours` (403).
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT if row.state in UNSIGNED else Right.APPROVE)
    words = clean(reason)
    if not words:
        sentence = _("Say why the contract is void.")
        raise wrong_at("reason", sentence, "reason_missing")
    check_move(row.state, ContractState.VOID)
    if (sum_paid := paid(row)) != 0:
        sentence = _(
            "%(paid)s yuan came in for this contract: end it by a termination, or reverse the receipts first."
        )
        raise RuleError(sentence % {"paid": plain(sum_paid)}, "contract_paid", status=409)
    if row.invoices.counting().exists():
        raise RuleError(_("Void the invoices of this contract first."), "contract_invoiced", status=409)
    why = _("Contract %(number)s is void: %(why)s") % {"number": row.number, "why": words}
    for evidence in (row.evidence, *(one.evidence for one in row.amendments.select_related("evidence"))):
        if evidence is not None and evidence.withdrawn_at is None:
            withdraw_evidence(actor, evidence, reason=why, now=now)
    void_requests("contract", where={"contract": row.pk}, why=words, now=now)
    step(row, ContractState.VOID, now, void_reason=words)
    milestones = list(row.milestones.all())
    end_subject_clocks(DeadlineKind.PAYMENT, [one.pk for one in milestones], now)
    end_subject_clocks(DeadlineKind.CONTRACT_END, [row.pk], now)
    drop_collection(actor, milestones, _("The contract is void"), now=now)
    note(actor, row, "contract.voided", words, now=now)
    return row


@transaction.atomic
def finish_contract(actor: User, contract: Contract, *, now: datetime) -> Contract:
    """Say that a contract is fulfilled (履行完毕): everything is paid, no amendment is under way. Raises RuleError `amendment_open`,

    `contract_not_paid` (409).
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT, Right.RECORD_MONEY)
    refuse_open_amendment(row)
    check_move(row.state, ContractState.DONE)
    if (left := rest(row)) != 0:
        sentence = _("%(rest)s yuan are still to come; a contract is fulfilled when everything is paid.")
        raise RuleError(sentence % {"rest": plain(left)}, "contract_not_paid", status=409)
    step(row, ContractState.DONE, now)
    note(actor, row, "contract.fulfilled", row.title, now=now)
    return row
