"""The page of a contract: where it stands, what is paid, what it says, what happened; and the same on paper."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.models import Request
from genjin.contracts.actions.access import may_write
from genjin.contracts.actions.collection import is_held
from genjin.contracts.models import Amendment, Contract, Invoice, Receipt
from genjin.contracts.queries.billing import (
    as_seen,
    billed_to,
    contract_seen,
    payer_seen,
    reads,
    side_seen,
    words_seen,
)
from genjin.contracts.queries.money import paid, paid_by_milestone, rest_of
from genjin.contracts.rules import ContractState
from genjin.contracts.rules.states import IN_FORCE, UNSIGNED
from genjin.contracts.rules.words import BY_HAND
from genjin.customers.queries.sight import shown_name
from genjin.events.models import Event
from genjin.kit.money import in_words, show_cents
from genjin.proposals.rules.sums import quote
from genjin.web.contracts.views.write import contract_of
from genjin.web.contracts.words import milestone_row, percent_of, stage_line, state_of
from genjin.web.customers.deal_words import DEAL_KINDS
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import ago, exact, money

_S = ContractState
SHOWN_EVENTS = 60


@require_GET
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a contract with its milestones, receipts, invoices, documents, approval and history."""
    user, row, today = user_of(request), contract_of(request, pk), timezone.localdate()
    milestones, sum_paid = _milestones(user, row, today), paid(row)
    is_void = row.state == _S.VOID
    left = rest_of(row, sum_paid)
    held = is_held(row.customer_id)
    context = {
        "row": contract_seen(user, row), "customer_name": shown_name(user, row.customer), "state": state_of(row, today), "stages": stage_line(row, today),
        "milestones": milestones, "paid": money(sum_paid), "left": money(left), "percent": percent_of(sum_paid, row.amount),
        "receipts": _receipts(user, row), "invoices": _invoices(user, row), **_lines(row),
        "billed": billed_to(user, row), "full": show_cents(row.amount), "net": "" if row.net_amount is None else show_cents(row.net_amount),
        "files": row.files.select_related("file__uploaded_by"), "approval": _approval(user, row), "history": _history(user, row),
        "amendments": [_amendment(user, one, row) for one in row.amendments.select_related("asked_by", "decided_by", "file")],
        "held": words_seen(user, row.customer, held, "why") if held else None, "deeds": deeds_of(user, row, left), "is_in_force": row.state in IN_FORCE,
        "may_money": may_write(user, row, Right.RECORD_MONEY) and row.state in IN_FORCE and left > 0,
        "may_invoice": may_write(user, row, Right.CONTRACT, Right.RECORD_MONEY) and row.state in IN_FORCE,
        "may_mark": may_write(user, row, Right.CONTRACT, Right.RECORD_MONEY) and row.state in IN_FORCE and any(one["waits"] for one in milestones),
        "may_expect": may_write(user, row, Right.CONTRACT) and any(one["is_open"] and not one["due_on"] for one in milestones),
        "may_file": may_write(user, row, Right.CONTRACT, Right.RECORD_MONEY) and not is_void,
    }  # fmt: skip
    return render(request, "contracts/contract.html", context)


def _milestones(user: User, row: Contract, today: Any) -> list[dict[str, Any]]:
    rows = list(row.milestones.all())
    sums = paid_by_milestone([one.pk for one in rows])
    return [
        milestone_row(user, one, sums[one.pk], today) | {"waits": one.due_on is None and one.trigger in BY_HAND} for one in rows
    ]  # fmt: skip


