"""The tables of this floor, one module per thing."""

from genjin.customers.models.alias import Alias
from genjin.customers.models.anyof import AnyOf
from genjin.customers.models.bulk import KeptChange
from genjin.customers.models.contact import Contact, IdentityKey
from genjin.customers.models.customer import Customer, CustomerQuerySet, Participant
from genjin.customers.models.history import GradeChange, OwnerChange, StageChange
from genjin.customers.models.lists import Campaign, Choice, Pool, Tag
from genjin.customers.models.merge import Merge
from genjin.customers.models.overrides import Override
from genjin.customers.models.policy import MatchPolicy
from genjin.customers.models.scores import ScoreRuleSet
from genjin.customers.models.search import SearchDocument

__all__ = [
    "Alias",
    "AnyOf",
    "Campaign",
    "Choice",
    "Contact",
    "Customer",
    "CustomerQuerySet",
    "GradeChange",
    "IdentityKey",
    "KeptChange",
    "MatchPolicy",
    "Merge",
    "Override",
    "OwnerChange",
    "Participant",
    "Pool",
    "ScoreRuleSet",
    "SearchDocument",
    "StageChange",
    "Tag",
]
