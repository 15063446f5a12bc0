"""The laws of proposals and quotations. Pure."""

from genjin.proposals.rules.words import Acceptance, Audience, SentBy, VersionState

__all__ = ["Acceptance", "Audience", "SentBy", "VersionState"]
