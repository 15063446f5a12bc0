"""Which contracts, milestones, receipts and invoices a list's address asks for: one reading for pages and exports."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q

from genjin.accounts.models import User
from genjin.contracts.models import (
    Contract,
    ContractQuerySet,
    Invoice,
    InvoiceQuerySet,
    Receipt,
    ReceiptQuerySet,
)
from genjin.contracts.queries.plan import about, cut, planned
from genjin.contracts.rules import ContractState, InvoiceState
from genjin.contracts.rules.states import IN_FORCE, RUNNING

ENDS_SOON = timedelta(days=90)


def asked_text(query: Mapping[str, str]) -> str:
    """Return what is looked for."""
    return query.get("q", "").strip()[:60]


def contract_views(user: User, query: Mapping[str, str], today: date) -> dict[str, ContractQuerySet]:
    """Return the views of the list of contracts, each with the rows in sight that hold what is looked for, in order."""
    rows: ContractQuerySet = Contract.objects.visible_to(user)
    if text := asked_text(query):
        rows = rows.filter(about(text, ""))
    state = ContractState
    ending = rows.filter(state__in=RUNNING, ends_on__lte=today + ENDS_SOON)
    return {
        "": rows,
        "draft": rows.filter(state__in=[state.DRAFT, state.REJECTED]),
        "review": rows.filter(state=state.REVIEW),
        "approved": rows.filter(state=state.APPROVED),
        "running": rows.filter(state__in=RUNNING),
        "ending": ending.order_by("ends_on", "id"),
        "done": rows.filter(state=state.DONE),
        "void": rows.filter(state=state.VOID),
    }


def contracts_asked(user: User, query: Mapping[str, str], today: date) -> ContractQuerySet:
    """Return the contracts in sight a list's address asks for, in the list's order; an unknown view is all of them."""
    views = contract_views(user, query, today)
    return views.get(query.get("view", ""), views[""])


def milestones_asked(user: User, query: Mapping[str, str], today: date) -> Any:
    """Return the milestones the payment plan's address asks for, what is due soonest first; still to come unless it says otherwise.

    `when=all` are those of fulfilled contracts, too.
    """
    text, when = asked_text(query), query.get("when", "")
    rows = planned(user, text, IN_FORCE) if when == "all" else cut(planned(user, text), when, today)
    return rows.order_by(F("due_on").asc(nulls_last=True), F("expected_on").asc(nulls_last=True), "id")


def receipts_asked(user: User, query: Mapping[str, str]) -> ReceiptQuerySet:
    """Return the receipts in sight a list's address asks for, the newest first, reversals among them."""
    rows: ReceiptQuerySet = Receipt.objects.visible_to(user)
    if text := asked_text(query):
        rows = rows.filter(about(text) | Q(payer__icontains=text) | Q(reference__icontains=text))
    return rows


def invoices_asked(user: User, query: Mapping[str, str]) -> InvoiceQuerySet:
    """Return the invoices in sight a list's address asks for, those asked for first."""
    rows: InvoiceQuerySet = Invoice.objects.visible_to(user)
    if text := asked_text(query):
        rows = rows.filter(about(text) | Q(number__icontains=text))
    if query.get("state") in InvoiceState.values:
        rows = rows.filter(state=query["state"])
    return rows.order_by(F("issued_on").desc(nulls_first=True), "-id")
