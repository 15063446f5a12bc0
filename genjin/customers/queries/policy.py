"""The choices in force for records that look alike."""

from genjin.customers.models import MatchPolicy
from genjin.customers.rules.policy import Consequence, Policy


def current_policy() -> Policy:
    """Return what follows from sharing a key, by kind; one small query."""
    rows = MatchPolicy.objects.values_list("kind", "consequence")
    return Policy({kind: Consequence(chosen) for kind, chosen in rows})
