"""What a contract says at present, as one value."""

from genjin.contracts.models import Contract, ContractLine, Milestone
from genjin.contracts.rules.milestones import Share
from genjin.contracts.rules.terms import Line, Terms
from genjin.proposals.models import ProposalVersion


def line_of(row: ContractLine) -> Line:
    """Return a kept line as a value."""
    return Line(
        name=row.name, price=row.price, quantity=row.quantity, discount=row.discount, tax_rate=row.tax_rate,
        product=row.product_id, source=row.source_id,
    )  # fmt: skip


def share_of(row: Milestone) -> Share:
    """Return a kept milestone as a value of the plan; one planned by percentage keeps its percentage."""
    return Share(
        name=row.name, trigger=row.trigger, percent=row.percent, amount=None if row.percent is not None else row.amount,
        offset_days=row.offset_days, to_working_day=row.to_working_day, fixed_on=row.fixed_on,
        expected_on=None if row.fixed_on else row.expected_on, pk=row.pk,
    )  # fmt: skip


def terms_of(contract: Contract) -> Terms:
    """Return all a contract says at present."""
    return Terms(
        title=contract.title, amount=contract.amount, kind=contract.kind, net_amount=contract.net_amount, discount=contract.discount,
        product=contract.product, profile=contract.profile_id, our_side=contract.our_side,
        payment_terms=contract.payment_terms, liability_terms=contract.liability_terms,
        scope_terms=contract.scope_terms, other_terms=contract.other_terms, starts_on=contract.starts_on,
        ends_on=contract.ends_on, legal=contract.legal_id, finance=contract.finance_id,
        lines=tuple(line_of(row) for row in contract.lines.all()),
        shares=tuple(share_of(row) for row in contract.milestones.all()),
    )  # fmt: skip


def terms_of_version(version: ProposalVersion) -> Terms:
    """Return what a contract takes over of a proposal's version: title, lines, discount, amount; lines name their source."""
    lines = tuple(
        Line(
            name=row.name, price=row.price, quantity=row.quantity, discount=row.discount, tax_rate=row.tax_rate,
            product=row.product_id, source=row.pk,
        )
        for row in version.lines.all()
    )  # fmt: skip
    return Terms(version.proposal.title, version.amount, lines=lines, discount=version.discount)