def deeds_of(user: User, row: Contract, left: Decimal) -> list[dict[str, Any]]:
    """Return what may be done with a contract as it stands, the most wanted first."""
    may_contract = may_write(user, row, Right.CONTRACT)
    may_void = may_write(user, row, Right.CONTRACT if row.state in UNSIGNED else Right.APPROVE)
    is_settled = row.state in {_S.SIGNED, _S.ACTIVE, _S.DONE}
    found = [
        ("sign", _("Sign"), "signature", may_contract and user.may(Right.SELL) and row.state == _S.APPROVED),
        ("hand_in", _("Hand in"), "send", may_contract and row.state in {_S.DRAFT, _S.REJECTED}),
        ("edit", _("Edit"), "pencil", may_contract and row.state in UNSIGNED),
        ("withdraw", _("Take back"), "arrow-back-up", may_contract and row.state == _S.REVIEW),
        ("finish", _("Fulfilled"), "circle-check", may_write(user, row, Right.CONTRACT, Right.RECORD_MONEY) and left == 0 and row.state in {_S.SIGNED, _S.ACTIVE}),
        ("amend", _("Amend"), "file-diff", may_contract and is_settled),
        ("terminate", _("End early"), "player-stop", may_contract and row.state in {_S.SIGNED, _S.ACTIVE}),
        ("void", _("Void"), "ban", may_void and row.state in {*UNSIGNED, _S.SIGNED, _S.ACTIVE}),
    ]  # fmt: skip
    pages = {"edit", "amend"}
    return [
        {"url": reverse(f"contracts:{name}", args=[row.pk]), "label": label, "icon": icon, "is_page": name in pages, "name": name}
        for name, label, icon, may in found
        if may
    ]  # fmt: skip


def _lines(row: Contract) -> dict[str, Any]:
    """Return the lines with what each comes to, and by how much they differ from the amount; empty when they do not."""
    lines = list(row.lines.all())
    sums = quote([one.as_terms() for one in lines], row.discount)
    gap = sums.amount - row.amount
    return {
        "lines": [
            {"row": one, "total": show_cents(of.amount), "price": show_cents(one.price)} for one, of in zip(lines, sums.lines, strict=True)
        ],
        "line_gap": show_cents(gap) if lines and gap else "",
    }  # fmt: skip


def _receipts(user: User, row: Contract) -> list[dict[str, Any]]:
    may = may_write(user, row, Right.RECORD_MONEY)
    rows = row.receipts.select_related("recorded_by", "reversal").prefetch_related("parts__milestone")
    return [receipt_row(user, one, may=may) for one in rows]


def receipt_row(user: User, one: Receipt, *, may: bool) -> dict[str, Any]:
    """Return a receipt as contract and list show it."""
    is_reversed, customer = hasattr(one, "reversal"), one.contract.customer
    return {
        "id": one.pk, "amount": money(one.amount), "full": show_cents(one.amount), "on": one.received_on, "method": one.get_method_display(),
        "payer": payer_seen(user, customer, one.payer), "reference": one.reference, "note": reads(user, customer)(one.note), "by": one.recorded_by.name, "is_reversal": one.reverses_id is not None,
        "is_reversed": is_reversed, "parts": "、".join(f"{part.milestone.name} {show_cents(abs(part.amount))}" for part in one.parts.all()),
        "reverse_url": reverse("payments:reverse", args=[one.pk]) if may and not is_reversed and one.reverses_id is None else "",
    }  # fmt: skip


def _invoices(user: User, row: Contract) -> list[dict[str, Any]]:
    rows = row.invoices.select_related("profile", "requested_by", "issued_by", "contract__customer")
    return [invoice_row(user, one) for one in rows]


def invoice_row(user: User, one: Invoice) -> dict[str, Any]:
    """Return an invoice as contract and list show it, with what may be done."""
    may = may_write(user, one.contract, Right.RECORD_MONEY)
    is_open, is_void = one.state == "requested", one.state == "void"
    own = is_open and one.requested_by_id == user.pk
    customer = one.contract.customer
    to, read = as_seen(user, customer, one.billed_to or one.profile.as_text()), reads(user, customer)
    return {
        "id": one.pk, "number": one.number, "kind": one.get_kind_display(), "state": one.get_state_display(), "amount": money(one.amount),
        "full": show_cents(one.amount), "tax": show_cents(one.tax), "rate": one.tax_rate, "to": to["name"],
        "on": one.issued_on, "by": one.requested_by.name, "why": read(one.void_reason), "note": read(one.note),
        "tone": "muted" if is_void else "orange" if is_open else "green", "is_void": is_void,
        "issue_url": reverse("payments:issue", args=[one.pk]) if may and is_open else "",
        "void_url": reverse("payments:invoice_void", args=[one.pk]) if (may or own) and not is_void else "",
    }  # fmt: skip


