"""What a version says, gathered from its rows."""

from decimal import Decimal
from typing import Any

from genjin.proposals.models import ProposalVersion
from genjin.proposals.rules.content import Content
from genjin.proposals.rules.sums import Quote, quote


def quote_of(version: ProposalVersion) -> Quote:
    """Return what a version's lines come to."""
    return quote([line.as_terms() for line in version.lines.all()], version.discount)


def content_of(version: ProposalVersion) -> Content:
    """Return what a version says, as texts and lists: what was frozen when it was sent, else what it says now."""
    return version.content if version.content is not None else gathered(version)


def gathered(version: ProposalVersion) -> Content:
    """Return what a version says by its rows."""
    found = quote_of(version)
    lines = [
        {
            "product": line.product_id, "name": line.name, "unit": line.unit, "quantity": money(line.quantity),
            "price": money(line.price), "discount": money(line.discount), "tax_rate": money(line.tax_rate),
            "amount": money(one.amount), "net": money(one.net), "tax": money(one.tax),
        }
        for line, one in zip(version.lines.all(), found.lines, strict=True)
    ]  # fmt: skip
    files = version.files.select_related("attachment").order_by("id")
    content: dict[str, Any] = {
        "number": version.proposal.number, "version": version.number, "title": version.title, "modules": list(version.modules),
        "duration": version.duration, "terms": version.terms, "valid_until": version.valid_until.isoformat() if version.valid_until else "",
        "discount": money(version.discount), "lines": lines,
        "files": [{"name": one.attachment.name, "sha256": one.attachment.sha256} for one in files],
        "amount": money(found.amount), "net": money(found.net), "tax": money(found.tax),
    }  # fmt: skip
    return content


def money(amount: Decimal) -> str:
    """Return a figure with two places, as texts hold it."""
    return f"{amount:.2f}"
