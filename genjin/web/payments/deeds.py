"""Recording money and taking it back; invoices asked for, issued, void."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.contracts.actions.access import require_hand
from genjin.contracts.actions.invoices import NewInvoice, issue_invoice, request_invoice, void_invoice
from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.contracts.models import Contract, Invoice, Receipt
from genjin.contracts.queries.money import invoiced, paid, rest, with_open
from genjin.kit.errors import RuleError
from genjin.kit.money import parse_money, show_cents, show_number
from genjin.web.contracts.forms import InvoiceForm, IssueForm, ReasonForm, ReceiptForm
from genjin.web.contracts.views.write import contract_of
from genjin.web.contracts.words import milestone_row
from genjin.web.shell.pages import attempt, back, form_page, is_fragment, leave, user_of

_PART = "part_"


def _mine(request: HttpRequest, pk: int, *rights: Right) -> tuple[User, Contract, str]:
    user, row = user_of(request), contract_of(request, pk)
    require_hand(user, row, *rights)
    return user, row, reverse("contracts:contract", args=[pk])


@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Record money that came in for a contract; without parts by hand it fills what is due first."""
    user, row, url = _mine(request, pk, Right.RECORD_MONEY)
    left = rest(row)
    payer = row.profile.name if row.profile else ""
    form = ReceiptForm(request.POST or None, initial={"payer": payer})

    def save() -> None:
        data = dict(form.cleaned_data)
        record_receipt(user, row, NewReceipt(**data, parts=_parts(request)), now=timezone.now())

    if request.method == "POST" and form.is_valid() and attempt(form, save):
        return leave(request, back(request, url), _("Recorded."))
    today = timezone.localdate()
    open_ones = [
        milestone_row(user, one, one.paid, today) | {"value": request.POST.get(f"{_PART}{one.pk}", ""), "field": f"{_PART}{one.pk}"}
        for one in with_open(row.milestones.all())
        if one.open > 0
    ]  # fmt: skip
    context = {
        "form": form, "title": _("Money for %(number)s") % {"number": row.number}, "milestones": open_ones, "cancel_url": url,
        "left": show_cents(left), "row": row,
    }  # fmt: skip
    template = f"payments/receipt.html{'#dialog' if is_fragment(request) else ''}"
    return render(request, template, context, status=422 if form.errors else 200)


def _parts(request: HttpRequest) -> dict[int, Decimal] | None:
    """Return how much of which milestone was typed; None when nothing was. Raises RuleError `rows_unreadable`."""
    typed = {name: str(text).strip() for name, text in request.POST.items() if name.startswith(_PART)}
    found: dict[int, Decimal] = {}
    for name, text in typed.items():
        if not text:
            continue
        pk = name.removeprefix(_PART)
        try:
            found[int(pk)] = parse_money(text, to_the_cent=True)
        except ValueError as refusal:
            sentence = _("“%(text)s” is no amount.") % {"text": text[:20]}
            raise RuleError(sentence, "rows_unreadable") from refusal
    return found or None


@require_http_methods(["GET", "POST"])
def reverse_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Reverse a receipt, with a reason."""
    user = user_of(request)
    held = Receipt.objects.visible_to(user).select_related("contract__customer").get(pk=pk)
    require_hand(user, held.contract, Right.RECORD_MONEY)
    return form_page(
        request, ReasonForm(request.POST or None), title=_("Reverse the receipt of ¥%(amount)s") % {"amount": show_cents(held.amount)},
        submit_label=_("Reverse"), message=_("Reversed; what it paid is open again."),
        done=back(request, reverse("contracts:contract", args=[held.contract_id])),
        save=lambda data: reverse_receipt(user, held, reason=data["reason"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an invoice of a contract."""
    user, row, url = _mine(request, pk, Right.CONTRACT, Right.RECORD_MONEY)
    asked = invoiced(row)
    left = row.amount - asked
    ready = min(max(paid(row) - asked, Decimal(0)), left)
    form = InvoiceForm(request.POST or None, customer=row.customer, initial={"amount": ready or left})

    def save(data: dict[str, Any]) -> None:
        request_invoice(user, row, NewInvoice(**data), now=timezone.now())

    return form_page(
        request, form, title=_("Invoice for %(number)s") % {"number": row.number}, submit_label=_("Ask for it"), done=back(request, url), save=save,
        message=_("Asked for; finance has a task."), template="payments/invoice.html", left=show_cents(left),
        profile_url=reverse("contracts:profile_add", args=[row.customer_id]),
    )  # fmt: skip


def _invoice(request: HttpRequest, pk: int, *rights: Right) -> tuple[User, Invoice, str]:
    user = user_of(request)
    held = Invoice.objects.visible_to(user).select_related("contract__customer", "profile").get(pk=pk)
    require_hand(user, held.contract, *rights)
    return user, held, back(request, reverse("contracts:contract", args=[held.contract_id]))


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the number of an issued invoice on record."""
    user, held, url = _invoice(request, pk, Right.RECORD_MONEY)
    profile = held.profile
    facts = [
        (_("Amount with tax"), f"¥{show_cents(held.amount)}"), (_("Tax"), f"¥{show_cents(held.tax)} · {show_number(held.tax_rate)} %"),
        (_("Name on invoices"), profile.name), (_("Tax number"), profile.tax_number), (_("Bank"), f"{profile.bank} {profile.account}".strip()),
        (_("Registered address"), f"{profile.address} {profile.phone}".strip()),
    ]  # fmt: skip
    return form_page(
        request, IssueForm(request.POST or None), title=held.get_kind_display(), submit_label=_("Issued"), message=_("On record."), done=url,
        template="contracts/sign.html", facts=[pair for pair in facts if pair[1]],
        save=lambda data: issue_invoice(user, held, number=data["number"], issued_on=data["issued_on"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def invoice_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void an invoice, with a reason."""
    user, held, url = _invoice(request, pk, Right.CONTRACT, Right.RECORD_MONEY)
    return form_page(
        request, ReasonForm(request.POST or None), title=_("Void the invoice of ¥%(amount)s") % {"amount": show_cents(held.amount)},
        submit_label=_("Void"), message=_("The invoice is void."), done=url,
        save=lambda data: void_invoice(user, held, reason=data["reason"], now=timezone.now()),
    )  # fmt: skip
