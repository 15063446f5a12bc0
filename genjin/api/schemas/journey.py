"""How a customer's line looks from outside."""

from pydantic import Field

from genjin.api.wire import Moment, Money, Out
from genjin.desk.queries.journey import Journey, Lineage, Node


class StopKey(Out):
    """A stop by kind and number."""

    kind: str
    id: int


class StopOut(StopKey):
    """A stop of the line, with what it came from."""

    at: Moment
    days: int | None = Field(description="since the stop before it on the line")
    title: str
    note: str
    state: str
    amount: Money | None
    is_ahead: bool = Field(description="expected, not yet a fact")
    parents: list[StopKey]


class JourneyOut(Out):
    """The whole line of one customer, in the order it happened."""

    customer: int
    signed: Money
    collected: Money
    stops: list[StopOut]


class LineageOut(Out):
    """A record's line: back to the first touch, and down to cash."""

    stop: StopOut
    collected: Money
    upstream: list[StopOut]
    downstream: list[StopOut]


def show_stop(node: Node) -> StopOut:
    """Return a stop."""
    return StopOut(
        kind=node.kind, id=node.pk, at=node.at, days=node.days, title=node.title, note=node.note, state=node.state, amount=node.money,
        is_ahead=node.is_ahead, parents=[StopKey(kind=kind, id=pk) for kind, pk in node.parents],
    )  # fmt: skip


def show_journey(journey: Journey) -> JourneyOut:
    """Return a whole line."""
    return JourneyOut(
        customer=journey.customer_id, signed=journey.signed, collected=journey.collected, stops=[show_stop(node) for node in journey.nodes]
    )  # fmt: skip


def show_lineage(found: Lineage) -> LineageOut:
    """Return a record's line."""
    return LineageOut(
        stop=show_stop(found.node), collected=found.collected, upstream=[show_stop(node) for node in found.upstream],
        downstream=[show_stop(node) for node in found.downstream],
    )  # fmt: skip
