"""What happened to a proposal, in one form: the number with the version, and a short note."""

from datetime import datetime
from typing import Any

from genjin.accounts.models import User
from genjin.events.actions import record
from genjin.proposals.models import ProposalVersion


def called(version: ProposalVersion) -> str:
    """Return how people call a version: its proposal's number and its own."""
    return f"{version.proposal.number} V{version.number}"


def note(
    actor: User | None, version: ProposalVersion, kind: str, *, words: str = "", now: datetime, **more: Any
) -> None:
    """Write the event of a version; its subject is the proposal."""
    proposal = version.proposal
    record(
        actor, kind, at=now, customer_id=proposal.customer_id, subject_id=proposal.pk, name=called(version),
        note=words[:200], version=version.pk, **more,
    )  # fmt: skip
