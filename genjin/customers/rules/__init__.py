"""The laws of a customer's life: pure, no tables, no clock, no request."""

from genjin.customers.rules.axes import (
    JOURNEY,
    OPEN_STAGES,
    CustomerType,
    Grade,
    GradeProposal,
    Kind,
    Label,
    Level,
    Precision,
    ReviewCycle,
    Size,
    Stage,
)
from genjin.customers.rules.score import Facts, RuleSet, ScoreRow

__all__ = [
    "JOURNEY",
    "OPEN_STAGES",
    "CustomerType",
    "Facts",
    "Grade",
    "GradeProposal",
    "Kind",
    "Label",
    "Level",
    "Precision",
    "ReviewCycle",
    "RuleSet",
    "ScoreRow",
    "Size",
    "Stage",
]
