"""The tables of this floor, one module per way in."""

from genjin.intake.models.sheets import ColumnMapping, ImportBatch, ImportProblem

__all__ = ["ColumnMapping", "ImportBatch", "ImportProblem"]
