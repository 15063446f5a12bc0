"""Handing a contract in, and what the answer does: legal reads the terms, who leads says yes (S3-14)."""

from datetime import datetime

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.actions import NewRequest, ask, decide, void_requests, withdraw
from genjin.approvals.models import Request
from genjin.contracts.actions.access import lock_contract, lock_row, note, require_hand, step
from genjin.contracts.actions.amendments import answer_amendment, close_amendment
from genjin.contracts.models import Amendment, Contract
from genjin.contracts.queries.terms import terms_of
from genjin.contracts.rules import AmendmentState, ContractState, FileKind
from genjin.contracts.rules.states import check_move
from genjin.contracts.rules.terms import check_ready
from genjin.kit.errors import RuleError
from genjin.kit.money import show_money

KIND = "contract"


@transaction.atomic
def hand_in(actor: User, contract: Contract, *, reason: str, now: datetime) -> Request:
    """Hand a contract in for approval with its terms as what who decides reads (S3-14).

    Raises RuleError `contract_state` (409), `contract_not_ready`, `reason_missing`, `not_yours` (403).
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT)
    check_move(row.state, ContractState.REVIEW)
    check_ready(terms_of(row), has_text=row.files.filter(kind=FileKind.TEXT).exists())
    new = NewRequest(
        kind=KIND, subject=_("Contract %(number)s: %(title)s") % {"number": row.number, "title": row.title},
        reason=reason, customer_id=row.customer_id, data={"contract": row.pk, "legal": row.legal_id},
        amount=row.amount, facts=facts_of(row),
    )  # fmt: skip
    request = ask(actor, new, now=now)
    step(row, ContractState.REVIEW, now)
    row.answer = ""
    row.save(update_fields=["answer"])
    note(actor, row, "contract.handed_in", reason, now=now)
    return request


def facts_of(row: Contract) -> list[tuple[str, str]]:
    """Return what who decides reads of a contract: figures, plan, and the terms legal reviews."""
    plan = "；".join(
        _("%(name)s %(amount)s, %(days)d days after %(trigger)s") % {
            "name": one.name, "amount": show_money(one.amount), "days": one.offset_days, "trigger": one.get_trigger_display(),
        }
        for one in row.milestones.all()
    )  # fmt: skip
    names = {
        "amount": show_money(row.amount), "product": row.product, "plan": plan,
        "term": " – ".join(formats.date_format(day, "Y-m-d") if day else "…" for day in (row.starts_on, row.ends_on)),
    }  # fmt: skip
    pairs = [
        (_("Amount with tax"), names["amount"]),
        (_("Product or service"), names["product"]),
        (_("Term of the contract"), names["term"]),
        (_("Payment milestones"), names["plan"]),
        (_("Payment terms"), row.payment_terms),
        (_("Liability"), row.liability_terms),
        (_("Scope of delivery"), row.scope_terms),
        (_("Other terms"), row.other_terms),
    ]
    return [(name, text) for name, text in pairs if text]


@transaction.atomic
def withdraw_review(actor: User, contract: Contract, *, now: datetime) -> Contract:
    """Take a contract back that waits for its approval; it is a draft again. Raises RuleError `contract_state` (409)."""
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT)
    if row.state != ContractState.REVIEW:
        raise RuleError(_("This contract does not wait for an approval."), "contract_state", status=409)
    why = _("%(who)s took the contract back") % {"who": actor.name}
    void_requests(KIND, where={"contract": row.pk}, why=why, now=now)
    step(row, ContractState.DRAFT, now)
    note(actor, row, "contract.withdrawn", "", now=now)
    return row


@transaction.atomic
def grant_contract(actor: User, request: Request, *, answer: str, now: datetime) -> Request:
    """Say yes to a contract or an amendment; it may be signed once the last step has said so.

    Raises RuleError `own_request` (403) for who wrote its money or owns it.
    """
    contract = lock_row(Contract.objects.get(pk=request.data["contract"]))
    if actor.pk in {contract.owner_id, None if "amendment" in request.data else contract.priced_by_id}:
        raise RuleError(_("Nobody decides on a request of their own."), "own_request", status=403)
    row = decide(actor, request, grant=True, answer=answer, now=now)
    if row.status == Request.Status.GRANTED:
        _answered(actor, contract, row, is_granted=True, answer=answer, now=now)
    return row


@transaction.atomic
def decline_contract(actor: User, request: Request, *, answer: str, now: datetime) -> Request:
    """Return a contract or an amendment with a reason (已驳回)."""
    contract = lock_row(Contract.objects.get(pk=request.data["contract"]))
    row = decide(actor, request, grant=False, answer=answer, now=now)
    _answered(actor, contract, row, is_granted=False, answer=answer, now=now)
    return row


@transaction.atomic
def withdraw_contract(actor: User, request: Request, *, now: datetime) -> Request:
    """Take one's own request back: the contract is a draft again, an amendment is dropped. Raises what `withdraw` does."""
    contract = lock_row(Contract.objects.get(pk=request.data["contract"]))
    row = withdraw(actor, request, now=now)
    held = Amendment.objects.select_for_update(of=("self",)).filter(pk=row.data.get("amendment")).first()
    if held is None and contract.state == ContractState.REVIEW:
        step(contract, ContractState.DRAFT, now)
        note(actor, contract, "contract.withdrawn", "", now=now)
    elif held is not None and held.state == AmendmentState.REVIEW:
        close_amendment(actor, contract, held, now)
    return row


def _answered(
    actor: User, contract: Contract, request: Request, *, is_granted: bool, answer: str, now: datetime
) -> None:
    if "amendment" in request.data:
        answer_amendment(
            actor, contract, request.data["amendment"], is_granted=is_granted, answer=answer, now=now
        )
        return
    if contract.state != ContractState.REVIEW:
        sentence = _("The contract was changed or called off since; this request no longer fits it.")
        raise RuleError(sentence, "contract_state", status=409)
    step(contract, ContractState.APPROVED if is_granted else ContractState.REJECTED, now)
    contract.answer = answer.strip()
    contract.approved_at, contract.approved_by = (now, actor) if is_granted else (None, None)
    contract.save(update_fields=["answer", "approved_at", "approved_by"])
    note(actor, contract, "contract.approved" if is_granted else "contract.rejected", answer, now=now)
