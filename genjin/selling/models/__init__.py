"""The tables of selling."""

from genjin.selling.models.opportunities import Opportunity, OpportunityChange, OpportunityLine
from genjin.selling.models.products import Product

__all__ = ["Opportunity", "OpportunityChange", "OpportunityLine", "Product"]
