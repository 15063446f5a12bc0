"""Everything that leaves as a sheet, by the word that names it in addresses, in the API and on the command line."""

from collections.abc import Mapping

from genjin.intake.queries.outgoing.after import DELIVERIES, RENEWALS, TICKETS
from genjin.intake.queries.outgoing.customers import CUSTOMERS
from genjin.intake.queries.outgoing.deals import OPPORTUNITIES, PROPOSALS
from genjin.intake.queries.outgoing.money import CONTRACTS, INVOICES, MILESTONES, RECEIPTS
from genjin.intake.queries.outgoing.shape import Outgoing

_ALL: tuple[Outgoing, ...] = (
    CUSTOMERS, OPPORTUNITIES, PROPOSALS, CONTRACTS, MILESTONES, RECEIPTS, INVOICES, DELIVERIES, TICKETS, RENEWALS,
)  # fmt: skip
OUTGOING: Mapping[str, Outgoing] = {one.key: one for one in _ALL}
