"""Writing a contract: from a proposal that was sent, or by hand for an opportunity; and changing it until it is signed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.actions import void_requests
from genjin.contracts.actions.access import involve_named, lock_contract, note, require_hand
from genjin.contracts.models import BillingProfile, Contract, ContractLine, Milestone
from genjin.contracts.queries.terms import terms_of, terms_of_version
from genjin.contracts.rules import ContractState
from genjin.contracts.rules.milestones import Share, amounts_of
from genjin.contracts.rules.states import EDITABLE
from genjin.contracts.rules.terms import Line, Terms, figures
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.kit.errors import RuleError, not_found, version_conflict, wrong_at
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind
from genjin.proposals.models import ProposalVersion
from genjin.proposals.rules import VersionState
from genjin.selling.actions.numbers import next_number
from genjin.selling.models import Opportunity
from genjin.selling.rules import OpportunityStage
from genjin.selling.rules.numbers import Numbered

TEXTS = ("title", "product", "our_side", "payment_terms", "liability_terms", "scope_terms", "other_terms")
PLAIN = ("kind", "discount", "starts_on", "ends_on")


@transaction.atomic
def draft_contract(
    actor: User,
    opportunity: Opportunity,
    terms: Terms,
    *,
    version: ProposalVersion | None = None,
    now: datetime,
) -> Contract:
    """Begin a contract for an opportunity; with a `version` that was sent, its lines and amount are taken over by link.

    Raises RuleError `terms_invalid`, `milestones_*`, `proposal_not_sent`, `opportunity_lost`, `not_yours` (403),
    `person_unknown`, `profile_unknown`.
    """
    seen = Opportunity.objects.visible_to(actor).get(pk=opportunity.pk)
    customer = lock_one(actor, seen.customer_id)
    require_edit(actor, customer, Right.CONTRACT)
    if seen.stage == OpportunityStage.LOST:
        sentence = _("This opportunity was lost; open it again, or a new one, before a contract is written.")
        raise RuleError(sentence, "opportunity_lost", status=409)
    if version is not None:
        terms = _taken_over(version, seen, terms)
    amount, net = figures(terms)
    row = Contract(
        number=next_number(Numbered.CONTRACT, now=now), customer=customer, opportunity=seen, proposal_version=version,
        amount=amount, net_amount=net, owner=seen.owner or customer.owner or actor, created_at=now, created_by=actor,
        priced_by=actor, state_at=now,
    )  # fmt: skip
    _put(row, terms)
    row.save()
    _write_lines(row, terms.lines)
    write_plan(row, terms.shares)
    _name_people(actor, row, set(), now)
    note(actor, row, "contract.drafted", row.title, now=now, amount=str(row.amount))
    return row


@transaction.atomic
def change_contract(
    actor: User, contract: Contract, terms: Terms, *, version: int, now: datetime
) -> Contract:
    """Change what an unsigned contract says, as seen at `version`; what was handed in or approved is a draft again (S3-14).

    Raises RuleError `version_conflict` (409), `contract_signed` (409) for what is changed by an amendment only, and what
    `draft_contract` raises.
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT)
    if row.state not in EDITABLE:
        sentence = _("A signed contract is changed by an amendment only; a void one not at all.")
        raise RuleError(sentence, "contract_signed", status=409)
    if version != row.version:
        raise version_conflict(row.version)
    amount, net = figures(terms)
    before, after = terms_of(row), replace(terms, amount=amount, net_amount=net)
    if after == before:
        return row
    named = {row.legal_id, row.finance_id}
    _put(row, terms)
    money = ("amount", "net_amount", "discount", "lines", "shares")
    if any(getattr(after, name) != getattr(before, name) for name in money):
        row.priced_by = actor
    row.amount, row.net_amount = amount, net
    if terms.lines != before.lines:
        _write_lines(row, terms.lines)
    write_plan(row, terms.shares)
    back_to_draft(actor, row, now)
    row.version += 1
    row.save()
    _name_people(actor, row, named, now)
    changed = sorted(name for name in Terms.__slots__ if getattr(before, name) != getattr(terms, name))
    note(actor, row, "contract.changed", row.title, now=now, fields=changed)
    return row


