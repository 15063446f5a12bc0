"""The tables of selling."""

from genjin.selling.models.chances import Chance
from genjin.selling.models.needs import Need, NeedChange
from genjin.selling.models.numbers import NumberRule
from genjin.selling.models.opportunities import Opportunity, OpportunityChange, OpportunityLine
from genjin.selling.models.people import AccountPlan, ChainMember, Competitor
from genjin.selling.models.products import Product

__all__ = [
    "AccountPlan",
    "ChainMember",
    "Chance",
    "Competitor",
    "Need",
    "NeedChange",
    "NumberRule",
    "Opportunity",
    "OpportunityChange",
    "OpportunityLine",
    "Product",
]
