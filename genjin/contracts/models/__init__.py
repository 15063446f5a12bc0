"""The tables of contracts and money."""

from genjin.contracts.models.contracts import (
    Amendment,
    BillingProfile,
    Contract,
    ContractFile,
    ContractLine,
    ContractQuerySet,
)
from genjin.contracts.models.milestones import Milestone, MilestoneQuerySet
from genjin.contracts.models.money import (
    CollectionHold,
    Invoice,
    InvoiceQuerySet,
    Receipt,
    ReceiptPart,
    ReceiptQuerySet,
)

__all__ = [
    "Amendment",
    "BillingProfile",
    "CollectionHold",
    "Contract",
    "ContractFile",
    "ContractLine",
    "ContractQuerySet",
    "Invoice",
    "InvoiceQuerySet",
    "Milestone",
    "MilestoneQuerySet",
    "Receipt",
    "ReceiptPart",
    "ReceiptQuerySet",
]
