"""Proposals: begun, written, handed in, sent, answered, shared, compared."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from ninja import Query, Router, Status

from genjin.api.customers import seen
from genjin.api.paging import Order, Page, page
from genjin.api.references import all_named, named
from genjin.api.schemas.offers import (
    DifferenceAsked,
    DifferenceOut,
    DocumentAsked,
    FeedbackIn,
    FeedbackOut,
    HandIn,
    LineDifference,
    LineIn,
    LinkOut,
    OfferFilter,
    OfferIn,
    OfferOut,
    OfferRow,
    SendIn,
    ShareIn,
    VersionChange,
    VersionFields,
    VersionOut,
    show_feedback,
    show_link,
    show_offer,
    show_offer_row,
    show_version,
)
from genjin.api.wire import Call, Id, Ref
from genjin.proposals.actions.approval import hand_in
from genjin.proposals.actions.drafts import NewLine, NewProposal, new_version, open_proposal, save_draft
from genjin.proposals.actions.links import revoke, share
from genjin.proposals.actions.sending import NewFeedback, Sending, record_feedback, send_version
from genjin.proposals.models import Proposal, ProposalLink, ProposalTemplate, ProposalVersion
from genjin.proposals.queries.content import content_of
from genjin.proposals.queries.lists import found
from genjin.proposals.queries.papers import document_of
from genjin.proposals.rules.content import difference
from genjin.selling.models import Opportunity, Product

router = Router(tags=["proposals"])
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILE = {"schema": {"type": "string", "format": "binary"}}


def visible(request: Call) -> Any:
    """Return the proposals in sight, each with the names an answer shows."""
    return Proposal.objects.visible_to(request.auth).select_related("customer__owner", "opportunity")


def whole(request: Call, pk: int) -> OfferOut:
    """Return a proposal in sight with everything its versions say."""
    rows = visible(request).prefetch_related(
        "versions__lines", "versions__feedback__by", "versions__links", "versions__approved_by"
    )
    return show_offer(request.auth, rows.get(pk=pk))


def version_of(request: Call, pk: int) -> ProposalVersion:
    """Return a version in sight."""
    return (
        ProposalVersion.objects.visible_to(request.auth)
        .select_related("proposal__customer__owner", "proposal__opportunity")
        .get(pk=pk)
    )


def values_of(body: VersionFields) -> dict[str, Any]:
    """Return what a body says of a version, every product it names looked up."""
    names = ("title", "modules", "discount", "duration", "terms", "valid_until")
    given = body.model_fields_set
    values = {name: getattr(body, name) for name in names if name in given}
    values = {name: value for name, value in values.items() if value is not None or name == "valid_until"}
    if body.lines is not None:
        values["lines"] = _lines(body.lines)
    return values


def _lines(given: list[LineIn]) -> list[NewLine]:
    wanted = [line.product for line in given if line.product is not None]
    known = {product.pk: product for product in all_named(Product.objects.all(), wanted, "lines")}
    return [
        NewLine(
            known[line.product] if line.product else None, line.name, line.unit, line.quantity, line.price, line.discount, line.tax_rate
        )
        for line in given
    ]  # fmt: skip


@router.get("/proposals", response=Page[OfferRow], summary="List proposals")
def list_offers(request: Call, asked: Query[OfferFilter]) -> Page[OfferRow]:
    rows = visible(request).prefetch_related("versions")
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer)
    rows = found(rows, state=asked.state or "", text=asked.q)
    return page(
        request,
        rows,
        asked,
        order=Order("id", descending=True),
        show=lambda row: show_offer_row(request.auth, row),
    )


@router.post("/customers/{customer_id}/proposals", response={201: OfferOut}, summary="Begin a proposal")
def post_offer(request: Call, customer_id: Id, body: OfferIn) -> Status[OfferOut]:
    row = seen(request, customer_id)
    opportunity = named(Opportunity.objects.filter(customer=row), body.opportunity, "opportunity")
    new = NewProposal(opportunity, body.title or "", values_of(body))
    made = open_proposal(request.auth, row, new, now=timezone.now())
    return Status(201, whole(request, made.pk))


@router.get("/proposals/{proposal_id}", response=OfferOut, summary="Read a proposal")
def read_offer(request: Call, proposal_id: Id) -> OfferOut:
    return whole(request, proposal_id)


@router.post(
    "/proposals/{proposal_id}/versions", response={201: VersionOut}, summary="Begin the next version"
)
def post_version(request: Call, proposal_id: Id) -> Status[VersionOut]:
    row = Proposal.objects.visible_to(request.auth).get(pk=proposal_id)
    return Status(201, show_version(request.auth, new_version(request.auth, row, now=timezone.now())))


@router.get("/proposals/{proposal_id}/diff", response=DifferenceOut, summary="Compare two versions")
def diff(request: Call, proposal_id: Id, asked: Query[DifferenceAsked]) -> DifferenceOut:
    row = Proposal.objects.visible_to(request.auth).get(pk=proposal_id)
    old, new = (content_of(row.versions.get(number=number)) for number in (asked.a, asked.b))
    shown = difference(old, new)
    return DifferenceOut(
        texts={name: (before, after) for name, before, after in shown.texts}, files=list(shown.files),
        lines=[
            LineDifference(name=line.name, old=dict(line.old) if line.old else None, new=dict(line.new) if line.new else None, changed=list(line.changed))
            for line in shown.lines
        ],
        old_amount=Decimal(shown.old_amount), new_amount=Decimal(shown.new_amount),
    )  # fmt: skip


@router.get("/proposal-versions/{version_id}", response=VersionOut, summary="Read a version")
def read_version(request: Call, version_id: Id) -> VersionOut:
    return show_version(request.auth, version_of(request, version_id))


@router.get(
    "/proposal-versions/{version_id}/document",
    summary="Download a version as a Word file",
    openapi_extra={"responses": {200: {"content": {DOCX: FILE}}}},
)
def document(request: Call, version_id: Id, asked: Query[DocumentAsked]) -> HttpResponse:
    row = version_of(request, version_id)
    templates = ProposalTemplate.objects.filter(is_active=True)
    template = None if asked.template is None else named(templates, asked.template, "template")
    name = f"{row.proposal.number} V{row.number}.docx"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        document_of(request.auth, row, template),
        content_type=DOCX,
        headers={"Content-Disposition": disposition or ""},
    )


@router.get("/proposal-templates", response=list[Ref], summary="List the Word templates of proposals in use")
def list_templates(request: Call) -> list[Ref]:  # noqa: ARG001 (everybody who may come in chooses one)
    rows = ProposalTemplate.objects.filter(is_active=True).order_by("name")
    return [Ref(id=row.pk, name=row.name) for row in rows]


@router.patch("/proposal-versions/{version_id}", response=VersionOut, summary="Write a draft")
def change_version(request: Call, version_id: Id, body: VersionChange) -> VersionOut:
    row = version_of(request, version_id)
    return show_version(
        request.auth, save_draft(request.auth, row, values_of(body), seen=body.revision, now=timezone.now())
    )


@router.post("/proposal-versions/{version_id}/hand-in", response=VersionOut, summary="Hand a version in")
def post_hand_in(request: Call, version_id: Id, body: HandIn) -> VersionOut:
    row = hand_in(request.auth, version_of(request, version_id), reason=body.reason, now=timezone.now())
    return show_version(request.auth, row)


@router.post(
    "/proposal-versions/{version_id}/send", response=VersionOut, summary="Note that a version was sent"
)
def post_send(request: Call, version_id: Id, body: SendIn) -> VersionOut:
    sending = Sending(body.method, body.to, body.sent_at)
    return show_version(
        request.auth, send_version(request.auth, version_of(request, version_id), sending, now=timezone.now())
    )


@router.post(
    "/proposal-versions/{version_id}/feedback", response={201: FeedbackOut}, summary="Take down the customer's answer"
)  # fmt: skip
def post_feedback(request: Call, version_id: Id, body: FeedbackIn) -> Status[FeedbackOut]:
    new = NewFeedback(body.text, body.rating, occurred_at=body.occurred_at)
    return Status(
        201,
        show_feedback(
            request.auth,
            record_feedback(request.auth, version_of(request, version_id), new, now=timezone.now()),
        ),
    )


@router.post(
    "/proposal-versions/{version_id}/links", response={201: LinkOut}, summary="Share a version by a link"
)
def post_link(request: Call, version_id: Id, body: ShareIn) -> Status[LinkOut]:
    row = share(request.auth, version_of(request, version_id), days=body.days, now=timezone.now())
    return Status(201, show_link(row))


@router.post("/proposal-links/{link_id}/revoke", response=LinkOut, summary="End a link")
def post_revoke(request: Call, link_id: Id) -> LinkOut:
    seen_versions = ProposalVersion.objects.visible_to(request.auth)
    row = ProposalLink.objects.filter(version__in=seen_versions).get(pk=link_id)
    return show_link(revoke(request.auth, row, now=timezone.now()))
