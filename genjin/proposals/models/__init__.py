"""The tables of proposals."""

from genjin.proposals.models.objections import Objection
from genjin.proposals.models.prices import BookPrice, DiscountLimit, PriceBook
from genjin.proposals.models.proposals import (
    Proposal,
    ProposalFeedback,
    ProposalFile,
    ProposalLine,
    ProposalLink,
    ProposalTemplate,
    ProposalVersion,
)

__all__ = [
    "BookPrice",
    "DiscountLimit",
    "Objection",
    "PriceBook",
    "Proposal",
    "ProposalFeedback",
    "ProposalFile",
    "ProposalLine",
    "ProposalLink",
    "ProposalTemplate",
    "ProposalVersion",
]
