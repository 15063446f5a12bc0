"""Proposals by the state of their newest version, and what lists show of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from genjin.accounts.models import User
from genjin.customers.queries.find import named_like
from genjin.proposals.models import Proposal, ProposalFeedback, ProposalVersion
from genjin.proposals.rules import VersionState


def found(
    rows: "QuerySet[Proposal]", *, state: str = "", text: str = "", owner: User | None = None
) -> "QuerySet[Proposal]":
    """Return proposals whose newest version is in a state, that hold a text, of one person's customers or begun by them."""
    if state:
        newest = ProposalVersion.objects.filter(proposal=OuterRef("pk")).order_by("-number")
        rows = rows.annotate(newest_state=Subquery(newest.values("state")[:1])).filter(newest_state=state)
    if text:
        about = Q(number__icontains=text) | Q(title__icontains=text) | Q(opportunity__name__icontains=text)
        rows = rows.filter(about | named_like(text))
    if owner is not None:
        rows = rows.filter(Q(customer__owner=owner) | Q(created_by=owner) | Q(opportunity__owner=owner))
    return rows.order_by("-id")


TABS = ("mine", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list's address asks for: whose proposals, a state or any, a text."""

    tab: str
    state: str
    text: str


def asked_of(user: User, query: Mapping[str, str]) -> Asked:
    """Return what a list's address asks for; one's own unless it says `tab=all`, or there are none and it says nothing."""
    tab, state = query.get("tab", ""), query.get("state", "")
    if tab not in TABS:
        own = found(Proposal.objects.visible_to(user), owner=user)
        tab = "mine" if own.exists() else "all"
    return Asked(tab, state if state in VersionState.values else "", query.get("q", "").strip()[:60])


def proposals_of(user: User, asked: Asked) -> "QuerySet[Proposal]":
    """Return the proposals in sight that are asked for, the newest first."""
    owner = user if asked.tab == "mine" else None
    return found(Proposal.objects.visible_to(user), state=asked.state, text=asked.text, owner=owner)


def proposals_asked(user: User, query: Mapping[str, str]) -> "QuerySet[Proposal]":
    """Return the proposals in sight a list's address asks for."""
    return proposals_of(user, asked_of(user, query))


@dataclass(frozen=True, slots=True)
class Newest:
    """What a list shows of a proposal: its newest version, when one was sent last, how one was rated last."""

    version: ProposalVersion
    sent_at: datetime | None
    rating: int | None


def with_newest(rows: Iterable[Proposal]) -> dict[int, Newest]:
    """Return the newest version of each proposal with what came of the proposal; one query."""
    feedback = ProposalFeedback.objects.filter(version__proposal=OuterRef("proposal"), rating__isnull=False)
    sent = ProposalVersion.objects.filter(proposal=OuterRef("proposal"), sent_at__isnull=False)
    versions: Any = ProposalVersion.objects.filter(proposal__in=[row.pk for row in rows]).newest()
    versions = versions.annotate(
        last_rating=Subquery(feedback.order_by("-occurred_at", "-id").values("rating")[:1]),
        last_sent_at=Subquery(sent.order_by("-number").values("sent_at")[:1]),
    )
    return {
        version.proposal_id: Newest(version, version.last_sent_at, version.last_rating)
        for version in versions
    }
