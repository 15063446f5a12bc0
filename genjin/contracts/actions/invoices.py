"""Invoices: asked for, issued, void; never more than the contract (开票)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.contracts.actions.access import lock_contract, note, require_hand
from genjin.contracts.models import BillingProfile, Contract, Invoice
from genjin.contracts.queries.money import invoiced
from genjin.contracts.rules import InvoiceKind, InvoiceState
from genjin.contracts.rules.milestones import plain
from genjin.contracts.rules.states import IN_FORCE
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, open_tasks, settle
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.money import show_money
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind
from genjin.proposals.rules.sums import LineTerms, quote

TIME_TO_ISSUE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice as asked for; the amount is with tax."""

    amount: Decimal
    profile: BillingProfile
    kind: str = InvoiceKind.SPECIAL
    tax_rate: Decimal = Decimal(13)
    note: str = ""


@transaction.atomic
def request_invoice(actor: User, contract: Contract, new: NewInvoice, *, now: datetime) -> Invoice:
    """Ask for an invoice of a signed contract; the finance person gets a task.

    Raises RuleError `invoice_above_contract` with what is left, `profile_unknown`, `tax_number_missing`, `invoice_invalid`,
    `contract_state` (409), `not_yours` (403).
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT, Right.RECORD_MONEY)
    if row.state not in IN_FORCE:
        raise RuleError(_("Invoices belong to signed contracts."), "contract_state", status=409)
    _check(row, new)
    invoice = Invoice.objects.create(
        contract=row, profile=new.profile, kind=new.kind, amount=new.amount, tax_rate=new.tax_rate,
        tax=_tax_of(new), note=clean(new.note), requested_by=actor, requested_at=now,
    )  # fmt: skip
    if row.finance is not None and row.finance.is_active and row.finance_id != actor.pk:
        words = {"number": row.number, "amount": show_money(new.amount), "name": new.profile.name}
        objective = _("Issue an invoice: %(number)s %(amount)s, %(name)s") % words
        task = open_tasks(
            actor,
            row.customer,
            [NewTask(objective, now + TIME_TO_ISSUE, row.finance, kind=TaskKind.TODO)],
            now=now,
        )[0]
        invoice.task = task
        invoice.save(update_fields=["task"])
        refresh_next_steps([row.customer_id], now)
    note(
        actor,
        row,
        "invoice.requested",
        show_money(new.amount),
        now=now,
        subject=invoice.pk,
        amount=str(invoice.amount),
    )
    return invoice


def _tax_of(new: NewInvoice) -> Decimal:
    return quote([LineTerms(Decimal(1), new.amount, tax_rate=new.tax_rate)]).tax


def _check(row: Contract, new: NewInvoice) -> None:
    if new.profile.customer_id != row.customer_id:
        raise wrong_at("profile", _("Choose a billing profile of this customer."), "profile_unknown")
    if new.kind not in InvoiceKind.values or new.amount <= 0 or not 0 <= new.tax_rate < 100:
        raise wrong_at(
            "amount", _("An invoice has a kind, an amount and a tax rate below 100 %."), "invoice_invalid"
        )
    if new.kind == InvoiceKind.SPECIAL and not new.profile.tax_number:
        sentence = _("A special VAT invoice needs the customer's tax number in its billing profile.")
        raise wrong_at("profile", sentence, "tax_number_missing")
    left = row.amount - invoiced(row)
    if new.amount > left:
        sentence = _("At most %(left)s yuan of this contract can still be invoiced.") % {"left": plain(left)}
        raise wrong_at("amount", sentence, "invoice_above_contract", details={"left": str(left)})


@transaction.atomic
def issue_invoice(actor: User, invoice: Invoice, *, number: str, issued_on: date, now: datetime) -> Invoice:
    """Put the number of an issued invoice on record, with the billing profile as it was.

    Raises RuleError `invoice_state` (409), `number_missing`, `number_taken` (409), `issued_in_future`, `not_yours` (403).
    """
    held, row = _locked(actor, invoice)
    require_hand(actor, row, Right.RECORD_MONEY)
    if held.state != InvoiceState.REQUESTED:
        raise RuleError(_("This invoice is issued or void already."), "invoice_state", status=409)
    number = clean(number).replace(" ", "")[:40]
    if not number:
        raise wrong_at("number", _("Write the invoice number."), "number_missing")
    if issued_on > local_day(now):
        raise wrong_at("issued_on", _("An invoice is issued today or earlier."), "issued_in_future")
    if Invoice.objects.filter(number=number, state=InvoiceState.ISSUED).exists():
        raise RuleError(_("An invoice with this number is on record already."), "number_taken", status=409)
    held.state, held.number, held.issued_on, held.issued_by = InvoiceState.ISSUED, number, issued_on, actor
    held.billed_to = held.profile.as_text()
    held.save(update_fields=["state", "number", "issued_on", "issued_by", "billed_to"])
    _close_task(actor, held, _("Issued: %(number)s") % {"number": number}, now)
    note(
        actor,
        row,
        "invoice.issued",
        f"{number} · {show_money(held.amount)}",
        now=now,
        subject=held.pk,
        amount=str(held.amount),
    )
    tell(
        {held.requested_by_id} - {actor.pk}, NoticeKind.INVOICE_ISSUED, key=f"invoice:{held.pk}:issued", at=now,
        customer_id=row.customer_id, subject_id=row.pk, who=actor.name, number=number, amount=show_money(held.amount),
    )  # fmt: skip
    return held


@transaction.atomic
def void_invoice(actor: User, invoice: Invoice, *, reason: str, now: datetime) -> Invoice:
    """Void an invoice, asked for or issued, with a reason; its amount may be invoiced again.

    Who asked for it takes back what is not issued; the rest is finance's. Raises RuleError `reason_missing`,
    `invoice_state` (409), `not_yours` (403).
    """
    held, row = _locked(actor, invoice)
    is_own = held.state == InvoiceState.REQUESTED and held.requested_by_id == actor.pk
    require_hand(actor, row, *((Right.CONTRACT, Right.RECORD_MONEY) if is_own else (Right.RECORD_MONEY,)))
    if held.state == InvoiceState.VOID:
        raise RuleError(_("This invoice is void already."), "invoice_state", status=409)
    words = clean(reason)
    if not words:
        raise wrong_at("reason", _("Say why it is void."), "reason_missing")
    held.state, held.void_reason = InvoiceState.VOID, words
    held.save(update_fields=["state", "void_reason"])
    _close_task(actor, held, _("Void: %(why)s") % {"why": words}, now)
    note(actor, row, "invoice.voided", f"{held} · {words}", now=now, subject=held.pk, amount=str(held.amount))
    return held


def _locked(actor: User, invoice: Invoice) -> tuple[Invoice, Contract]:
    seen = Invoice.objects.visible_to(actor).select_related("contract").get(pk=invoice.pk)
    row = lock_contract(actor, seen.contract)
    held = Invoice.objects.select_for_update(of=("self",)).select_related("profile").get(pk=seen.pk)
    return held, row


def _close_task(actor: User, invoice: Invoice, outcome: str, now: datetime) -> None:
    tasks = (
        list(Task.objects.open().filter(pk=invoice.task_id).select_for_update(of=("self",)))
        if invoice.task_id
        else []
    )
    if tasks:
        settle(actor, tasks, status=TaskStatus.DONE, outcome=outcome, now=now)
        refresh_next_steps([tasks[0].customer_id], now)
