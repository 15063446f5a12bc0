"""The stops from the contract to cash, delivery, care and the next purchase."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.accounts.queries import local_day
from genjin.care.models import Renewal, Repurchase, Survey, Ticket
from genjin.care.rules.renewals import KEPT, Outcome
from genjin.contracts.models import Contract, Milestone, Receipt, ReceiptPart
from genjin.contracts.rules import Trigger
from genjin.contracts.rules.states import IN_FORCE
from genjin.customers.models import Customer
from genjin.delivery.models import Acceptance, Project
from genjin.delivery.rules import ProjectState
from genjin.desk.queries.journey.nodes import Key, Node, NodeKind, moment_of
from genjin.desk.queries.journey.winning import MOST

GOOD = 4


def contracts(customer: Customer) -> Iterator[Node]:
    """Yield contracts, each from its proposal's version, else from its purchase."""
    rows = Contract.objects.filter(customer=customer).select_related("owner").order_by("-id")[:MOST]
    for row in rows:
        parents: list[Key] = [(NodeKind.OPPORTUNITY, row.opportunity_id)]
        if row.proposal_version_id is not None:
            parents = [(NodeKind.PROPOSAL, row.proposal_version_id)]
        yield Node(
            NodeKind.CONTRACT, row.pk, moment_of(row.signed_on or row.created_at), row.number, row.title[:60], row.amount, tuple(parents),
            row.get_state_display(), "green" if row.state in IN_FORCE else "muted",
        )  # fmt: skip


def milestones(customer: Customer, accepted: dict[int, list[Key]], now: datetime) -> Iterator[Node]:
    """Yield payments due or expected; one due by acceptance comes from the acceptance, too."""
    rows = (
        Milestone.objects.filter(contract__customer=customer, contract__state__in=IN_FORCE)
        .select_related("contract")
        .order_by("-id")[:MOST]
    )
    for row in rows:
        day = row.due_on or row.expected_on or row.settled_on or row.contract.signed_on
        if day is None:
            continue
        parents: list[Key] = [(NodeKind.CONTRACT, row.contract_id)]
        if row.trigger == Trigger.ACCEPTANCE and row.due_on is not None:
            parents += accepted.get(row.contract_id, [])
        is_late = row.due_on is not None and row.settled_on is None and row.due_on < local_day(now)
        state = (
            _("paid")
            if row.settled_on
            else (_("overdue") if is_late else pgettext("milestone", "due"))
            if row.due_on
            else _("expected")
        )
        yield Node(
            NodeKind.MILESTONE, row.pk, moment_of(day), row.name, row.get_trigger_display() if row.due_on else row.expected_why or row.get_trigger_display(),
            row.amount, tuple(parents), state, "green" if row.settled_on else "red" if is_late else "orange" if row.due_on else "muted",
            is_ahead=row.settled_on is None and (row.due_on is None or moment_of(row.due_on) > now),
        )  # fmt: skip


def receipts(customer: Customer) -> Iterator[Node]:
    """Yield money that came in, and what was taken back, from the payments it fills; else from its contract."""
    parts = Prefetch("parts", ReceiptPart.objects.order_by("id"))
    rows = Receipt.objects.filter(contract__customer=customer).prefetch_related(parts).order_by("-id")[:MOST]
    for row in rows:
        parents: list[Key] = [(NodeKind.MILESTONE, part.milestone_id) for part in row.parts.all()]
        if row.reverses_id is not None:
            parents.append((NodeKind.RECEIPT, row.reverses_id))
        title = _("Reversal") if row.reverses_id else row.get_method_display()
        yield Node(
            NodeKind.RECEIPT, row.pk, moment_of(row.received_on), str(title), row.note[:60] if row.reverses_id else "", row.amount,
            tuple(parents) or ((NodeKind.CONTRACT, row.contract_id),), "", "red" if row.reverses_id else "green",
        )  # fmt: skip


DELIVERY_TONES = {
    ProjectState.ACCEPTED: "green",
    ProjectState.STOPPED: "muted",
    ProjectState.DELIVERED: "orange",
}


def deliveries(customer: Customer) -> Iterator[Node]:
    """Yield projects, each from its contract."""
    for row in Project.objects.filter(customer=customer).select_related("lead").order_by("-id")[:MOST]:
        yield Node(
            NodeKind.DELIVERY, row.pk, moment_of(row.started_on or row.created_at), row.name, row.lead.name if row.lead else "", None,
            ((NodeKind.CONTRACT, row.contract_id),), row.get_state_display(), DELIVERY_TONES.get(ProjectState(row.state), "blue"),
        )  # fmt: skip


