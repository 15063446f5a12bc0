"""The tables of this floor, one module per thing."""

from genjin.quality.models.duplicates import DuplicatePair, DuplicateScan
from genjin.quality.models.facts import FactCheck, FactTerms, PublicInfo
from genjin.quality.models.samples import Contradiction, LookedThrough, SpotCheck, SpotCheckItem

__all__ = [
    "Contradiction",
    "DuplicatePair",
    "DuplicateScan",
    "FactCheck",
    "FactTerms",
    "LookedThrough",
    "PublicInfo",
    "SpotCheck",
    "SpotCheckItem",
]
