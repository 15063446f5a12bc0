"""The tables of proposals."""

from genjin.proposals.models.proposals import Proposal, ProposalLine, ProposalVersion

__all__ = ["Proposal", "ProposalLine", "ProposalVersion"]
