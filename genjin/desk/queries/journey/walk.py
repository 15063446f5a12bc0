"""The line gathered, and walked both ways."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Model

from genjin.accounts.models import User
from genjin.care.models import Renewal, Repurchase, Survey, Ticket
from genjin.contracts.models import Contract, Milestone, Receipt
from genjin.contracts.queries.money import paid_by_contract
from genjin.contracts.rules.states import IN_FORCE
from genjin.customers.models import Customer, StageChange
from genjin.customers.queries.sight import sees_person, title_of, veiled
from genjin.delivery.models import Acceptance, Project
from genjin.desk.queries.journey import keeping, winning
from genjin.desk.queries.journey.nodes import Journey, Key, Lineage, Node, NodeKind, in_order, known_parents
from genjin.followups.models import Evidence, FollowUp
from genjin.proposals.models import ProposalVersion
from genjin.selling.models import Need, Opportunity

# By kind: the table, and the way from its row to the customer.
TABLES: Mapping[str, tuple[type[Model], str]] = {
    NodeKind.TOUCH: (Customer, "pk"), NodeKind.RECORD: (FollowUp, "customer_id"), NodeKind.EVIDENCE: (Evidence, "customer_id"),
    NodeKind.STAGE: (StageChange, "customer_id"), NodeKind.NEED: (Need, "customer_id"), NodeKind.OPPORTUNITY: (Opportunity, "customer_id"),
    NodeKind.PROPOSAL: (ProposalVersion, "proposal__customer_id"), NodeKind.CONTRACT: (Contract, "customer_id"),
    NodeKind.MILESTONE: (Milestone, "contract__customer_id"), NodeKind.RECEIPT: (Receipt, "contract__customer_id"),
    NodeKind.DELIVERY: (Project, "customer_id"), NodeKind.ACCEPTANCE: (Acceptance, "project__customer_id"),
    NodeKind.SURVEY: (Survey, "customer_id"), NodeKind.TICKET: (Ticket, "customer_id"),
    NodeKind.RENEWAL: (Renewal, "customer_id"), NodeKind.REPURCHASE: (Repurchase, "customer_id"),
}  # fmt: skip


def find_customer(user: User, kind: str, pk: int) -> Customer:
    """Return the customer in sight a record belongs to; an unknown kind and a row out of sight raise the same DoesNotExist."""
    table, way = TABLES.get(kind, (None, ""))
    found: Any = (
        table._default_manager.filter(pk=pk).values_list(way, flat=True).first()
        if table is not None
        else None
    )
    return Customer.objects.visible_to(user).get(pk=found or 0)


def journey_of(user: User, customer: Customer, *, now: datetime, also: Key | None = None) -> Journey:
    """Return the whole line of a customer in sight, in the order it happened; a fixed number of queries.

    Where the customer's people are masked, a person's own name is, too, and numbers and mailboxes in texts. `also` names a contact record
    that is to stand on the line although it gave no evidence.
    """
    rows = Customer.objects.visible_to(user).select_related(
        "source", "campaign", "created_by", "owner", "pool"
    )
    row = veiled(user, rows.get(pk=customer.pk))
    nodes = _gathered(row, now, also[1] if also is not None and also[0] == NodeKind.RECORD else None)
    if not sees_person(user, row):
        called = partial(title_of, row, unmasked=False)
        nodes = [replace(node, title=called(node.title), note=called(node.note)) for node in nodes]
    held = Contract.objects.filter(customer=row, state__in=IN_FORCE)
    amounts = dict(held.values_list("pk", "amount"))
    collected = paid_by_contract(list(Contract.objects.filter(customer=row).values_list("pk", flat=True)))
    line = in_order(known_parents(nodes, (NodeKind.TOUCH, row.pk)))
    return Journey(row.pk, line, sum(amounts.values(), Decimal(0)), sum(collected.values(), Decimal(0)))


def _gathered(row: Customer, now: datetime, record: int | None) -> list[Node]:
    moves = list(winning.stages(row))
    told, wanted = winning.needs(row)
    accepted, by_contract = keeping.acceptances(row)
    nodes = [*winning.records(row, record), *winning.evidence(row), *moves]
    nodes += [
        *told,
        *winning.opportunities(row, moves, wanted),
        *winning.proposals(row),
        *keeping.contracts(row),
    ]
    nodes += [
        *keeping.milestones(row, by_contract, now),
        *keeping.receipts(row),
        *keeping.deliveries(row),
        *accepted,
    ]
    renewed, by_renewal = keeping.renewals(row)
    planned, by_plan = keeping.repurchases(row)
    nodes += [*keeping.surveys(row, accepted), *keeping.tickets(row), *renewed, *planned]
    again = by_plan | by_renewal  # a further purchase comes from what brought it about
    began = winning.touch(row)  # a history brought in by a sheet may be older than the record
    nodes.append(replace(began, at=min([began.at, *(node.at for node in nodes if not node.is_ahead)])))
    return [
        replace(node, parents=(again[node.key], *node.parents)) if node.key in again else node
        for node in nodes
    ]


def lineage(user: User, kind: str, pk: int, *, now: datetime) -> Lineage:
    """Return the line of one record: upstream to the first touch, downstream to cash and the next purchase.

    Out of sight, missing, and of a kind that has no line raise the same DoesNotExist.
    """
    customer = find_customer(user, kind, pk)
    found = lineage_in(journey_of(user, customer, now=now, also=(kind, pk)), (kind, pk))
    if found is None:
        raise Customer.DoesNotExist
    return found


def lineage_in(journey: Journey, key: Key) -> Lineage | None:
    """Return the line of one stop of a journey; None when it does not stand on it."""
    node = journey.node(key)
    if node is None:
        return None
    parents = {one.key: one.parents for one in journey.nodes}
    children: dict[Key, list[Key]] = defaultdict(list)
    for one in journey.nodes:
        for parent in one.parents:
            children[parent].append(one.key)
    up = _reached(key, lambda at: parents.get(at, ()))
    down = _reached(key, lambda at: children[at])
    return Lineage(
        node, [one for one in journey.nodes if one.key in up], [one for one in journey.nodes if one.key in down],
        frozenset({key, *up, *down}),
    )  # fmt: skip


def _reached(start: Key, onward: Callable[[Key], Iterable[Key]]) -> set[Key]:
    """Return every stop reached from one, without it; a ring ends the walk."""
    seen: set[Key] = set()
    waiting = list(onward(start))
    while waiting:
        key = waiting.pop()
        if key not in seen and key != start:
            seen.add(key)
            waiting.extend(onward(key))
    return seen
