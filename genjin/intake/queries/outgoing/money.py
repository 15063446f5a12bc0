"""Contracts, their milestones, receipts and invoices as sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.queries import local_day
from genjin.contracts.models import Contract, Invoice, Milestone, Receipt
from genjin.contracts.queries.billing import masked
from genjin.contracts.queries.lists import (
    contracts_asked,
    invoices_asked,
    milestones_asked,
    receipts_asked,
)
from genjin.contracts.queries.money import paid_by_contract, rest_of, with_open
from genjin.contracts.rules import shown_state
from genjin.contracts.rules.milestones import days_late
from genjin.intake.queries.outgoing.deals import COMPANY
from genjin.intake.queries.outgoing.shape import Column, Kind, Line, Listing, Reader, field_of, title_of_field
from genjin.kit.money import show_cents

OF_CONTRACT = ("contract__customer__owner", "contract__customer__pool", "contract__owner")
CONTRACT = (
    Column("contract", _("Contract number"), lambda line: line.row.contract.number),
    Column("contract_title", _("Contract"), lambda line: line.title(line.row.contract.title), Kind.LONG),
)


def _state(line: Line) -> str:
    row = line.row
    return str(shown_state(row.state, row.ends_on, line.reader.today).label)


def _open(line: Line) -> Decimal:
    return Decimal(0) if line.row.settled_on is not None else Decimal(line.row.open)


MILESTONES = Listing(
    "milestones",
    _("Payment milestones"),
    lambda user: with_open(Milestone.objects.visible_to(user)),
    lambda user, query, now: milestones_asked(user, query, local_day(now)),
    (
        *CONTRACT, *COMPANY, field_of(Milestone, "name"), field_of(Milestone, "percent", Kind.NUMBER), field_of(Milestone, "amount", Kind.MONEY),
        Column("paid", _("Received"), lambda line: line.row.paid, Kind.MONEY), Column("open", _("Still to come"), _open, Kind.MONEY),
        field_of(Milestone, "trigger"), field_of(Milestone, "offset_days", Kind.NUMBER), field_of(Milestone, "triggered_on", Kind.DAY),
        field_of(Milestone, "due_on", Kind.DAY), field_of(Milestone, "expected_on", Kind.DAY), field_of(Milestone, "settled_on", Kind.DAY),
        Column("late", _("Days overdue"), lambda line: (days_late(line.row.due_on, line.reader.today) if _open(line) else 0) or None, Kind.NUMBER),
        Column("owner", _("Owner"), lambda line: line.row.contract.owner or ""),
    ),
    whole="when=all",
    related=OF_CONTRACT,
    customer=lambda row: row.contract.customer,
)  # fmt: skip


def _billed(line: Line, row: Contract | Invoice) -> dict[str, str]:
    """Return as what the customer stands in a contract or invoice, as it was kept there; masked where its people are."""
    said = row.billed_to or (row.profile.as_text() if row.profile else {})
    return dict(said) if line.unmasked else masked(line.customer, said)


CONTRACTS = Listing(
    "contracts",
    _("Contracts"),
    Contract.objects.visible_to,
    lambda user, query, now: contracts_asked(user, query, local_day(now)),
    (
        field_of(Contract, "number"), title_of_field(Contract, "title"), *COMPANY, field_of(Contract, "kind"),
        Column("state", _("State"), _state), field_of(Contract, "amount", Kind.MONEY), field_of(Contract, "net_amount", Kind.MONEY),
        Column("paid", _("Received"), lambda line: line.beside, Kind.MONEY), Column("rest", _("Still to come"), lambda line: rest_of(line.row, line.beside), Kind.MONEY),
        field_of(Contract, "product", Kind.LONG), field_of(Contract, "signed_on", Kind.DAY), field_of(Contract, "starts_on", Kind.DAY),
        field_of(Contract, "ends_on", Kind.DAY), field_of(Contract, "owner"), field_of(Contract, "legal"), field_of(Contract, "finance"),
        title_of_field(Contract, "opportunity"), field_of(Contract, "proposal_version"), field_of(Contract, "our_side", Kind.LONG),
        Column("profile", Contract._meta.get_field("profile").verbose_name, lambda line: _billed(line, line.row).get("name", ""), Kind.LONG),
        field_of(Contract, "payment_terms", Kind.LONG, personal=True), field_of(Contract, "void_reason", personal=True),
    ),
    related=("customer__owner", "customer__pool", "owner", "legal", "finance", "opportunity", "proposal_version__proposal", "profile"),
    beside=lambda rows, _reader: paid_by_contract([row.pk for row in rows]),
    parts=((MILESTONES, "contract"),),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside a receipt."""

    parts: str
    reversal: str


