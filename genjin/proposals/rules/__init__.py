"""The laws of proposals and quotations. Pure."""

from genjin.proposals.rules.words import VersionState

__all__ = ["VersionState"]
