"""The tables of selling."""

from genjin.selling.models.numbers import NumberRule
from genjin.selling.models.opportunities import Opportunity, OpportunityChange, OpportunityLine
from genjin.selling.models.products import Product

__all__ = ["NumberRule", "Opportunity", "OpportunityChange", "OpportunityLine", "Product"]
