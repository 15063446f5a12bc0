"""The tables of delivery."""

from genjin.delivery.models.projects import Project

__all__ = ["Project"]
