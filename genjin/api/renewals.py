"""Renewals: listed, planned, decided."""

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from genjin.accounts.queries import local_day
from genjin.api.paging import Order, Page, page
from genjin.api.references import named, word
from genjin.api.schemas.growth import DecisionIn, RenewalOut, RenewalPlanIn, RenewalsAsked, show_renewal
from genjin.api.wire import Call, Id
from genjin.care.actions.renewals import Decision, decide_renewal, plan_renewal
from genjin.care.models import Renewal
from genjin.care.rules.renewals import Verdict
from genjin.contracts.models import Contract
from genjin.customers.models import Choice

router = Router(tags=["renewals"])


def visible(request: Call) -> Any:
    """Return the renewals in sight with what an answer shows."""
    rows = Renewal.objects.visible_to(request.auth)
    return rows.select_related("customer", "contract", "owner", "new_contract", "lost_reason", "opportunity")


@router.get("/renewals", response=Page[RenewalOut], summary="List renewals")
def list_renewals(request: Call, asked: Query[RenewalsAsked]) -> Page[RenewalOut]:
    rows = visible(request)
    if asked.outcome is not None:
        rows = rows.filter(outcome=asked.outcome)
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer)
    if asked.days is not None:
        rows = rows.ending_within(asked.days, local_day(timezone.now()))
    return page(
        request, rows, asked, order=Order("ends_on"), show=lambda row: show_renewal(request.auth, row)
    )


@router.get("/renewals/{renewal_id}", response=RenewalOut, summary="Read a renewal")
def read_renewal(request: Call, renewal_id: Id) -> RenewalOut:
    return show_renewal(request.auth, visible(request).get(pk=renewal_id))


@router.post("/renewals/{renewal_id}/plan", response=RenewalOut, summary="Say what is done until when")
def plan(request: Call, renewal_id: Id, body: RenewalPlanIn) -> RenewalOut:
    row = visible(request).get(pk=renewal_id)
    plan_renewal(
        request.auth, row, plan=body.plan, until=body.until, version=body.version, now=timezone.now()
    )
    return read_renewal(request, renewal_id)


@router.post("/renewals/{renewal_id}/decide", response=RenewalOut, summary="Say whether the contract goes on")
def decide(request: Call, renewal_id: Id, body: DecisionIn) -> RenewalOut:
    row = visible(request).get(pk=renewal_id)
    contracts = Contract.objects.visible_to(request.auth).filter(customer=row.customer_id)
    lost = body.lost_reason
    decision = Decision(
        Verdict(body.outcome, body.reason, body.amount),
        None if lost is None else word(Choice.Kind.LOST_REASON, lost, "lost_reason"),
        None if body.new_contract is None else named(contracts, body.new_contract, "new_contract"),
    )
    decide_renewal(request.auth, row, decision, version=body.version, now=timezone.now())
    return read_renewal(request, renewal_id)
