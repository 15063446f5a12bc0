"""The stops from the first touch to the won purchase."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from genjin.customers.models import Customer, StageChange
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof
from genjin.desk.queries.journey.nodes import Key, Node, NodeKind
from genjin.followups.models import Evidence, FollowUp
from genjin.proposals.models import ProposalVersion
from genjin.proposals.rules import VersionState
from genjin.selling.models import Need, Opportunity
from genjin.selling.rules import OpportunityStage

MOST = 200  # of one kind, the latest: a line stays readable


def touch(customer: Customer) -> Node:
    """Return where it all began: source, campaign, who entered it, who sent it."""
    source = customer.source.name if customer.source else customer.source_detail
    parts = [
        customer.campaign.name if customer.campaign else "",
        customer.created_by.name if customer.created_by else "",
    ]
    at = min(filter(None, (customer.first_contact_at, customer.created_at)))
    return Node(
        NodeKind.TOUCH, customer.pk, at, source or _("Source not known"), " · ".join(part for part in parts if part)
    )  # fmt: skip


def records(customer: Customer, also: int | None = None) -> Iterator[Node]:
    """Yield the first contact, those that gave evidence or told a need, and the one that is asked about."""
    rows = FollowUp.objects.filter(customer=customer, is_effective=True).order_by("happened_at", "id")
    first = rows.values_list("pk", flat=True)[:1]
    wanted = FollowUp.objects.filter(customer=customer).filter(
        Q(pk__in=first) | Q(evidence__isnull=False) | Q(needs__isnull=False) | Q(pk=also or 0)
    )
    for row in wanted.distinct().select_related("author").order_by("-id")[:MOST]:
        yield Node(
            NodeKind.RECORD,
            row.pk,
            row.happened_at,
            row.get_method_display(),
            f"{row.author.name} · {row.summary[:80]}",
        )


def evidence(customer: Customer) -> Iterator[Node]:
    """Yield what was shown, from the record it came with."""
    words = dict(Proof.choices)
    for row in Evidence.objects.filter(customer=customer).order_by("-id")[:MOST]:
        title = "、".join(str(words.get(code, code)) for code in row.proves)
        parents = ((NodeKind.RECORD, row.followup_id),) if row.followup_id else ()
        tone, state = ("muted", _("withdrawn")) if row.withdrawn_at else ("green", "")
        yield Node(
            NodeKind.EVIDENCE, row.pk, row.occurred_at, title, f"{row.get_kind_display()} · {row.text[:60]}".rstrip(" ·"),
            parents=parents, tone=tone, state=state,
        )  # fmt: skip


def stages(customer: Customer) -> Iterator[Node]:
    """Yield the moves between stages, each from the one before and from what stood for it."""
    before: Key | None = None
    rows = list(
        StageChange.objects.filter(customer=customer)
        .exclude(origin="")
        .select_related("by")
        .order_by("-at", "-id")[:MOST]
    )
    for row in reversed(rows):
        parents = [(str(NodeKind.EVIDENCE), pk) for pk in row.evidence]
        if before is not None:
            parents.append(before)
        who = row.by.name if row.by else ""
        yield Node(
            NodeKind.STAGE, row.pk, row.at, str(Stage(row.target).label), " · ".join(part for part in (who, row.reason[:60]) if part),
            parents=tuple(parents), tone="muted" if row.target == Stage.LOST else "", state=row.target,
        )  # fmt: skip
        before = (NodeKind.STAGE, row.pk)


def needs(customer: Customer) -> tuple[list[Node], dict[int, list[Key]]]:
    """Return needs as they were told, each from its contact, and those of each purchase."""
    nodes, by_purchase = [], dict[int, list[Key]]()
    for row in Need.objects.filter(customer=customer).order_by("-id")[:MOST]:
        parents: tuple[Key, ...] = ((NodeKind.RECORD, row.followup_id),) if row.followup_id else ()
        node = Node(
            NodeKind.NEED, row.pk, row.told_at, row.title, (row.problem or row.wishes)[:60], row.budget_max or row.budget_min, parents
        )  # fmt: skip
        nodes.append(node)
        if row.opportunity_id is not None:
            by_purchase.setdefault(row.opportunity_id, []).append(node.key)
    return nodes, by_purchase


OPPORTUNITY_TONES = {OpportunityStage.WON: "green", OpportunityStage.LOST: "muted"}


def opportunities(customer: Customer, moves: list[Node], wanted: dict[int, list[Key]]) -> Iterator[Node]:
    """Yield purchases pursued; each from its needs and the stage in which it was opened."""
    rows = Opportunity.objects.filter(customer=customer).select_related("owner").order_by("-id")[:MOST]
    for row in rows:
        parent = next((node for node in reversed(moves) if node.at <= row.opened_at), None)
        yield Node(
            NodeKind.OPPORTUNITY, row.pk, row.opened_at, row.name, f"{row.get_kind_display()} · {row.owner.name if row.owner else ''}".rstrip(" ·"),
            row.amount, (*wanted.get(row.pk, ()), *((parent.key,) if parent else ())), row.get_stage_display(), OPPORTUNITY_TONES.get(OpportunityStage(row.stage), "blue"),
        )  # fmt: skip


def proposals(customer: Customer) -> Iterator[Node]:
    """Yield versions of proposals, each from its purchase and from the version before."""
    rows = (
        ProposalVersion.objects.filter(proposal__customer=customer)
        .select_related("proposal")
        .order_by("-proposal_id", "-number")[:MOST]
    )
    before: ProposalVersion | None = None
    for row in reversed(rows):
        parents: list[Key] = [(NodeKind.OPPORTUNITY, row.proposal.opportunity_id)]
        if before is not None and before.proposal_id == row.proposal_id:
            parents.append((NodeKind.PROPOSAL, before.pk))
        yield Node(
            NodeKind.PROPOSAL, row.pk, row.sent_at or row.created_at, f"{row.proposal.number} v{row.number}", row.proposal.title[:60],
            row.amount, tuple(parents), row.get_state_display(), "blue" if row.state != VersionState.DRAFT else "muted",
        )  # fmt: skip
        before = row
