"""What is done to a contract: handed in, signed, its facts marked, amended, ended."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.contracts.actions import amendments, approval, ending, profiles, signing
from genjin.contracts.actions.access import require_hand
from genjin.contracts.actions.milestones import expect_by_hand, mark_trigger
from genjin.contracts.models import Amendment, BillingProfile, Contract
from genjin.contracts.queries.money import paid
from genjin.contracts.queries.terms import terms_of
from genjin.contracts.rules import Trigger
from genjin.contracts.rules.milestones import Share
from genjin.customers.models import Customer
from genjin.kit.money import show_cents
from genjin.web.contracts import forms
from genjin.web.contracts.rows import AMOUNT, MILESTONE, rows_in, shares_in, shown_share
from genjin.web.contracts.views.write import contract_of
from genjin.web.shell.pages import attempt, back, confirm_page, form_page, leave, user_of
from genjin.web.shell.templatetags.genjin import money


def _mine(request: HttpRequest, pk: int, *rights: Right) -> tuple[User, Contract, str]:
    """Return who asks, the contract they may write to, and the address of its page."""
    user, row = user_of(request), contract_of(request, pk)
    require_hand(user, row, *(rights or (Right.CONTRACT,)))
    return user, row, reverse("contracts:contract", args=[pk])


@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a contract in; who decides reads its terms."""
    user, row, url = _mine(request, pk)
    return form_page(
        request, forms.HandInForm(request.POST or None), title=_("Hand in contract %(number)s") % {"number": row.number},
        submit_label=_("Hand in"), message=_("Handed in; you are told of the answer."), done=url,
        save=lambda data: approval.hand_in(user, row, reason=data["reason"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a contract back from its approval."""
    user, row, url = _mine(request, pk)
    return confirm_page(
        request, title=_("Take the contract back"), question=_("Take %(number)s back from its approval?") % {"number": row.number}, done=url,
        consequence=_("It is a draft again; whoever was asked is told."), submit_label=_("Take back"), message=_("Taken back."),
        deed=lambda: approval.withdraw_review(user, row, now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the signature on record, with the scan."""
    user, row, url = _mine(request, pk)
    form = forms.SignForm(request.POST or None, request.FILES or None)

    def save(data: dict[str, Any]) -> None:
        signature = signing.Signature(data["signed_on"], data["file"])
        signing.sign_contract(user, row, signature, now=timezone.now())

    facts = [
        (_("Contract"), str(row)), (_("Amount with tax"), f"¥{show_cents(row.amount)}"), (_("Product or service"), row.product),
        (_("Ends"), row.ends_on.isoformat() if row.ends_on else "—"),
    ]  # fmt: skip
    return form_page(
        request, form, title=_("Sign contract %(number)s") % {"number": row.number}, submit_label=_("Signed by both sides"), facts=facts,
        message=_("Signed. The opportunity is won, payments run from now on."), save=save, done=url, template="contracts/sign.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a contract is fulfilled."""
    user, row, url = _mine(request, pk, Right.CONTRACT, Right.RECORD_MONEY)
    return confirm_page(
        request, title=_("Fulfilled"), question=_("Is everything of %(number)s delivered and paid?") % {"number": row.number}, done=url,
        submit_label=_("Fulfilled"), message=_("Fulfilled."), deed=lambda: ending.finish_contract(user, row, now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void a contract, with a reason."""
    user, row, url = _mine(request, pk, Right.CONTRACT, Right.APPROVE)
    return form_page(
        request, forms.ReasonForm(request.POST or None), title=_("Void contract %(number)s") % {"number": row.number}, submit_label=_("Void"),
        message=_("The contract is void."), done=url, save=lambda data: ending.void_contract(user, row, reason=data["reason"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def happened(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that something milestones wait for has happened."""
    user, row, url = _mine(request, pk, Right.CONTRACT, Right.RECORD_MONEY)
    form = forms.TriggerForm(request.POST or None, waiting=_waiting(row))
    return form_page(
        request, form, title=_("What has happened"), submit_label=_("Put on record"), message=_("What waited for it is due now."), done=url,
        save=lambda data: mark_trigger(user, row, data["trigger"], data["on"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def expect(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the expected day of what milestones wait for, with the reason."""
    user, row, url = _mine(request, pk)
    form = forms.ExpectForm(request.POST or None, waiting=_waiting(row))
    return form_page(
        request, form, title=_("Expected on another day"), submit_label=pgettext("date", "Move"), message=_("The forecast moved with it."), done=url,
        save=lambda data: expect_by_hand(user, row, data["trigger"], data["on"], why=data["why"], now=timezone.now()),
    )  # fmt: skip


def _waiting(row: Contract) -> set[str]:
    return set(
        row.milestones.filter(triggered_on=None)
        .exclude(trigger=Trigger.DATE)
        .values_list("trigger", flat=True)
    )


@require_http_methods(["GET", "POST"])
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file with a contract."""
    user, row, url = _mine(request, pk, Right.CONTRACT, Right.RECORD_MONEY)
    return form_page(
        request, forms.FileForm(request.POST or None, request.FILES or None), title=_("Add a document"), message=_("Kept."), done=url,
        save=lambda data: profiles.add_contract_file(user, row, data["file"], kind=data["kind"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest, customer: int, pk: int | None = None) -> HttpResponse:
    """Add or change a billing profile of a customer."""
    user, owner = user_of(request), Customer.objects.visible_to(user_of(request)).get(pk=customer)
    profiles.require_profile(user, owner)
    held = BillingProfile.objects.filter(customer=owner).get(pk=pk) if pk else None
    initial = {name: getattr(held, name) for name in profiles.FIELDS} if held else {"name": owner.name}
    return form_page(
        request, forms.ProfileForm(request.POST or None, initial=initial), title=_("Billing profile"), message=_("Saved."),
        done=back(request, f"{reverse('customers:detail', args=[customer])}?tab=contracts"),
        save=lambda data: profiles.save_profile(user, owner, data, profile=held, now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose other terms for a signed contract."""
    user, row, url = _mine(request, pk)
    present = terms_of(row)
    amounts = {one.pk: one.amount for one in row.milestones.all()}
    initial = {name: getattr(row, name) for name in forms.AmendForm.base_fields if name != "reason"}
    form = forms.AmendForm(request.POST or None, initial=initial)

    def save() -> None:
        data = dict(form.cleaned_data)
        reason = data.pop("reason")
        terms = replace(
            present, **data, shares=_kept(shares_in(request.POST, unit=AMOUNT), present.shares, amounts)
        )
        amendments.propose_amendment(user, row, amendments.Change(terms, reason), now=timezone.now())

    if request.method == "POST" and form.is_valid() and attempt(form, save):
        return leave(request, url, _("Handed in; the contract stays as it is until the amendment is signed."))
    kept = [
        shown_share(replace(share, percent=None, amount=amounts[share.pk]))
        for share in present.shares
        if share.pk
    ]
    context = {
        "form": form, "title": _("Amend contract %(number)s") % {"number": row.number}, "cancel_url": url, "unit": AMOUNT, "row": row,
        "milestones": list(rows_in(request.POST, "ms", MILESTONE)) if request.method == "POST" else kept, "triggers": Trigger.choices,
        "paid": money(paid(row)), "is_amounts_only": True,
    }  # fmt: skip
    return render(request, "contracts/amend.html", context, status=422 if form.errors else 200)


def _kept(
    shares: tuple[Share, ...], present: tuple[Share, ...], amounts: dict[int, Any]
) -> tuple[Share, ...]:
    """Return a plan of amounts; untouched altogether it is the present one, percentages and all."""
    same = tuple(replace(one, percent=None, amount=amounts[one.pk]) for one in present if one.pk)
    return present if shares == same else shares


@require_http_methods(["GET", "POST"])
def terminate(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to end a contract early."""
    user, row, url = _mine(request, pk)
    form = forms.EndForm(request.POST or None, initial={"settled": paid(row) or None})
    return form_page(
        request, form, title=_("End contract %(number)s early") % {"number": row.number}, submit_label=_("Hand in"), done=url,
        message=_("Handed in; the contract stays as it is until the amendment is signed."),
        save=lambda data: amendments.propose_termination(user, row, **data, now=timezone.now()),
    )  # fmt: skip


def _amendment(request: HttpRequest, pk: int) -> tuple[User, Amendment, str]:
    user = user_of(request)
    held = Amendment.objects.visible_to(user).select_related("contract__customer").get(pk=pk)
    require_hand(user, held.contract, Right.CONTRACT)
    return user, held, reverse("contracts:contract", args=[held.contract_id])


@require_http_methods(["GET", "POST"])
def amendment_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the signature of an amendment on record."""
    user, held, url = _amendment(request, pk)
    form = forms.SignForm(request.POST or None, request.FILES or None)
    facts = [
        (_("Contract"), str(held.contract)),
        (_("Amount with tax"), f"{held.before['amount']} → {held.after['amount']}"),
    ]
    return form_page(
        request, form, title=f"{held.get_kind_display()} {held.number}", submit_label=_("Signed by both sides"), facts=facts, done=url,
        message=_("In force."), template="contracts/sign.html",
        save=lambda data: amendments.sign_amendment(user, held, signed_on=data["signed_on"], scan=data["file"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def amendment_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop an amendment that is not signed yet."""
    user, held, url = _amendment(request, pk)
    return confirm_page(
        request, title=_("Drop the amendment"), question=_("Drop amendment %(number)s?") % {"number": held.number}, done=url,
        consequence=_("The contract stays as it is."), submit_label=_("Drop"), message=_("Dropped."),
        deed=lambda: amendments.drop_amendment(user, held, now=timezone.now()),
    )  # fmt: skip
