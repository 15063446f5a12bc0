"""Who may write a proposal: who works on the customer and sells, and the colleagues named on it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.customers.actions.ownership import lock_one, may_work_on, require_work, workable
from genjin.customers.models import Customer, Participant
from genjin.kit.errors import RuleError
from genjin.proposals.models import Proposal, ProposalVersion
from genjin.proposals.rules.drafts import check_open

VIA = "proposal"


def may_sell(actor: User, customer: Customer) -> bool:
    """Whether somebody may send, answer and share proposals of this customer."""
    return may(actor, Right.SELL) and may_work_on(actor, customer)


def sellable(actor: User, customers: Iterable[Customer]) -> set[int]:
    """Return which of these customers `may_sell` holds for; at most one query for any number."""
    return workable(actor, customers) if may(actor, Right.SELL) else set()


def may_write(actor: User, proposal: Proposal) -> bool:
    """Whether somebody may write on a proposal: who sells to the customer, and its co-authors of any department."""
    named = Participant.objects.standing().filter(user=actor, via=VIA, subject_id=proposal.pk)
    return may_sell(actor, proposal.customer) or (actor.is_active and named.exists())


def require_sell(actor: User, customer: Customer) -> None:
    """Refuse with 403 `forbidden` or `not_yours` whoever does not sell to this customer."""
    require_work(actor, customer, Right.SELL)


def require_write(actor: User, proposal: Proposal) -> None:
    """Refuse with 403 whoever may not write on a proposal."""
    if not may_write(actor, proposal):
        sentence = _("Only who sells to this customer and the co-authors write on its proposals.")
        raise RuleError(sentence, "not_yours", status=403)


def locked(actor: User, version: ProposalVersion) -> ProposalVersion:
    """Return a version in sight, locked for a change together with its customer; refuses one that was sent."""
    row = held(actor, version)
    check_open(row.state)
    return row


def held(actor: User, version: ProposalVersion) -> ProposalVersion:
    """Return a version in sight, customer first, then version locked."""
    seen = ProposalVersion.objects.visible_to(actor).select_related("proposal").get(pk=version.pk)
    lock_one(actor, seen.proposal.customer_id)
    return _row(version.pk)


def lock_row(version: ProposalVersion) -> ProposalVersion:
    """Return a version as it stands, locked after its customer: everybody locks in this order. The caller asks for sight."""
    Customer.objects.select_for_update(of=("self",)).get(pk=version.proposal.customer_id)
    return _row(version.pk)


def _row(pk: int) -> ProposalVersion:
    rows = ProposalVersion.objects.select_for_update(of=("self",))
    return rows.select_related("proposal__customer", "price_book").get(pk=pk)
