"""The tables of contracts and money."""

from genjin.contracts.models.contracts import Contract
from genjin.contracts.models.milestones import Milestone

__all__ = ["Contract", "Milestone"]
