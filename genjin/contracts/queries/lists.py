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
from genjin.contracts.rules.states import IN_FORCE

ENDS_SOON = timedelta(days=90)
PLAN_VIEWS = ("", "soon", "waiting", "paid", "all")


def asked_text(query: Mapping[str, str]) -> str:
    """Return what is looked for."""
    return query.get("q", "").strip()[:60]


def contracts_like(rows: ContractQuerySet, text: str) -> ContractQuerySet:
    """Return the contracts whose number, title or company holds a text; all of them for none."""
    return rows.filter(about(text.strip(), "")) if text.strip() else rows


def receipts_like(rows: ReceiptQuerySet, text: str) -> ReceiptQuerySet:
    """Return the receipts whose contract, payer or bank reference holds a text; all of them for none."""
    text = text.strip()
    return (
        rows.filter(about(text) | Q(payer__icontains=text) | Q(reference__icontains=text)) if text else rows
    )


def invoices_like(rows: InvoiceQuerySet, text: str) -> InvoiceQuerySet:
    """Return the invoices whose number or contract holds a text; all of them for none."""
    text = text.strip()
    return rows.filter(about(text) | Q(number__icontains=text)) if text else rows


def contract_views(user: User, query: Mapping[str, str], today: date) -> dict[str, ContractQuerySet]:
    """Return the views of the list of contracts, each with the rows in sight that hold what is looked for, in order."""
    rows = contracts_like(Contract.objects.visible_to(user), asked_text(query))
    state = ContractState
    return {
        "": rows,
        "draft": rows.filter(state__in=[state.DRAFT, state.REJECTED]),
        "review": rows.filter(state=state.REVIEW),
        "approved": rows.filter(state=state.APPROVED),
        "running": rows.running(),
        "ending": rows.ending_by(today + ENDS_SOON).order_by("ends_on", "id"),
        "done": rows.filter(state=state.DONE),
        "void": rows.filter(state=state.VOID),
    }


def contracts_asked(user: User, query: Mapping[str, str], today: date) -> ContractQuerySet:
    """Return the contracts in sight a list's address asks for, in the list's order; an unknown view is all of them."""
    views = contract_views(user, query, today)
    return views.get(query.get("view", ""), views[""])


def plan_view(query: Mapping[str, str]) -> str:
    """Return the view of the payment plan an address asks for; an unknown one is what is still to come."""
    view = query.get("when", "")
    return view if view in PLAN_VIEWS else ""


def milestones_asked(user: User, query: Mapping[str, str], today: date) -> Any:
    """Return the milestones the payment plan's address asks for, what is due soonest first; still to come unless it says otherwise.

    `when=all` are those of fulfilled contracts, too.
    """
    text, when = asked_text(query), plan_view(query)
    rows = planned(user, text, IN_FORCE) if when == "all" else cut(planned(user, text), when, today)
    return rows.order_by(F("due_on").asc(nulls_last=True), F("expected_on").asc(nulls_last=True), "id")


def receipts_asked(user: User, query: Mapping[str, str]) -> ReceiptQuerySet:
    """Return the receipts in sight a list's address asks for, the newest first, reversals among them."""
    return receipts_like(Receipt.objects.visible_to(user), asked_text(query))


def invoices_asked(user: User, query: Mapping[str, str]) -> InvoiceQuerySet:
    """Return the invoices in sight a list's address asks for, those asked for first."""
    rows = invoices_like(Invoice.objects.visible_to(user), asked_text(query))
    if query.get("state") in InvoiceState.values:
        rows = rows.filter(state=query["state"])
    return rows.order_by(F("issued_on").desc(nulls_first=True), "-id")
