"""How versions are shown: tones, figures, what may be done with one."""

from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.approvals.models import Request
from genjin.kit.money import in_words, show_number
from genjin.proposals.actions.rights import VIA, may_sell, may_write
from genjin.proposals.actions.voiding import KIND
from genjin.proposals.models import Proposal, ProposalVersion
from genjin.proposals.queries.content import content_of, quote_of
from genjin.proposals.queries.prices import limit_of
from genjin.proposals.rules import VersionState
from genjin.proposals.rules.drafts import is_beyond

TONES = {"draft": "muted", "approval": "orange", "ready": "blue", "sent": "green"}


def seen_proposal(user: User, pk: int) -> Proposal:
    """Return a proposal in sight, with what its pages show."""
    rows = Proposal.objects.visible_to(user)
    return rows.select_related("customer__owner", "opportunity", "created_by").get(pk=pk)


def seen_version(user: User, pk: int) -> ProposalVersion:
    """Return a version in sight."""
    rows = ProposalVersion.objects.visible_to(user)
    return rows.select_related("proposal__customer__owner", "proposal__opportunity", "price_book", "sent_by", "approved_by").get(pk=pk)  # fmt: skip


def sheet_of(version: ProposalVersion) -> dict[str, Any]:
    """Return what a version says, as the page, the print and the public page draw it."""
    prefetch_related_objects([version], "lines")  # several figures are sums of them
    content, quote = content_of(version), quote_of(version)
    lines = [
        line
        | {name: show_number(Decimal(line[name])) for name in ("quantity", "discount", "tax_rate")}
        | {"at": at, "has_discount": line["discount"] != "0.00"}
        for at, line in enumerate(content["lines"], start=1)
    ]
    taxes = [(show_number(rate), net, tax) for rate, (net, tax) in quote.by_rate.items()]
    return {
        "number": content["number"], "version": content["version"], "title": content["title"], "modules": content["modules"],
        "lines": lines, "has_discounts": any(line["has_discount"] for line in lines), "discount": quote_discount(version),
        "amount": quote.amount, "net": quote.net, "tax": quote.tax, "taxes": taxes, "words": in_words(quote.amount),
        "duration": content["duration"], "terms": content["terms"], "valid_until": content["valid_until"], "files": content["files"],
        "sent_at": version.sent_at,
    }  # fmt: skip


def quote_discount(version: ProposalVersion) -> str:
    """Return the discount on the whole as people write it; nothing for none."""
    return show_number(version.discount) if version.discount else ""


def offs_of(version: ProposalVersion) -> list[str]:
    """Return how far below its list price each line is, for our own eyes."""
    return [show_number(one.off) if one.off else "" for one in quote_of(version).lines]


def deeds_of(user: User, version: ProposalVersion, *, is_newest: bool) -> list[dict[str, Any]]:
    """Return the buttons a person has on a version, the next step first."""
    proposal = version.proposal
    sells = may_sell(user, proposal.customer)
    if version.state == VersionState.SENT:
        return _after(user, version, sells=sells, is_newest=is_newest)
    if not may_write(user, proposal):
        return []
    found = [_deed(_("Edit"), "pencil", "edit", version.pk, page=True)]
    if version.state != VersionState.DRAFT:
        found.append(_deed(_("Take back to draft"), "arrow-back-up", "take_back", version.pk))
    if sells and version.state == VersionState.APPROVAL and not waiting_of(version):
        found.insert(0, _deed(_("Hand in"), "shield-check", "hand_in", version.pk))
    if sells and version.state != VersionState.APPROVAL:
        is_free = version.state == VersionState.READY or not is_beyond(quote_of(version), limit_of(user))
        step = _deed(_("Mark as sent"), "send", "send", version.pk) if is_free else _deed(_("Ask for approval"), "shield-check", "hand_in", version.pk)  # fmt: skip
        found.insert(0, step)
    return found


def _after(user: User, version: ProposalVersion, *, sells: bool, is_newest: bool) -> list[dict[str, Any]]:
    found = []
    if may_write(user, version.proposal):
        found.append(_deed(_("Customer's feedback"), "message-plus", "feedback", version.pk))
        if is_newest:
            found.append(_deed(_("New version"), "copy", "next", version.proposal_id))
    if sells:
        found.append(_deed(_("Share link"), "link", "share", version.pk))
    return found


def _deed(label: str, icon: str, name: str, pk: int, *, page: bool = False) -> dict[str, Any]:
    return {"label": label, "icon": icon, "url": reverse(f"proposals:{name}", args=[pk]), "page": page}


def waiting_of(version: ProposalVersion) -> Request | None:
    """Return the request for a version's discount that waits or was answered last."""
    rows = Request.objects.filter(kind=KIND, data__version=version.pk).select_related(
        "asked_by", "decided_by"
    )
    return rows.filter(status=Request.Status.OPEN).first()


def answer_of(version: ProposalVersion) -> Request | None:
    """Return the last answer to a request for a version's discount."""
    rows = Request.objects.filter(kind=KIND, data__version=version.pk).select_related(
        "asked_by", "decided_by"
    )
    return rows.exclude(status=Request.Status.OPEN).first()


def authors_of(proposal: Proposal) -> list[User]:
    """Return the co-authors of a proposal."""
    named = proposal.customer.participants.filter(via=VIA, subject_id=proposal.pk).values("user")
    return list(User.objects.filter(pk__in=named))