def back_to_draft(actor: User, row: Contract, now: datetime) -> None:
    """Void the approval of a locked contract that changed: those who asked and said yes are told; the caller saves."""
    if row.state == ContractState.DRAFT:
        return
    why = _("%(who)s changed the contract") % {"who": actor.name}
    void_requests("contract", where={"contract": row.pk}, why=why, now=now)
    row.state, row.state_at = ContractState.DRAFT, now
    row.approved_at, row.approved_by, row.answer = None, None, ""


def write_plan(row: Contract, shares: Sequence[Share]) -> None:
    """Write the milestones of a contract; those the plan names by id are kept, others go. An empty plan is a draft's."""
    amounts = amounts_of(row.amount, shares) if shares else []
    known = {one.pk: one for one in row.milestones.all()}
    kept = {share.pk for share in shares if share.pk in known}
    Milestone.objects.filter(pk__in=known.keys() - kept).delete()
    for position, (share, amount) in enumerate(zip(shares, amounts, strict=True)):
        one = known.get(share.pk or 0) or Milestone(contract=row)
        place_milestone(one, share, amount, position)
        one.save()


def place_milestone(one: Milestone, share: Share, amount: Decimal, position: int) -> None:
    """Let a milestone say what a share of the plan says; the caller saves it."""
    one.position, one.name, one.trigger = position, share.name.strip()[:60], share.trigger
    one.percent, one.amount = share.percent, amount
    one.offset_days, one.to_working_day = share.offset_days, share.to_working_day
    one.fixed_on = share.fixed_on
    if one.triggered_on is None:
        one.expected_on = share.fixed_on or share.expected_on


def _put(row: Contract, terms: Terms) -> None:
    for name in TEXTS:
        text = getattr(terms, name)
        setattr(row, name, clean(text) if not name.endswith("_terms") else text.strip())
    for name in PLAIN:
        setattr(row, name, getattr(terms, name))
    row.legal, row.finance = _colleague(terms.legal, "legal"), _colleague(terms.finance, "finance")
    row.profile = None
    if terms.profile is not None:
        row.profile = BillingProfile.objects.filter(pk=terms.profile, customer=row.customer).first()
        if row.profile is None:
            sentence = _("Choose a billing profile of this customer.")
            raise wrong_at("profile", sentence, "profile_unknown")


def _colleague(pk: int | None, field: str) -> User | None:
    if pk is None:
        return None
    found: User | None = User.objects.active().filter(pk=pk).first()
    if found is None:
        sentence = _("Choose a colleague who may sign in.")
        raise wrong_at(field, sentence, "person_unknown")
    return found


def _taken_over(version: ProposalVersion, opportunity: Opportunity, terms: Terms) -> Terms:
    """Return terms with what a sent version of the same opportunity says, where they say nothing themselves.

    Its amount is that of its own lines and discount; with others the amount is what they come to.
    """
    if version.state != VersionState.SENT:
        sentence = _("A contract follows a version the customer has: send it first.")
        raise RuleError(sentence, "proposal_not_sent", status=409)
    if version.proposal.opportunity_id != opportunity.pk:
        raise not_found()
    kept = terms_of_version(version)
    if not terms.lines:
        terms = replace(terms, lines=kept.lines, discount=terms.discount or kept.discount)
    if terms.amount is None and (terms.lines, terms.discount) == (kept.lines, kept.discount):
        terms = replace(terms, amount=kept.amount)
    return replace(terms, title=terms.title or kept.title)


def _write_lines(row: Contract, lines: Sequence[Line]) -> None:
    row.lines.all().delete()
    ContractLine.objects.bulk_create(
        [
            ContractLine(
                contract=row, position=at, name=line.name.strip()[:200], quantity=line.quantity, price=line.price,
                discount=line.discount, tax_rate=line.tax_rate, product_id=line.product, source_id=line.source,
            )
            for at, line in enumerate(lines)
        ]
    )  # fmt: skip


def _name_people(actor: User, row: Contract, before: set[int | None], now: datetime) -> None:
    """Let who is named see the customer, and tell who is named anew."""
    involve_named(row)
    named = {row.legal_id, row.finance_id} - before - {None, actor.pk}
    tell(
        [pk for pk in named if pk is not None], NoticeKind.CONTRACT_NAMED, key=f"contract:{row.pk}:named", at=now,
        customer_id=row.customer_id, subject_id=row.pk, who=actor.name, number=row.number, what=row.title,
    )  # fmt: skip
