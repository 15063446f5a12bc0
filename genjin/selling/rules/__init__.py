"""The laws of needs and opportunities. Pure."""

from genjin.selling.rules.words import (
    Attitude,
    ChainRole,
    Forecast,
    Influence,
    OpportunityKind,
    OpportunityStage,
    ProductKind,
)

__all__ = [
    "Attitude",
    "ChainRole",
    "Forecast",
    "Influence",
    "OpportunityKind",
    "OpportunityStage",
    "ProductKind",
]
