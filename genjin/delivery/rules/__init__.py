"""The laws of delivery. Pure."""

from genjin.delivery.rules.words import ProjectState

__all__ = ["ProjectState"]
