"""The tables of delivery."""

from genjin.delivery.models.projects import Acceptance, Project, ProjectQuerySet, Slip
from genjin.delivery.models.work import Member, ProjectStep, Risk

__all__ = ["Acceptance", "Member", "Project", "ProjectQuerySet", "ProjectStep", "Risk", "Slip"]
