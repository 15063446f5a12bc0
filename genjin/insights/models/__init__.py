"""The tables of insights."""

from genjin.insights.models.chances import ChanceModel, CustomerChance, CustomerChanceQuerySet
from genjin.insights.models.reviews import Review, ReviewAction, ReviewSettings

__all__ = [
    "ChanceModel",
    "CustomerChance",
    "CustomerChanceQuerySet",
    "Review",
    "ReviewAction",
    "ReviewSettings",
]
