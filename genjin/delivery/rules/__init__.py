"""The laws of delivery. Pure."""

from genjin.delivery.rules.states import OPEN, UNDELIVERED, Deed
from genjin.delivery.rules.words import Part, ProjectState, RiskLevel, StepTrigger

__all__ = ["OPEN", "UNDELIVERED", "Deed", "Part", "ProjectState", "RiskLevel", "StepTrigger"]
