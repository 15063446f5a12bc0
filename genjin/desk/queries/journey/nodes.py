"""What the line is made of: nodes that name what they came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from genjin.accounts.queries import company_zone


class NodeKind(TextChoices):
    """A stop on the line, in the order of the journey."""

    TOUCH = "touch", pgettext_lazy("journey", "First touch")
    RECORD = "record", pgettext_lazy("journey", "Contact made")
    EVIDENCE = "evidence", pgettext_lazy("journey", "Evidence")
    STAGE = "stage", pgettext_lazy("journey", "Stage")
    NEED = "need", pgettext_lazy("journey", "Need")
    OPPORTUNITY = "opportunity", pgettext_lazy("journey", "Opportunity")
    PROPOSAL = "proposal", pgettext_lazy("journey", "Proposal")
    CONTRACT = "contract", pgettext_lazy("journey", "Contract")
    MILESTONE = "milestone", pgettext_lazy("journey", "Payment due")
    RECEIPT = "receipt", pgettext_lazy("journey", "Money received")
    DELIVERY = "delivery", pgettext_lazy("journey", "Delivery")
    ACCEPTANCE = "acceptance", pgettext_lazy("journey", "Acceptance")
    SURVEY = "survey", pgettext_lazy("journey", "Satisfaction")
    TICKET = "ticket", pgettext_lazy("journey", "Ticket")
    RENEWAL = "renewal", pgettext_lazy("journey", "Renewal")
    REPURCHASE = "repurchase", pgettext_lazy("journey", "Repurchase")


type Key = tuple[str, int]
_ORDER = {kind: at for at, kind in enumerate(NodeKind.values)}


@dataclass(frozen=True, slots=True)
class Node:
    """A stop: what, when, how much, and from which stops it came; `days` since the stop before it."""

    kind: str
    pk: int
    at: datetime
    title: str
    note: str = ""
    money: Decimal | None = None
    parents: tuple[Key, ...] = ()
    state: str = ""
    tone: str = ""
    days: int | None = None
    is_ahead: bool = False  # expected, not yet a fact

    @property
    def key(self) -> Key:
        """Its kind and number; unique within the line."""
        return self.kind, self.pk


@dataclass(frozen=True, slots=True)
class Journey:
    """The whole line of one customer, in the order it happened, with its sums."""

    customer_id: int
    nodes: Sequence[Node]
    signed: Decimal = Decimal(0)
    collected: Decimal = Decimal(0)

    def node(self, key: Key) -> Node | None:
        """Return a stop by kind and number."""
        return next((node for node in self.nodes if node.key == key), None)


@dataclass(frozen=True, slots=True)
class Lineage:
    """A record's line: what it came from back to the first touch, and what came of it, down to cash."""

    node: Node
    upstream: Sequence[Node]
    downstream: Sequence[Node]
    keys: frozenset[Key] = field(default_factory=frozenset)

    @property
    def collected(self) -> Decimal:
        """What came in of it and of what came of it."""
        found = [self.node, *self.downstream]
        return sum((node.money or Decimal(0) for node in found if node.kind == NodeKind.RECEIPT), Decimal(0))


def moment_of(day: date | datetime) -> datetime:
    """Return a day as the moment it begins in the company's time zone; a moment stays."""
    return day if isinstance(day, datetime) else datetime.combine(day, time(), company_zone())


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """Return stops in the order they happened, each with the days since the one before; of one day in the journey's order.

    What is only expected stands at the end, without days.
    """
    zone = company_zone()

    def place(node: Node) -> tuple[bool, date, int, datetime, int]:
        return node.is_ahead, node.at.astimezone(zone).date(), _ORDER[node.kind], node.at, node.pk

    found: list[Node] = []
    last: date | None = None
    for node in sorted(nodes, key=place):
        day = node.at.astimezone(zone).date()
        days = (day - last).days if last is not None and not node.is_ahead else None
        found.append(replace(node, days=days))
        last = day if not node.is_ahead else last
    return found


def known_parents(nodes: Iterable[Node], root: Key) -> list[Node]:
    """Return stops whose parents are on the line; one without any came from the first touch."""
    nodes = list(nodes)
    keys = {node.key for node in nodes}
    found = []
    for node in nodes:
        parents = tuple(dict.fromkeys(key for key in node.parents if key in keys and key != node.key))
        is_root = node.key == root
        found.append(replace(node, parents=() if is_root else parents or (root,)))
    return found
