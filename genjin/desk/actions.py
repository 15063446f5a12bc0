"""The answer to a request and the deed behind it: one map for every door. A line a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from genjin.accounts.models import User
from genjin.approvals import actions as approvals
from genjin.approvals.actions import decide
from genjin.approvals.models import Request
from genjin.contracts.actions.approval import decline_contract, grant_contract, withdraw_contract
from genjin.followups.actions.discard import grant_discard
from genjin.followups.actions.exceptions import grant_exception
from genjin.followups.actions.shares import decline_share, grant_share, withdraw_share
from genjin.intake.actions.export import grant_export
from genjin.proposals.actions.approval import decline_discount, grant_discount, withdraw_discount
from genjin.quality.actions.approval import grant_addition
from genjin.routing.actions.absence import grant_absence
from genjin.routing.actions.extension import grant_extension
from genjin.routing.actions.reassignment import grant_reassignment


class Answering(Protocol):
    """An action that answers through `approvals.actions.decide` and does what follows, in one transaction."""

    def __call__(self, actor: User, request: Request, *, answer: str, now: datetime) -> Any: ...


class Withdrawing(Protocol):
    """An action that takes a request back through `approvals.actions.withdraw` and does what follows, in one transaction."""

    def __call__(self, actor: User, request: Request, *, now: datetime) -> Any: ...


@dataclass(frozen=True, slots=True)
class Deed:
    """What a yes does once the last step has said it, and what a no and taking it back do, where they do anything."""

    granted: Answering
    declined: Answering | None = None
    withdrawn: Withdrawing | None = None


DEEDS: Mapping[str, Deed] = {
    "absence": Deed(grant_absence),
    "contract": Deed(grant_contract, decline_contract, withdraw_contract),
    "discard": Deed(grant_discard),
    "discount": Deed(grant_discount, decline_discount, withdraw_discount),
    "duplicate": Deed(grant_addition),
    "export": Deed(grant_export),
    "extension": Deed(grant_extension),
    "gate": Deed(grant_exception),
    "reassign": Deed(grant_reassignment),
    "share": Deed(grant_share, decline_share, withdraw_share),
}


@transaction.atomic
def grant(actor: User, request: Request, *, answer: str = "", now: datetime) -> Request:
    """Say yes to a request; the deed of its kind is done when nobody else has to agree. Returns the request as it is then."""
    deed = DEEDS.get(request.kind)
    if deed is None:
        return decide(actor, request, grant=True, answer=answer, now=now)
    deed.granted(actor, request, answer=answer, now=now)
    return _as_it_is(request)


@transaction.atomic
def decline(actor: User, request: Request, *, answer: str, now: datetime) -> Request:
    """Return a request with a reason (驳回); the deed of its kind follows, where there is one."""
    deed = DEEDS.get(request.kind)
    if deed is None or deed.declined is None:
        return decide(actor, request, grant=False, answer=answer, now=now)
    deed.declined(actor, request, answer=answer, now=now)
    return _as_it_is(request)


@transaction.atomic
def withdraw(actor: User, request: Request, *, now: datetime) -> Request:
    """Take one's own request back, with what waits for its answer. Raises RuleError `not_yours` (403), `request_closed` (409)."""
    deed = DEEDS.get(request.kind)
    if deed is None or deed.withdrawn is None:
        return approvals.withdraw(actor, request, now=now)
    deed.withdrawn(actor, request, now=now)
    return _as_it_is(request)


def _as_it_is(request: Request) -> Request:
    return Request.objects.select_related("asked_by", "decided_by").get(pk=request.pk)
