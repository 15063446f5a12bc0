"""Invoices and the billing profiles they are made out to."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.api.customers import seen
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.references import named
from genjin.api.schemas.money import (
    InvoiceIn,
    InvoiceOut,
    InvoicesAsked,
    IssueIn,
    ProfileIn,
    ProfileOut,
    show_invoice,
    show_profile,
)
from genjin.api.wire import Call, Id, ReasonIn
from genjin.contracts.actions.invoices import NewInvoice, issue_invoice, request_invoice, void_invoice
from genjin.contracts.actions.profiles import FIELDS, save_profile
from genjin.contracts.models import BillingProfile, Contract, Invoice, InvoiceQuerySet
from genjin.contracts.queries.lists import invoices_like

router = Router(tags=["invoices"])


def visible(request: Call) -> InvoiceQuerySet:
    """Return the invoices in sight with what an answer shows."""
    return Invoice.objects.visible_to(request.auth).shown()


@router.get("/invoices", response=Page[InvoiceOut], summary="List invoices")
def list_invoices(request: Call, asked: Query[InvoicesAsked]) -> Page[InvoiceOut]:
    rows = invoices_like(visible(request), asked.q)
    wanted = {"state": asked.state, "contract": asked.contract, "contract__customer": asked.customer}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    order = Order("id", descending=True)
    return page(request, rows, asked, order=order, show=lambda row: show_invoice(request.auth, row))


@router.post("/invoices", response={201: InvoiceOut}, summary="Ask for an invoice of a signed contract")
def post_invoice(request: Call, body: InvoiceIn) -> Status[InvoiceOut]:
    row = named(Contract.objects.visible_to(request.auth), body.contract, "contract")
    profile = named(BillingProfile.objects.filter(customer=row.customer_id), body.profile, "profile")
    new = NewInvoice(body.amount, profile, body.kind, body.tax_rate, body.note)
    made = request_invoice(request.auth, row, new, now=timezone.now())
    return Status(201, show_invoice(request.auth, visible(request).get(pk=made.pk)))


@router.get("/invoices/{invoice_id}", response=InvoiceOut, summary="Read an invoice")
def read_invoice(request: Call, invoice_id: Id) -> InvoiceOut:
    return show_invoice(request.auth, visible(request).get(pk=invoice_id))


@router.post(
    "/invoices/{invoice_id}/issue", response=InvoiceOut, summary="Put the number of an issued invoice on record"
)  # fmt: skip
def issue(request: Call, invoice_id: Id, body: IssueIn) -> InvoiceOut:
    row, on = visible(request).get(pk=invoice_id), body.issued_on or timezone.localdate()
    issue_invoice(request.auth, row, number=body.number, issued_on=on, now=timezone.now())
    return read_invoice(request, invoice_id)


@router.post("/invoices/{invoice_id}/void", response=InvoiceOut, summary="Void an invoice")
def void(request: Call, invoice_id: Id, body: ReasonIn) -> InvoiceOut:
    void_invoice(request.auth, visible(request).get(pk=invoice_id), reason=body.reason, now=timezone.now())
    return read_invoice(request, invoice_id)


@router.get(
    "/customers/{customer_id}/billing-profiles",
    response=Page[ProfileOut],
    summary="List a customer's billing profiles",
)
def list_profiles(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[ProfileOut]:
    rows = BillingProfile.objects.filter(customer=seen(request, customer_id)).select_related(
        "customer__owner", "customer__pool"
    )
    return page(request, rows, asked, order=Order("id"), show=lambda row: show_profile(request.auth, row))


@router.post(
    "/customers/{customer_id}/billing-profiles",
    response={201: ProfileOut},
    summary="Add a billing profile of a customer",
)
def post_profile(request: Call, customer_id: Id, body: ProfileIn) -> Status[ProfileOut]:
    row = seen(request, customer_id)
    values = body.model_dump(exclude_none=True)
    return Status(
        201, show_profile(request.auth, save_profile(request.auth, row, values, now=timezone.now()))
    )


@router.patch("/billing-profiles/{profile_id}", response=ProfileOut, summary="Change a billing profile")
def patch_profile(request: Call, profile_id: Id, body: ProfileIn) -> ProfileOut:
    rows = BillingProfile.objects.visible_to(request.auth).select_related("customer")
    held = rows.get(pk=profile_id)
    values = {name: getattr(held, name) for name in FIELDS} | body.model_dump(exclude_none=True)
    return show_profile(
        request.auth, save_profile(request.auth, held.customer, values, profile=held, now=timezone.now())
    )