def acceptances(customer: Customer) -> tuple[list[Node], dict[int, list[Key]]]:
    """Return acceptances, each from its project, and the standing ones by contract."""
    nodes, by_contract = [], dict[int, list[Key]]()
    rows = (
        Acceptance.objects.filter(project__customer=customer)
        .select_related("project", "recorded_by")
        .order_by("-id")[:MOST]
    )
    for row in rows:
        is_gone = row.withdrawn_at is not None
        node = Node(
            NodeKind.ACCEPTANCE, row.pk, moment_of(row.accepted_on), row.project.name, row.words[:60], None,
            ((NodeKind.DELIVERY, row.project_id),), _("withdrawn") if is_gone else _("Accepted"), "muted" if is_gone else "green",
        )  # fmt: skip
        nodes.append(node)
        if not is_gone:
            by_contract.setdefault(row.project.contract_id, []).append(node.key)
    return nodes, by_contract


def surveys(customer: Customer, accepted: Sequence[Node]) -> Iterator[Node]:
    """Yield ratings, each from the acceptance after which it was asked for, else from the project."""
    by_project: dict[Key, Key] = {node.parents[0]: node.key for node in accepted if node.tone == "green"}
    for row in Survey.objects.filter(customer=customer).order_by("-id")[:MOST]:
        project: Key = (NodeKind.DELIVERY, row.project_id or 0)
        is_rated = row.rating is not None
        rating = _("%(count)d of 5") % {"count": row.rating} if is_rated else _("asked, no answer yet")
        yield Node(
            NodeKind.SURVEY, row.pk, row.answered_at or row.opened_at, rating, row.comment[:60], None,
            (by_project.get(project, project),), "", "muted" if row.rating is None else "green" if row.rating >= GOOD else "red" if row.rating <= 2 else "orange",
        )  # fmt: skip


def tickets(customer: Customer) -> Iterator[Node]:
    """Yield complaints and requests, each from the rating or the project it is about."""
    for row in Ticket.objects.filter(customer=customer).select_related("owner").order_by("-id")[:MOST]:
        parent = (
            (NodeKind.SURVEY, row.survey_id) if row.survey_id else (NodeKind.DELIVERY, row.project_id or 0)
        )
        yield Node(
            NodeKind.TICKET, row.pk, row.opened_at, row.title, f"{row.get_kind_display()} · {row.owner.name if row.owner else ''}".rstrip(" ·"),
            None, (parent,), row.get_state_display(), "green" if row.solved_at else "orange",
        )  # fmt: skip


def renewals(customer: Customer) -> tuple[list[Node], dict[Key, Key]]:
    """Return what becomes of contracts' ends, each from its contract, and by purchase or new contract what it came from."""
    nodes, source = [], dict[Key, Key]()
    rows = (
        Renewal.objects.filter(customer=customer)
        .exclude(outcome=Outcome.VOID)
        .select_related("owner")
        .order_by("-id")[:MOST]
    )
    for row in rows:
        tone = "green" if row.outcome in KEPT else "muted" if row.outcome == Outcome.LOST else "orange"
        node = Node(
            NodeKind.RENEWAL, row.pk, row.decided_at or row.opened_at, _("Contract ends on %(day)s") % {"day": row.ends_on},
            row.owner.name if row.owner else "", row.amount, ((NodeKind.CONTRACT, row.contract_id),), row.get_outcome_display(), tone,
        )  # fmt: skip
        nodes.append(node)
        if row.opportunity_id is not None:
            source[NodeKind.OPPORTUNITY, row.opportunity_id] = node.key
        if row.new_contract_id is not None:
            source[NodeKind.CONTRACT, row.new_contract_id] = node.key
    return nodes, source


def repurchases(customer: Customer) -> tuple[list[Node], dict[Key, Key]]:
    """Return plans to buy again, and by purchase the plan it came from."""
    nodes, source = [], dict[Key, Key]()
    for row in (
        Repurchase.objects.filter(customer=customer).select_related("owner", "product").order_by("-id")[:MOST]
    ):
        node = Node(
            NodeKind.REPURCHASE, row.pk, row.opened_at, str(row.product or _("Plan to buy again")), row.owner.name if row.owner else "",
            row.budget, (), row.get_state_display(), "green" if row.opportunity_id else "orange",
        )  # fmt: skip
        nodes.append(node)
        if row.opportunity_id is not None:
            source[NodeKind.OPPORTUNITY, row.opportunity_id] = node.key
    return nodes, source
