"""What figures are counted from."""

from collections.abc import Mapping

from genjin.insights.queries.facts.after import ALARM, CHURNED, RENEWAL, SURVEY, TICKET
from genjin.insights.queries.facts.base import Fact, Split, Window
from genjin.insights.queries.facts.deals import CLOSED, DUE, OPENED, PIPELINE, RECEIVABLE, RECEIVED, SIGNED
from genjin.insights.queries.facts.journey import (
    ENTRY,
    FIRST_CONTACT,
    GIVEN,
    GRADED,
    LEAD,
    MOVE,
    OF_B,
    RIPE,
    STANDING,
    WON,
)
from genjin.insights.queries.facts.work import CONTACT, DONE, LIMIT, OBJECTION, SPOKEN_TO, WORKLOAD

FACTS: Mapping[str, Fact] = {
    fact.key: fact
    for fact in (
        LEAD, FIRST_CONTACT, WON, ENTRY, MOVE, GRADED, STANDING, RIPE, OF_B, GIVEN, CONTACT, SPOKEN_TO, LIMIT, DONE, WORKLOAD, OBJECTION,
        OPENED, CLOSED, PIPELINE, SIGNED, RECEIVED, DUE, RECEIVABLE, SURVEY, TICKET, RENEWAL, ALARM, CHURNED,
    )
}  # fmt: skip

__all__ = ["FACTS", "Fact", "Split", "Window"]
