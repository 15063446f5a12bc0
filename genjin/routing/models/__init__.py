"""The tables of this floor, one module per thing."""

from genjin.routing.models.handover import Handover, HandoverItem, HandoverQuerySet
from genjin.routing.models.rules import AssignmentRule, AssignmentShare, RecycleRule
from genjin.routing.models.runs import RuleHit, RuleRun, Unassigned

__all__ = [
    "AssignmentRule",
    "AssignmentShare",
    "Handover",
    "HandoverItem",
    "HandoverQuerySet",
    "RecycleRule",
    "RuleHit",
    "RuleRun",
    "Unassigned",
]
