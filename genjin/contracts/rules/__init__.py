"""The laws of contracts and money. Pure."""

from genjin.contracts.rules.states import check_move, shown_state
from genjin.contracts.rules.words import (
    AmendmentKind,
    AmendmentState,
    ContractKind,
    ContractState,
    FileKind,
    InvoiceKind,
    InvoiceState,
    PayMethod,
    Trigger,
)

__all__ = [
    "AmendmentKind",
    "AmendmentState",
    "ContractKind",
    "ContractState",
    "FileKind",
    "InvoiceKind",
    "InvoiceState",
    "PayMethod",
    "Trigger",
    "check_move",
    "shown_state",
]
