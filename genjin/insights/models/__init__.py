"""The tables of insights."""

from genjin.insights.models.chances import ChanceModel, CustomerChance, CustomerChanceQuerySet
from genjin.insights.models.reviews import Review, ReviewAction, ReviewSettings, teams_led
from genjin.insights.models.rollup import (
    EVERYBODY,
    MEASURES,
    NAMES,
    NOBODY,
    FactRow,
    FactSum,
    RollUp,
    StaleCustomer,
)
from genjin.insights.models.standing import Standing
from genjin.insights.models.targets import RankingSettings, Target, TargetQuerySet

__all__ = [
    "EVERYBODY",
    "MEASURES",
    "NAMES",
    "NOBODY",
    "ChanceModel",
    "CustomerChance",
    "CustomerChanceQuerySet",
    "FactRow",
    "FactSum",
    "RankingSettings",
    "Review",
    "ReviewAction",
    "ReviewSettings",
    "RollUp",
    "StaleCustomer",
    "Standing",
    "Target",
    "TargetQuerySet",
    "teams_led",
]
