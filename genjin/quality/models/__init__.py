"""Tables of this floor: doubles found and decided."""

from genjin.quality.models.duplicates import DuplicatePair, DuplicateScan

__all__ = ["DuplicatePair", "DuplicateScan"]
