"""Requests and their answers; a deed is done when the last step agrees, whichever door says so."""

from django.utils import timezone
from ninja import Query, Router

from genjin.api.paging import Order, Page, page
from genjin.api.references import person
from genjin.api.schemas.requests import (
    Answer,
    HandOn,
    RequestDetail,
    RequestFilter,
    RequestOut,
    Return,
    SignerIn,
    show_request,
    show_whole,
)
from genjin.api.wire import Call, Id
from genjin.approvals.actions import add_signer, hand_on
from genjin.approvals.models import Request, RequestQuerySet
from genjin.desk import actions as desk

router = Router(tags=["requests"])


def visible(request: Call) -> RequestQuerySet:
    """Return the requests in the caller's sight with what their answer shows."""
    rows: RequestQuerySet = Request.objects.visible_to(request.auth).select_related("asked_by", "decided_by")
    return rows


def whole(request: Call, pk: int) -> RequestDetail:
    """Return one request with its steps."""
    rows = visible(request).prefetch_related("steps__signers__user", "steps__signers__stands_for")
    return show_whole(rows.get(pk=pk))


@router.get("/requests", response=Page[RequestOut], summary="List requests")
def list_requests(request: Call, asked: Query[RequestFilter]) -> Page[RequestOut]:
    rows = visible(request)
    if asked.tab == "decide":
        rows = rows.to_decide(request.auth)
    elif asked.tab == "mine":
        rows = rows.filter(asked_by=request.auth)
    elif asked.tab == "closed":
        rows = rows.exclude(status=Request.Status.OPEN)
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    return page(request, rows, asked, order=Order("id", descending=True), show=show_request)


@router.get("/requests/{request_id}", response=RequestDetail, summary="See a request with its steps")
def read_request(request: Call, request_id: Id) -> RequestDetail:
    return whole(request, request_id)


@router.post("/requests/{request_id}/grant", response=RequestDetail, summary="Agree to a request")
def grant(request: Call, request_id: Id, body: Answer) -> RequestDetail:
    row = visible(request).get(pk=request_id)
    desk.grant(request.auth, row, answer=body.answer, now=timezone.now())
    return whole(request, request_id)


@router.post(
    "/requests/{request_id}/return", response=RequestDetail, summary="Return a request with a reason"
)
def decline(request: Call, request_id: Id, body: Return) -> RequestDetail:
    row = visible(request).get(pk=request_id)
    desk.decline(request.auth, row, answer=body.answer, now=timezone.now())
    return whole(request, request_id)


@router.post("/requests/{request_id}/withdraw", response=RequestDetail, summary="Take your own request back")
def take_back(request: Call, request_id: Id) -> RequestDetail:
    desk.withdraw(request.auth, visible(request).get(pk=request_id), now=timezone.now())
    return whole(request, request_id)


@router.post("/requests/{request_id}/add-signer", response=RequestDetail, summary="Ask one more to agree")
def ask_one_more(request: Call, request_id: Id, body: SignerIn) -> RequestDetail:
    row, other = visible(request).get(pk=request_id), person(request.auth, body.person, "person")
    add_signer(request.auth, row, other, before=body.before, note=body.note, now=timezone.now())
    return whole(request, request_id)


@router.post("/requests/{request_id}/hand-on", response=RequestDetail, summary="Let somebody else answer")
def pass_on(request: Call, request_id: Id, body: HandOn) -> RequestDetail:
    row, other = visible(request).get(pk=request_id), person(request.auth, body.person, "person")
    of = None if body.of is None else person(request.auth, body.of, "of")
    hand_on(request.auth, row, other, of=of, note=body.note, now=timezone.now())
    return whole(request, request_id)
