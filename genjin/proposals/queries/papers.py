"""A version as a Word file, from the company's template or from ours."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.queries.sight import shown_name
from genjin.kit.money import in_words, show_cents, show_number
from genjin.kit.word_places import fill_places
from genjin.proposals.models import ProposalTemplate, ProposalVersion
from genjin.proposals.queries.content import content_of, quote_of
from genjin.proposals.rules import VersionState
from genjin.proposals.rules.papers import LINE_PLACES, PLACES, SHIPPED, line_values


def document_of(user: User, version: ProposalVersion, template: ProposalTemplate | None) -> bytes:
    """Return a version as a Word file; without a template from the one that ships with Genjin."""
    if template is None:
        source = SHIPPED.read_bytes()
    else:
        with template.file.open("rb") as kept:
            source = kept.read()
    prefetch_related_objects([version], "lines")
    content = content_of(version)
    rows = [line_values(at, line) for at, line in enumerate(content["lines"], start=1)]
    return fill_places(source, _values(user, version, content), rows, LINE_PLACES)


def _values(user: User, version: ProposalVersion, content: Any) -> dict[str, str]:
    found, proposal, customer = quote_of(version), version.proposal, version.proposal.customer
    is_open = version.state in {VersionState.DRAFT, VersionState.APPROVAL}  # nobody takes it for an offer
    called = f"V{content['version']}" + (f" · {version.get_state_display()}" if is_open else "")
    day = local_day(version.sent_at or timezone.now())
    values = (
        content["number"], called, content["title"], shown_name(user, customer), proposal.opportunity.name,
        "\n".join(content["modules"]), content["duration"], content["valid_until"], content["terms"], show_cents(found.net),
        show_cents(found.tax), show_cents(found.amount), in_words(found.amount), f"{show_number(version.discount)}%" if version.discount else "—",
        "、".join(one["name"] for one in content["files"]), customer.owner.name if customer.owner else "", f"{day:%Y-%m-%d}",
    )  # fmt: skip
    return dict(zip(PLACES, values, strict=True))
