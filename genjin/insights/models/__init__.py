"""The tables of insights."""

from genjin.insights.models.chances import ChanceModel, CustomerChance, CustomerChanceQuerySet

__all__ = ["ChanceModel", "CustomerChance", "CustomerChanceQuerySet"]
