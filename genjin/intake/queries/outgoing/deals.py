"""Opportunities and proposals as sheets."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.queries import local_day
from genjin.intake.queries.outgoing.shape import Column, Kind, Line, Listing, Reader, field_of, title_of_field
from genjin.kit.money import show_number
from genjin.proposals.models import Proposal, ProposalVersion
from genjin.proposals.queries.lists import proposals_asked, with_newest
from genjin.selling.models import Opportunity, OpportunityLine
from genjin.selling.queries.pipeline import chances, in_order, rows_of, with_weight

COMPANY = (
    Column("customer", _("Customer"), lambda line: line.company, Kind.LONG),
    Column("customer_code", _("Customer number"), lambda line: line.customer.code),
)


def _products(rows: Sequence[Any], _reader: Reader) -> Mapping[int, str]:
    """Return by opportunity what is wanted of which product; one query."""
    found: dict[int, list[str]] = {}
    for line in OpportunityLine.objects.filter(opportunity__in=rows).select_related("product"):
        found.setdefault(line.opportunity_id, []).append(
            f"{line.product.name} × {show_number(line.quantity)}"
        )
    return {pk: "、".join(parts) for pk, parts in found.items()}


OPPORTUNITIES = Listing(
    "opportunities",
    _("Opportunities"),
    lambda user: with_weight(Opportunity.objects.visible_to(user), chances()),
    lambda user, query, now: in_order(
        with_weight(rows_of(user, query, local_day(now)), chances()), query.get("sort", "")
    ),
    (
        title_of_field(Opportunity, "name"), *COMPANY, field_of(Opportunity, "stage"), field_of(Opportunity, "kind"),
        field_of(Opportunity, "amount", Kind.MONEY), Column("chance", _("Probability in %"), lambda line: line.row.chance, Kind.NUMBER),
        Column("weighted", _("Weighted"), lambda line: line.row.weighted if line.row.amount is not None else None, Kind.MONEY),
        field_of(Opportunity, "forecast"), field_of(Opportunity, "expected_close", Kind.DAY), field_of(Opportunity, "owner"),
        Column("products", _("Products"), lambda line: line.beside, Kind.LONG), field_of(Opportunity, "opened_at", Kind.MOMENT),
        field_of(Opportunity, "stage_entered_at", Kind.MOMENT), field_of(Opportunity, "closed_at", Kind.MOMENT),
        field_of(Opportunity, "lost_reason"), field_of(Opportunity, "code"), field_of(Opportunity, "notes", Kind.LONG, personal=True),
    ),
    whole="tab=all",
    related=("customer__owner", "customer__pool", "owner", "lost_reason"),
    beside=_products,
)  # fmt: skip


def _version(name: str, kind: Kind = Kind.TEXT, value: Any = None) -> Column:
    """Return the column of a field of the newest version."""
    found: Any = ProposalVersion._meta.get_field(name)
    return Column(
        name, capfirst(found.verbose_name), value or (lambda line: getattr(line.beside.version, name)), kind
    )


def _tax(line: Line) -> Any:
    return line.beside.version.amount - line.beside.version.net_amount


PROPOSALS = Listing(
    "proposals",
    pgettext_lazy("menu", "Proposals"),
    Proposal.objects.visible_to,
    lambda user, query, _now: proposals_asked(user, query),
    (
        field_of(Proposal, "number"), title_of_field(Proposal, "title"), *COMPANY, title_of_field(Proposal, "opportunity"),
        Column("version", _("Current version"), lambda line: line.beside.version.number, Kind.NUMBER),
        _version("state", value=lambda line: line.beside.version.get_state_display()), _version("amount", Kind.MONEY),
        _version("net_amount", Kind.MONEY), Column("tax", _("Tax"), _tax, Kind.MONEY), _version("discount", Kind.NUMBER),
        _version("off", Kind.NUMBER), _version("duration"), _version("valid_until", Kind.DAY),
        Column("sent_at", _("Sent"), lambda line: line.beside.sent_at, Kind.MOMENT),
        Column("rating", _("Rating"), lambda line: line.beside.rating, Kind.NUMBER),
        Column("owner", _("Owner"), lambda line: line.customer.owner or ""),
        Column("created_by", _("Begun by"), lambda line: line.row.created_by or ""),
        Column("created_at", _("Begun"), lambda line: line.row.created_at, Kind.MOMENT),
    ),
    whole="tab=all",
    related=("customer__owner", "customer__pool", "opportunity", "created_by"),
    beside=lambda rows, _reader: with_newest(rows),
)  # fmt: skip
