"""Contracts: drafted, changed, handed in, signed, their facts marked, ended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone
from ninja import File, Form, Query, Router, Status, UploadedFile

from genjin.api.paging import Order, Page, page
from genjin.api.references import all_named, named, person
from genjin.api.schemas.contracts import (
    KEPT,
    AmendIn,
    ContractDetail,
    ContractFields,
    ContractFileOut,
    ContractIn,
    ContractLineIn,
    ContractOut,
    ContractPatch,
    ContractsAsked,
    ExpectIn,
    FileIn,
    HappenedIn,
    MilestoneIn,
    MilestoneOut,
    SignIn,
    facts_of,
    show_contract,
    show_file,
    show_milestone,
    show_whole,
)
from genjin.api.wire import Call, Id, ReasonIn
from genjin.approvals.models import Request
from genjin.contracts.actions import approval, drafts, ending, milestones, profiles, signing
from genjin.contracts.models import Contract, ContractQuerySet
from genjin.contracts.queries.lists import contracts_like
from genjin.contracts.queries.money import paid, paid_by_contract, paid_by_milestone
from genjin.contracts.queries.terms import terms_of, terms_of_version
from genjin.contracts.rules import ContractState
from genjin.contracts.rules.milestones import PRESETS, Share
from genjin.contracts.rules.terms import Line, Terms
from genjin.proposals.models import ProposalLine, ProposalVersion
from genjin.selling.models import Opportunity, Product

router = Router(tags=["contracts"])


def visible(request: Call) -> ContractQuerySet:
    """Return the contracts in sight with what a list shows."""
    rows = Contract.objects.visible_to(request.auth)
    return rows.select_related("customer__owner", "customer__pool", "opportunity", "owner")


def seen_contract(request: Call, pk: int) -> Contract:
    """Return a contract in sight; any other raises the same DoesNotExist."""
    return visible(request).select_related("profile", "legal", "finance", "approved_by").get(pk=pk)


def shown(request: Call, pk: int) -> ContractDetail:
    """Return a contract read anew, whole."""
    row, today = seen_contract(request, pk), timezone.localdate()
    asked = Request.objects.filter(kind=approval.KIND, data__contract=row.pk).first()
    return show_whole(
        request.auth, row, facts_of(request.auth, row, paid(row), today), plan_of(request, row), request=asked
    )


def plan_of(request: Call, row: Contract) -> list[MilestoneOut]:
    """Return a contract's milestones with what is paid of each; two queries."""
    rows, today = list(row.milestones.all()), timezone.localdate()
    sums = paid_by_milestone([one.pk for one in rows])
    return [show_milestone(request.auth, one, sums[one.pk], today) for one in rows]


def lines_in(given: Sequence[ContractLineIn], version: ProposalVersion | None) -> tuple[Line, ...]:
    """Return lines as a contract takes them, products and lines of its proposal looked up."""
    all_named(Product.objects.all(), [one.product for one in given if one.product], "lines")
    sources = ProposalLine.objects.filter(version=version) if version else ProposalLine.objects.none()
    all_named(sources, [one.source for one in given if one.source], "lines")
    return tuple(Line(**one.model_dump()) for one in given)


def shares_in(given: Sequence[MilestoneIn]) -> tuple[Share, ...]:
    """Return milestones as a plan takes them."""
    return tuple(Share(**one.model_dump(exclude={"id"}), pk=one.id) for one in given)


def values_in(body: ContractFields | AmendIn, kept: frozenset[str]) -> dict[str, Any]:
    """Return by name what a body says of terms; null leaves those `kept` as they are, a plan in percent follows the amount."""
    given = {name: getattr(body, name) for name in body.model_fields_set & set(Terms.__slots__)}
    values = {name: value for name, value in given.items() if value is not None or name not in kept}
    if {"amount", "lines", "discount"} & values.keys() and "net_amount" not in values:
        values["net_amount"] = None
    if body.milestones is not None:
        values["shares"] = shares_in(body.milestones)
    return values


def terms_in(request: Call, body: ContractFields, present: Terms, version: ProposalVersion | None) -> Terms:
    """Return the terms at present with what a body says instead; what it leaves out stays."""
    values = values_in(body, KEPT)
    for name in ("legal", "finance"):
        if values.get(name) is not None:
            values[name] = person(request.auth, values[name], name).pk
    if "lines" in values:
        values["lines"] = lines_in(body.lines or [], version)
    return replace(present, **values)


@router.get("/contracts", response=Page[ContractOut], summary="List contracts")
def list_contracts(request: Call, asked: Query[ContractsAsked]) -> Page[ContractOut]:
    rows, today = visible(request), timezone.localdate()
    rows = contracts_like(rows, asked.q)
    if asked.state == ContractState.EXPIRED:
        rows = rows.expired(today)
    elif asked.state is not None:
        rows = rows.filter(state=asked.state)
    same = {name: getattr(asked, name) for name in ("customer", "opportunity", "owner")}
    rows = rows.filter(**{name: pk for name, pk in same.items() if pk is not None})
    if asked.ends_within is not None:
        rows = rows.ending_by(today + timedelta(days=asked.ends_within))
    cut = page(request, rows, asked, order=Order("id", descending=True), show=lambda row: row)
    sums = paid_by_contract([row.pk for row in cut.items])
    items = [show_contract(request.auth, row, sums[row.pk], today) for row in cut.items]
    return Page(items=items, next=cut.next)


