"""Who may write to a contract: the customer's owner and their leads, and whom the contract names."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may, require
from genjin.contracts.models import Contract
from genjin.contracts.rules.states import check_move
from genjin.customers.actions.ownership import may_edit
from genjin.customers.actions.people import involve
from genjin.customers.models import Customer, Participant
from genjin.customers.queries.sight import involved_in
from genjin.events.actions import record
from genjin.kit.errors import RuleError

VIA = "contract"


def may_write(actor: User, contract: Contract, *rights: Right) -> bool:
    """Whether `actor` may write to a contract with one of these rights: theirs to edit, or named on it.

    For what pages offer: who is named is read once a request. Actions ask `require_hand`.
    """
    if not any(may(actor, right) for right in rights):
        return False
    if may_edit(actor, contract.customer):
        return True
    return _is_named(actor, contract) and contract.pk in involved_in(actor, VIA).get(contract.customer_id, ())


def _is_named(actor: User, contract: Contract) -> bool:
    return actor.pk in {contract.owner_id, contract.legal_id, contract.finance_id}


def _sees_through(actor: User, contract: Contract) -> bool:
    """Whether somebody sees the customer through this contract still: what was handed over is not theirs."""
    rows = Participant.objects.filter(customer=contract.customer_id, via=VIA, subject_id=contract.pk)
    return rows.standing().filter(user=actor).exists()


def require_hand(actor: User, contract: Contract, *rights: Right) -> None:
    """Refuse with 403 `forbidden` or `not_yours` whom `may_write` would not let, as it stands at this moment."""
    if not any(may(actor, right) for right in rights):
        require(actor, rights[0])
    is_theirs = may_edit(actor, contract.customer) or (
        _is_named(actor, contract) and _sees_through(actor, contract)
    )
    if not is_theirs:
        sentence = _("Only the owner, their leads and the people named on the contract may do this.")
        raise RuleError(sentence, "not_yours", status=403)


def lock_contract(actor: User, contract: Contract) -> Contract:
    """Return a contract in sight, locked after its customer; raises DoesNotExist out of sight."""
    seen = Contract.objects.visible_to(actor).get(pk=contract.pk)
    return lock_row(seen)


def lock_row(contract: Contract) -> Contract:
    """Return a contract as it stands, locked after its customer: everybody locks in this order."""
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=contract.customer_id)
    row = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    row.customer = customer
    return row


def step(contract: Contract, target: str, now: datetime, *, void_reason: str = "") -> None:
    """Take a contract to another state of the one table; a step of actions that hold its lock."""
    check_move(contract.state, target)
    contract.void_reason = void_reason
    contract.state, contract.state_at = target, now
    contract.version += 1
    contract.save(update_fields=["state", "state_at", "version", "void_reason"])


def refuse_open_amendment(contract: Contract) -> None:
    """Refuse while an amendment waits for its answer or signature. Raises RuleError `amendment_open` (409)."""
    if contract.amendments.open().exists():
        sentence = _("An amendment of this contract is under way; finish or drop it first.")
        raise RuleError(sentence, "amendment_open", status=409)


def involve_named(contract: Contract) -> None:
    """Let who is named on a contract see its customer, and nobody else through it."""
    named = {contract.owner_id, contract.legal_id, contract.finance_id} - {None, contract.customer.owner_id}
    rows = Participant.objects.filter(customer=contract.customer_id, via=VIA, subject_id=contract.pk)
    rows.exclude(user__in=named).delete()
    involve(contract.customer_id, User.objects.filter(pk__in=named), via=VIA, subject_id=contract.pk)


def note(
    actor: User | None,
    row: Contract,
    kind: str,
    words: str,
    *,
    now: datetime,
    subject: int | None = None,
    **more: Any,
) -> None:
    """Record what happened to a contract, or to `subject`, one of its receipts or invoices."""
    record(
        actor, kind, at=now, customer_id=row.customer_id, subject_id=subject or row.pk, name=row.number,
        note=words.strip()[:200] or row.title, contract=row.pk, **more,
    )  # fmt: skip
