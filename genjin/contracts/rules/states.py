"""The one table of a contract's states, and what the end date adds to it (S3-20). Pure."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from genjin.contracts.rules.words import ContractState
from genjin.kit.errors import RuleError

_S = ContractState
MOVES: Mapping[str, tuple[ContractState, ...]] = {
    _S.DRAFT: (_S.REVIEW, _S.VOID),
    _S.REVIEW: (_S.APPROVED, _S.REJECTED, _S.DRAFT, _S.VOID),
    _S.REJECTED: (_S.DRAFT, _S.REVIEW, _S.VOID),
    _S.APPROVED: (_S.SIGNED, _S.DRAFT, _S.VOID),
    _S.SIGNED: (_S.ACTIVE, _S.DONE, _S.AMENDED, _S.VOID),
    _S.ACTIVE: (_S.DONE, _S.AMENDED, _S.VOID),
    _S.AMENDED: (_S.SIGNED, _S.ACTIVE, _S.DONE),
    _S.DONE: (_S.ACTIVE, _S.AMENDED),
    _S.VOID: (),
}
UNSIGNED = (_S.DRAFT, _S.REVIEW, _S.REJECTED, _S.APPROVED)
EDITABLE = (_S.DRAFT, _S.REVIEW, _S.REJECTED, _S.APPROVED)  # a change of the last two steps back to draft
IN_FORCE = (_S.SIGNED, _S.ACTIVE, _S.AMENDED, _S.DONE)  # signed, and not void
RUNNING = (_S.SIGNED, _S.ACTIVE, _S.AMENDED)  # money is still waited for
LINE = (_S.DRAFT, _S.REVIEW, _S.APPROVED, _S.SIGNED, _S.ACTIVE, _S.DONE)  # the way of a contract, as drawn


def check_move(origin: str, target: str) -> None:
    """Refuse a step the table does not know. Raises RuleError `contract_state` (409)."""
    if target not in MOVES.get(origin, ()):
        sentence = _("A contract that is “%(origin)s” cannot become “%(target)s”.") % {
            "origin": _S(origin).label,
            "target": _S(target).label,
        }
        raise RuleError(sentence, "contract_state", status=409, details={"state": origin, "target": target})


def check_approved(state: str) -> None:
    """Refuse to sign what nobody approved (S3-14). Raises RuleError `contract_not_approved` (409)."""
    if state in (_S.DRAFT, _S.REVIEW, _S.REJECTED):
        sentence = _("Only an approved contract is signed; this one is “%(state)s”.") % {
            "state": _S(state).label
        }
        raise RuleError(sentence, "contract_not_approved", status=409, details={"state": state})
    check_move(state, _S.SIGNED)


def shown_state(state: str, ends_on: date | None, today: date) -> ContractState:
    """Return the state as it is shown: one that runs past its last day has expired."""
    is_over = ends_on is not None and ends_on < today
    return _S.EXPIRED if is_over and state in (_S.SIGNED, _S.ACTIVE) else _S(state)