@router.post("/contracts", response={201: ContractDetail}, summary="Draft a contract for an opportunity")
def post_contract(request: Call, body: ContractIn) -> Status[ContractDetail]:
    deal = named(Opportunity.objects.visible_to(request.auth), body.opportunity, "opportunity")
    version = None
    if body.proposal_version is not None:
        versions = ProposalVersion.objects.filter(proposal__opportunity=deal).select_related("proposal")
        version = named(versions, body.proposal_version, "proposal_version")
    first = Terms("") if version is None else replace(terms_of_version(version), amount=None)
    first = replace(first, shares=PRESETS[body.plan] if body.plan else ())
    terms = terms_in(request, body, first, version)
    row = drafts.draft_contract(request.auth, deal, terms, version=version, now=timezone.now())
    return Status(201, shown(request, row.pk))


@router.get("/contracts/{contract_id}", response=ContractDetail, summary="Read a contract")
def read_contract(request: Call, contract_id: Id) -> ContractDetail:
    return shown(request, contract_id)


@router.patch(
    "/contracts/{contract_id}", response=ContractDetail, summary="Change a contract that is not signed"
)
def patch_contract(request: Call, contract_id: Id, body: ContractPatch) -> ContractDetail:
    row = seen_contract(request, contract_id)
    terms = terms_in(request, body, terms_of(row), row.proposal_version)
    drafts.change_contract(request.auth, row, terms, version=body.version, now=timezone.now())
    return shown(request, contract_id)


@router.post("/contracts/{contract_id}/hand-in", response=ContractDetail, summary="Hand a contract in")
def hand_in(request: Call, contract_id: Id, body: ReasonIn) -> ContractDetail:
    approval.hand_in(
        request.auth, seen_contract(request, contract_id), reason=body.reason, now=timezone.now()
    )
    return shown(request, contract_id)


@router.post(
    "/contracts/{contract_id}/withdraw", response=ContractDetail, summary="Take a contract back from its approval"
)  # fmt: skip
def withdraw(request: Call, contract_id: Id) -> ContractDetail:
    approval.withdraw_review(request.auth, seen_contract(request, contract_id), now=timezone.now())
    return shown(request, contract_id)


@router.post(
    "/contracts/{contract_id}/sign", response=ContractDetail, summary="Put the signature on record, with the scan"
)  # fmt: skip
def sign(
    request: Call, contract_id: Id, form: Form[SignIn], file: File[UploadedFile | None] = None
) -> ContractDetail:
    signature = signing.Signature(form.signed_on, file)
    signing.sign_contract(request.auth, seen_contract(request, contract_id), signature, now=timezone.now())
    return shown(request, contract_id)


@router.post("/contracts/{contract_id}/finish", response=ContractDetail, summary="Say that it is fulfilled")
def finish(request: Call, contract_id: Id) -> ContractDetail:
    ending.finish_contract(request.auth, seen_contract(request, contract_id), now=timezone.now())
    return shown(request, contract_id)


@router.post("/contracts/{contract_id}/void", response=ContractDetail, summary="Void a contract")
def void(request: Call, contract_id: Id, body: ReasonIn) -> ContractDetail:
    row = seen_contract(request, contract_id)
    ending.void_contract(request.auth, row, reason=body.reason, now=timezone.now())
    return shown(request, contract_id)


@router.get(
    "/contracts/{contract_id}/milestones",
    response=list[MilestoneOut],
    summary="Read the payment plan of a contract",
)
def read_plan(request: Call, contract_id: Id) -> list[MilestoneOut]:
    return plan_of(request, seen_contract(request, contract_id))


@router.post(
    "/contracts/{contract_id}/happened",
    response=ContractDetail,
    summary="Say that something milestones wait for has happened",
)
def happened(request: Call, contract_id: Id, body: HappenedIn) -> ContractDetail:
    on, row = body.on or timezone.localdate(), seen_contract(request, contract_id)
    milestones.mark_trigger(request.auth, row, body.trigger, on, now=timezone.now())
    return shown(request, contract_id)


@router.post(
    "/contracts/{contract_id}/expect",
    response=ContractDetail,
    summary="Move the expected day of what milestones wait for",
)
def expect(request: Call, contract_id: Id, body: ExpectIn) -> ContractDetail:
    row = seen_contract(request, contract_id)
    milestones.expect_by_hand(request.auth, row, body.trigger, body.on, why=body.why, now=timezone.now())
    return shown(request, contract_id)


@router.post(
    "/contracts/{contract_id}/files", response={201: ContractFileOut}, summary="Keep a file with a contract"
)
def post_file(
    request: Call, contract_id: Id, file: File[UploadedFile], form: Form[FileIn]
) -> Status[ContractFileOut]:
    row = seen_contract(request, contract_id)
    held = profiles.add_contract_file(request.auth, row, file, kind=form.kind, now=timezone.now())
    return Status(201, show_file(held))
