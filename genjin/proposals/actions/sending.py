"""Sending a version, which freezes it, and taking down what the customer says to it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.approvals.rules.snapshots import digest_of
from genjin.customers.models import Contact, Customer
from genjin.customers.rules.axes import Proof
from genjin.followups.actions.debts import settle_debts
from genjin.followups.actions.evidence import NewEvidence, write_evidence
from genjin.followups.rules.evidence import EvidenceKind, check_occurred
from genjin.kit.errors import RuleError, not_found
from genjin.kit.money import show_cents
from genjin.kit.text import clean
from genjin.proposals.actions.rights import held, locked, require_sell, require_write
from genjin.proposals.actions.trail import called, note
from genjin.proposals.models import ProposalFeedback, ProposalVersion
from genjin.proposals.queries.content import gathered, quote_of
from genjin.proposals.queries.prices import limit_of
from genjin.proposals.rules import VersionState
from genjin.proposals.rules.drafts import check_feedback, check_sending, check_sent, check_whole, is_beyond


@dataclass(frozen=True, slots=True)
class Sending:
    """How a version goes out, and to whom."""

    method: str
    to: str
    sent_at: datetime | None = None  # None: now


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """What the customer said to a version, and how they rate it from 1 to 5."""

    text: str
    rating: int | None = None
    contact: Contact | None = None
    occurred_at: datetime | None = None


@transaction.atomic
def send_version(
    actor: User, version: ProposalVersion, sending: Sending, *, now: datetime
) -> ProposalVersion:
    """Note that a version went out: it is frozen with its SHA-256, and evidence that a proposal was sent (S3-11).

    A draft within one's own limit goes at once; beyond it an approval must have said yes. Raises RuleError `version_sent`,
    `approval_missing` (409), `lines_missing`, `sent_how_unknown`, `sent_to_missing`, `happened_in_future`.
    """
    row = locked(actor, version)
    customer = row.proposal.customer
    require_sell(actor, customer)
    to, sent_at = clean(sending.to), sending.sent_at or now
    check_sending(sending.method, to)
    check_occurred(sent_at, now)
    check_whole(row.lines.count())
    may_go = row.state == VersionState.READY or (
        row.state == VersionState.DRAFT and not is_beyond(quote_of(row), limit_of(actor))
    )
    if not may_go:
        sentence = _("The discount is beyond your limit; hand the version in first.")
        raise RuleError(sentence, "approval_missing", status=409)
    content = gathered(row)
    row.state, row.content, row.sha256 = VersionState.SENT, content, digest_of(content)
    row.sent_at, row.sent_by, row.sent_how, row.sent_to = sent_at, actor, sending.method, to[:200]
    row.save(update_fields=["state", "content", "sha256", "sent_at", "sent_by", "sent_how", "sent_to"])
    words = {"name": called(row), "title": row.title, "amount": f"¥{show_cents(row.amount)}", "to": to, "how": row.get_sent_how_display()}  # fmt: skip
    text = _("Proposal %(name)s “%(title)s”, %(amount)s, sent to %(to)s (%(how)s)") % words
    evidence = NewEvidence(
        EvidenceKind.PROPOSAL, [Proof.PROPOSAL_SENT], f"{text}\nSHA-256 {row.sha256}", occurred_at=sent_at
    )
    _prove(actor, customer, evidence, now)
    note(
        actor,
        row,
        "offer.sent",
        words=f"{words['amount']} → {to}",
        now=now,
        amount=str(row.amount),
        sha256=row.sha256,
    )
    return row


def _prove(actor: User, customer: Customer, evidence: NewEvidence, now: datetime) -> None:
    write_evidence(actor, customer, evidence, now)
    settle_debts([customer.pk], now)


@transaction.atomic
def record_feedback(
    actor: User, version: ProposalVersion, new: NewFeedback, *, now: datetime
) -> ProposalFeedback:
    """Take down what the customer said to a version that was sent; evidence that they answered (S3-11).

    Raises RuleError `version_not_sent` (409), `feedback_empty`, `rating_invalid`, `happened_in_future`, `not_found` (404).
    """
    row = held(actor, version)
    proposal, customer = row.proposal, row.proposal.customer
    require_write(actor, proposal)
    check_sent(row.state)
    text, occurred_at = clean(new.text), new.occurred_at or now
    check_feedback(new.rating, text)
    check_occurred(occurred_at, now)
    if new.contact is not None and new.contact.customer_id != customer.pk:
        raise not_found()
    feedback = ProposalFeedback.objects.create(
        version=row, rating=new.rating, text=text, contact=new.contact, occurred_at=occurred_at, recorded_at=now, by=actor
    )  # fmt: skip
    name = called(row)
    stars = f" {new.rating}/5" if new.rating else ""
    evidence = NewEvidence(
        EvidenceKind.FEEDBACK, [Proof.PROPOSAL_FEEDBACK], f"{name}{stars}: {text}", occurred_at=occurred_at
    )
    _prove(actor, customer, evidence, now)
    note(actor, row, "offer.answered", words=text, now=now, rating=new.rating)
    return feedback