def _beside(rows: Sequence[Any], _reader: Reader) -> Mapping[int, _Beside]:
    """Return by receipt what it pays, and whether it is a reversal or was reversed; two queries."""
    found = Receipt.objects.filter(pk__in=[row.pk for row in rows]).prefetch_related("parts__milestone")
    reversed_ones = set(found.filter(reversal__isnull=False).values_list("pk", flat=True))
    return {
        row.pk: _Beside(
            "、".join(f"{part.milestone.name} {show_cents(part.amount)}" for part in row.parts.all()),
            str(_("Reversal")) if row.reverses_id else str(_("reversed")) if row.pk in reversed_ones else "",
        )
        for row in found
    }  # fmt: skip


RECEIPTS = Listing(
    "receipts",
    _("Receipts"),
    Receipt.objects.visible_to,
    lambda user, query, _now: receipts_asked(user, query),
    (
        Column("received_on", _("Received on"), lambda line: line.row.received_on, Kind.DAY), *COMPANY, *CONTRACT, field_of(Receipt, "amount", Kind.MONEY),
        Column("parts", pgettext_lazy("receipt", "For"), lambda line: line.beside.parts, Kind.LONG),
        Column("reversal", _("Reversal"), lambda line: line.beside.reversal),
        Column("method", _("How it came in"), lambda line: line.row.get_method_display()),
        Column("payer", _("Payer"), lambda line: line.party(line.row.payer), Kind.LONG), field_of(Receipt, "reference"),
        field_of(Receipt, "note", Kind.LONG, personal=True), Column("recorded_by", _("Recorded by"), lambda line: line.row.recorded_by),
        Column("recorded_at", _("Recorded"), lambda line: line.row.recorded_at, Kind.MOMENT),
    ),
    related=(*OF_CONTRACT, "recorded_by"),
    customer=lambda row: row.contract.customer,
    beside=_beside,
)  # fmt: skip

INVOICES = Listing(
    "invoices",
    _("Invoices"),
    Invoice.objects.visible_to,
    lambda user, query, _now: invoices_asked(user, query),
    (
        field_of(Invoice, "number"), field_of(Invoice, "kind"), field_of(Invoice, "state"), *COMPANY, *CONTRACT,
        Column("billed_to", _("Name on invoices"), lambda line: _billed(line, line.row)["name"], Kind.LONG),
        Column("tax_number", _("Tax number"), lambda line: _billed(line, line.row)["tax_number"]),
        field_of(Invoice, "amount", Kind.MONEY), Column("net", _("Amount without tax"), lambda line: line.row.amount - line.row.tax, Kind.MONEY),
        field_of(Invoice, "tax", Kind.MONEY), field_of(Invoice, "tax_rate", Kind.NUMBER), Column("issued_on", _("Issued on"), lambda line: line.row.issued_on, Kind.DAY),
        Column("issued_by", _("Issued by"), lambda line: line.row.issued_by or ""), Column("requested_by", _("Asked by"), lambda line: line.row.requested_by),
        Column("requested_at", _("Asked"), lambda line: line.row.requested_at, Kind.MOMENT), field_of(Invoice, "note", Kind.LONG, personal=True),
        field_of(Invoice, "void_reason", Kind.LONG, personal=True),
    ),
    related=(*OF_CONTRACT, "profile", "requested_by", "issued_by"),
    customer=lambda row: row.contract.customer,
)  # fmt: skip
