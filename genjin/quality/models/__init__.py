"""The tables of this floor, one module per thing."""

from genjin.quality.models.duplicates import DuplicatePair, DuplicateScan
from genjin.quality.models.facts import FactCheck, FactTerms, PublicInfo

__all__ = ["DuplicatePair", "DuplicateScan", "FactCheck", "FactTerms", "PublicInfo"]
