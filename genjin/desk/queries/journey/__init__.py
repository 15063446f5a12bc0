"""A customer's whole line, from the first touch to cash and the next purchase, walked both ways from any record."""

from genjin.desk.queries.journey.nodes import Journey, Key, Lineage, Node, NodeKind
from genjin.desk.queries.journey.walk import find_customer, journey_of, lineage, lineage_in

__all__ = [
    "Journey",
    "Key",
    "Lineage",
    "Node",
    "NodeKind",
    "find_customer",
    "journey_of",
    "lineage",
    "lineage_in",
]
