"""The laws of contracts and money. Pure."""

from genjin.contracts.rules.words import ContractKind, ContractState, Trigger

__all__ = ["ContractKind", "ContractState", "Trigger"]
