"""The laws of needs and opportunities. Pure."""

from genjin.selling.rules.words import (
    Forecast,
    OpportunityKind,
    OpportunityStage,
    ProductKind,
)

__all__ = ["Forecast", "OpportunityKind", "OpportunityStage", "ProductKind"]
