"""Handing a version in: ready at once within one's own limit, else when who may says yes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.approvals.actions import NewRequest, ask, decide, withdraw
from genjin.approvals.models import Request
from genjin.approvals.rules.snapshots import digest_of
from genjin.kit.errors import RuleError
from genjin.kit.money import show_cents, show_number
from genjin.proposals.actions.rights import held, lock_row, locked, require_sell, require_write
from genjin.proposals.actions.trail import called, note
from genjin.proposals.actions.voiding import KIND, void_approval
from genjin.proposals.models import ProposalVersion
from genjin.proposals.queries.content import gathered, money, quote_of
from genjin.proposals.queries.prices import limit_of
from genjin.proposals.rules import VersionState
from genjin.proposals.rules.drafts import check_whole, is_beyond


@transaction.atomic
def hand_in(actor: User, version: ProposalVersion, *, reason: str = "", now: datetime) -> ProposalVersion:
    """Make a draft ready to be sent; a discount beyond one's own limit asks who leads, with a reason (S3-11).

    Raises RuleError `version_sent` (409), `handed_in_already` (409), `lines_missing`, `reason_missing`.
    """
    row = locked(actor, version)
    require_sell(actor, row.proposal.customer)
    check_whole(row.lines.count())
    waiting = Request.objects.open().filter(kind=KIND, data__version=row.pk)
    if row.state == VersionState.READY or (row.state == VersionState.APPROVAL and waiting.exists()):
        raise RuleError(_("This version was handed in already."), "handed_in_already", status=409)
    limit = limit_of(actor)
    if not is_beyond(quote_of(row), limit):
        row.state = VersionState.READY
    else:
        _ask(actor, row, reason, now)
        row.state = VersionState.APPROVAL
    row.save(update_fields=["state"])
    note(actor, row, "offer.handed_in", words=str(row.get_state_display()), now=now, off=money(row.off))
    return row


def _ask(actor: User, row: ProposalVersion, reason: str, now: datetime) -> None:
    proposal = row.proposal
    words = {"number": called(row), "off": show_number(row.off)}
    facts = [
        (_("Amount with tax"), f"¥{show_cents(row.amount)}"),
        (_("Deepest discount"), f"{words['off']} %"),
        (_("Own limit"), f"{show_number(limit_of(actor))} %"),
    ]
    if row.price_book is not None:
        facts.append((_("Price book"), row.price_book.name))
    facts += [
        (f"{line.name} × {show_number(line.quantity)}", f"¥{show_cents(one.full)} → ¥{show_cents(one.amount)} (−{show_number(one.off)} %)")
        for line, one in zip(row.lines.all(), quote_of(row).lines, strict=True)
    ][:20]  # fmt: skip
    new = NewRequest(
        KIND, _("Discount of %(off)s %% in proposal %(number)s") % words, reason, proposal.customer_id,
        {"version": row.pk, "proposal": proposal.pk, "sha256": digest_of(gathered(row)), "off": money(row.off)}, row.amount, facts,
    )  # fmt: skip
    ask(actor, new, now=now)


@transaction.atomic
def grant_discount(actor: User, request: Request, *, answer: str = "", now: datetime) -> ProposalVersion:
    """Grant the discount of the version as it was handed in; nobody who wrote its prices approves them.

    Raises RuleError `changed_since` (409), `own_request` (403).
    """
    row = held(actor, ProposalVersion(pk=request.data["version"]))
    is_as_asked = row.state == VersionState.APPROVAL and digest_of(gathered(row)) == request.data["sha256"]
    if not is_as_asked:
        sentence = _("The proposal has changed since it was handed in; decline the request.")
        raise RuleError(sentence, "changed_since", status=409)
    if actor.pk in _priced_by(row):
        raise RuleError(_("Nobody decides on a request of their own."), "own_request", status=403)
    closed = decide(actor, request, grant=True, answer=answer, now=now)
    if closed.status == Request.Status.GRANTED:
        row.state, row.approved_by, row.approved_at = VersionState.READY, actor, now
        row.save(update_fields=["state", "approved_by", "approved_at"])
        note(actor, row, "offer.approved", words=answer, now=now)
    return row


@transaction.atomic
def decline_discount(actor: User, request: Request, *, answer: str, now: datetime) -> ProposalVersion:
    """Return a version to its writers with a reason; it is a draft again."""
    row = held(actor, ProposalVersion(pk=request.data["version"]))
    decide(actor, request, grant=False, answer=answer, now=now)
    if row.state == VersionState.APPROVAL:
        row.state = VersionState.DRAFT
        row.save(update_fields=["state"])
        note(actor, row, "offer.returned", words=answer, now=now)
    return row


@transaction.atomic
def withdraw_discount(actor: User, request: Request, *, now: datetime) -> ProposalVersion:
    """Take one's own request back; the version is a draft again. Raises what `withdraw` raises."""
    row = lock_row(ProposalVersion.objects.select_related("proposal").get(pk=request.data["version"]))
    withdraw(actor, request, now=now)
    if row.state == VersionState.APPROVAL:
        row.state = VersionState.DRAFT
        row.save(update_fields=["state"])
    return row


@transaction.atomic
def take_back(actor: User, version: ProposalVersion, *, now: datetime) -> ProposalVersion:
    """Make a version that was handed in a draft again, to go on writing. Raises RuleError `version_sent` (409)."""
    row = locked(actor, version)
    require_write(actor, row.proposal)
    if row.state == VersionState.DRAFT:
        return row
    void_approval(actor, row, now)
    row.save(update_fields=["state", "approved_by", "approved_at"])
    note(actor, row, "offer.taken_back", now=now)
    return row


def _priced_by(row: ProposalVersion) -> set[int]:
    """Return who wrote the lines or the discount as they stand."""
    return {row.touched[name][1] for name in ("lines", "discount", "price_book") if name in row.touched}