def _approval(user: User, row: Contract) -> dict[str, Any] | None:
    """Return the last request for this contract with who answered it."""
    asked = (
        Request.objects.filter(kind="contract", data__contract=row.pk)
        .select_related("asked_by", "decided_by")
        .first()
    )
    if asked is None:
        return None
    read = reads(user, row.customer)
    tones = {"open": "orange", "granted": "green", "declined": "red"}
    return {
        "subject": asked.subject, "state": asked.get_status_display(), "tone": tones.get(asked.status, "muted"), "by": asked.asked_by.name,
        "when": ago(asked.asked_at), "reason": read(asked.reason), "decider": asked.decided_by.name if asked.decided_by else "",
        "answer": read(asked.answer), "url": f"{reverse('requests:list')}?tab={'decide' if asked.status == 'open' else 'mine'}", "id": asked.pk,
    }  # fmt: skip


def _amendment(user: User, one: Amendment, row: Contract) -> dict[str, Any]:
    may = may_write(user, row, Right.CONTRACT)
    before, after = (side_seen(user, row.customer, side) for side in (one.before, one.after))
    words = {
        "title": _("Name of the contract"),
        "product": _("Product or service"),
        "starts_on": _("Begins"),
        "ends_on": _("Ends"),
    }
    changes = [
        {"label": _("Amount with tax"), "before": _figure(before["amount"]), "after": _figure(after["amount"])},
        *({"label": label, "before": before.get(name) or "—", "after": after.get(name) or "—"} for name, label in words.items()),
        {"label": _("Payment milestones"), "before": _plan(before), "after": _plan(after)},
        *({"label": label, "before": before.get(name) or "—", "after": after.get(name) or "—"} for name, label in _texts().items()),
    ]  # fmt: skip
    tones = {"review": "orange", "approved": "indigo", "signed": "green", "rejected": "red"}
    return {
        "row": words_seen(user, row.customer, one, "reason", "answer"), "tone": tones.get(one.state, "muted"), "changes": [change for change in changes if change["before"] != change["after"]],
        "sign_url": reverse("contracts:amendment_sign", args=[one.pk]) if may and one.state == "approved" else "",
        "drop_url": reverse("contracts:amendment_drop", args=[one.pk]) if may and one.state in {"review", "approved"} else "",
    }  # fmt: skip


def _texts() -> dict[str, str]:
    return {
        "payment_terms": _("Payment terms"),
        "liability_terms": _("Liability"),
        "scope_terms": _("Scope of delivery"),
        "other_terms": _("Other terms"),
    }


def _figure(text: str) -> str:
    return show_cents(Decimal(text))


def _plan(side: dict[str, Any]) -> str:
    return "；".join(f"{one['name']} {_figure(one['comes_to'])}" for one in side["milestones"])


def _history(user: User, row: Contract) -> list[dict[str, Any]]:
    """Return what happened to a contract, its receipts and invoices, newest first."""
    events = (
        Event.objects.filter(customer_id=row.customer_id, data__contract=row.pk)
        .select_related("actor")
        .order_by("-id")
    )
    found, read = [], reads(user, row.customer)
    for one in events[:SHOWN_EVENTS]:
        title, icon, tone = DEAL_KINDS.get(one.kind, (one.kind, "point", ""))
        found.append({
            "title": title, "icon": icon, "tone": tone, "note": read(one.data.get("note", "")), "by": one.actor.name if one.actor else "",
            "when": ago(one.at), "exact": exact(one.at),
        })  # fmt: skip
    return found


@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a contract for printing on A4."""
    user, row = user_of(request), contract_of(request, pk)
    context = {
        "row": contract_seen(user, row), "customer_name": shown_name(user, row.customer), **_lines(row), "billed": billed_to(user, row), "words": in_words(row.amount), "milestones": _milestones(user, row, timezone.localdate()), "full": show_cents(row.amount),
        "net": show_cents(row.net_amount) if row.net_amount is not None else "",
    }  # fmt: skip
    return render(request, "contracts/paper.html", context)
