"""Changes of signed contracts, and their early ends: proposed, signed, dropped."""

from dataclasses import replace

from django.utils import timezone
from ninja import File, Form, Router, Status, UploadedFile

from genjin.api.contracts import seen_contract, values_in
from genjin.api.schemas.contracts import (
    KEPT_BY_AMENDMENT,
    AmendIn,
    AmendmentOut,
    SignIn,
    TerminateIn,
    show_amendment,
)
from genjin.api.wire import Call, Id
from genjin.contracts.actions import amendments
from genjin.contracts.models import Amendment
from genjin.contracts.queries.terms import terms_of

router = Router(tags=["contracts"])


def seen_amendment(request: Call, pk: int) -> Amendment:
    """Return an amendment of a contract in sight."""
    rows = Amendment.objects.visible_to(request.auth)
    return rows.select_related("contract__customer", "asked_by", "decided_by").get(pk=pk)


def shown(request: Call, pk: int) -> AmendmentOut:
    """Return an amendment read anew."""
    held = seen_amendment(request, pk)
    return show_amendment(request.auth, held.contract, held)


@router.post(
    "/contracts/{contract_id}/amend",
    response={201: AmendmentOut},
    summary="Propose other terms for a signed contract",
)
def amend(request: Call, contract_id: Id, body: AmendIn) -> Status[AmendmentOut]:
    row = seen_contract(request, contract_id)
    terms = replace(terms_of(row), **values_in(body, KEPT_BY_AMENDMENT))
    change = amendments.Change(terms, body.reason)
    held = amendments.propose_amendment(request.auth, row, change, now=timezone.now())
    return Status(201, shown(request, held.pk))


@router.post(
    "/contracts/{contract_id}/terminate",
    response={201: AmendmentOut},
    summary="Propose to end a contract early",
)
def terminate(request: Call, contract_id: Id, body: TerminateIn) -> Status[AmendmentOut]:
    row = seen_contract(request, contract_id)
    held = amendments.propose_termination(
        request.auth, row, settled=body.settled, ends_on=body.ends_on, reason=body.reason, now=timezone.now()
    )
    return Status(201, shown(request, held.pk))


@router.post(
    "/amendments/{amendment_id}/sign",
    response=AmendmentOut,
    summary="Put the signature of an approved amendment on record",
)
def sign(
    request: Call, amendment_id: Id, form: Form[SignIn], file: File[UploadedFile | None] = None
) -> AmendmentOut:
    held, on = seen_amendment(request, amendment_id), form.signed_on
    amendments.sign_amendment(request.auth, held, signed_on=on, scan=file, now=timezone.now())
    return shown(request, amendment_id)


@router.post(
    "/amendments/{amendment_id}/drop", response=AmendmentOut, summary="Drop an amendment that is not signed"
)
def drop(request: Call, amendment_id: Id) -> AmendmentOut:
    amendments.drop_amendment(request.auth, seen_amendment(request, amendment_id), now=timezone.now())
    return shown(request, amendment_id)
