"""The tables of insights."""

from genjin.insights.models.chances import ChanceModel, CustomerChance, CustomerChanceQuerySet
from genjin.insights.models.reviews import Review, ReviewAction, ReviewSettings, teams_led
from genjin.insights.models.targets import RankingSettings, Target, TargetQuerySet

__all__ = [
    "ChanceModel",
    "CustomerChance",
    "CustomerChanceQuerySet",
    "RankingSettings",
    "Review",
    "ReviewAction",
    "ReviewSettings",
    "Target",
    "TargetQuerySet",
    "teams_led",
]
