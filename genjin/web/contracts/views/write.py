"""Writing a contract: from a sent proposal, by hand for an opportunity, and again until it is signed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right
from genjin.contracts.actions.access import require_hand
from genjin.contracts.actions.drafts import change_contract, draft_contract
from genjin.contracts.models import Contract
from genjin.contracts.queries.terms import terms_of, terms_of_version
from genjin.contracts.rules import Trigger
from genjin.contracts.rules.milestones import PRESET_WORDS, PRESETS
from genjin.contracts.rules.terms import Terms
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.proposals.models import ProposalVersion
from genjin.proposals.rules import VersionState
from genjin.selling.models import Opportunity, Product
from genjin.selling.rules import OpportunityStage
from genjin.web.contracts.forms import ContractForm
from genjin.web.contracts.rows import (
    AMOUNT,
    LINE,
    MILESTONE,
    PERCENT,
    lines_in,
    rows_in,
    shares_in,
    shown_line,
    shown_share,
)
from genjin.web.selling.forms import ids_in
from genjin.web.shell.pages import attempt, back, is_fragment, leave, user_of

FIELDS = (
    "title", "kind", "product", "amount", "net_amount", "discount", "starts_on", "ends_on", "our_side", "payment_terms",
    "liability_terms", "scope_terms", "other_terms",
)  # fmt: skip


def contract_of(request: HttpRequest, pk: int) -> Contract:
    """Return a contract in sight; a stranger's raises the same DoesNotExist as a missing one."""
    rows = Contract.objects.visible_to(user_of(request)).select_related(
        "customer__owner", "customer__pool", "opportunity", "proposal_version__proposal", "owner", "legal", "finance",
        "profile", "approved_by", "evidence__file",
    )  # fmt: skip
    return rows.get(pk=pk)


@require_http_methods(["GET"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose what a new contract is for: a proposal the customer has, or an opportunity."""
    user = user_of(request)
    deals = Opportunity.objects.visible_to(user).exclude(stage=OpportunityStage.LOST)
    deals = deals.filter(customer__owner__in=user.scope.people) if not user.scope.sees_all else deals
    versions = ProposalVersion.objects.filter(
        proposal__opportunity__in=deals, state=VersionState.SENT, contracts=None
    )
    versions = versions.select_related("proposal__customer__owner", "proposal__customer__pool").order_by(
        "-sent_at"
    )
    url = reverse("contracts:add")
    context = {
        "title": _("New contract"),
        "versions": [
            {
                "url": f"{url}?version={one.pk}", "name": f"{one.proposal.number} V{one.number} {one.proposal.title}",
                "customer": shown_name(user, one.proposal.customer), "amount": one.amount,
            }
            for one in versions[:30]
        ],
        "deals": [
            {"url": f"{url}?opportunity={one.pk}", "name": one.name, "customer": shown_name(user, one.customer), "amount": one.amount}
            for one in deals.filter(contracts=None).select_related("customer__owner", "customer__pool")[:30]
        ],
    }  # fmt: skip
    return render(request, f"contracts/choose.html{'#dialog' if is_fragment(request) else ''}", context)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Begin a contract (`?version=` of a proposal, or `?opportunity=`)."""
    user, version = user_of(request), None
    deals = Opportunity.objects.visible_to(user).select_related("customer__owner", "customer__pool")
    if pk := _number(request, "version"):
        versions = ProposalVersion.objects.filter(proposal__opportunity__in=deals).select_related("proposal")
        version = versions.get(pk=pk)
    wanted = version.proposal.opportunity_id if version else _number(request, "opportunity")
    if not wanted:
        return redirect("contracts:choose")
    deal = deals.get(pk=wanted)
    require_edit(user, deal.customer, Right.CONTRACT)
    made: list[Contract] = []

    def save(terms: Terms) -> None:
        made.append(draft_contract(user, deal, terms, version=version, now=timezone.now()))

    first = _first(deal, version)
    return _form_page(
        request, deal.customer, first, save, lambda: reverse("contracts:contract", args=[made[0].pk]), title=_("New contract"),
        cause=str(version.proposal) if version else deal.name,
    )  # fmt: skip


def _first(deal: Opportunity, version: ProposalVersion | None) -> Terms:
    """Return what a new contract begins with."""
    first = terms_of_version(version) if version else Terms(deal.name, deal.amount)
    profile = deal.customer.billing_profiles.first()
    last = Contract.objects.filter(customer=deal.customer).order_by("-id").first()
    return replace(
        first, product="、".join(line.name for line in first.lines)[:200] or deal.name, shares=PRESETS["30_70"],
        profile=profile.pk if profile else None, starts_on=timezone.localdate(), our_side=last.our_side if last else "",
        legal=last.legal_id if last else None, finance=last.finance_id if last else None,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an unsigned contract; what was handed in or approved is a draft again."""
    user, row = user_of(request), contract_of(request, pk)
    require_hand(user, row, Right.CONTRACT)
    seen = request.POST.get("version", "")

    def save(terms: Terms) -> None:
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        change_contract(user, row, terms, version=version, now=timezone.now())

    return _form_page(
        request, row.customer, terms_of(row), save, lambda: reverse("contracts:contract", args=[pk]), title=_("Change contract %(number)s") % {"number": row.number},
        cause=row.opportunity.name, version=row.version, voids=row.state in {"review", "approved"},
    )  # fmt: skip


def _form_page(  # noqa: PLR0917 (a step of the two views above)
    request: HttpRequest, customer: Customer, first: Terms, save: Any, done: Any, **words: Any
) -> HttpResponse:
    initial = {name: getattr(first, name) for name in (*FIELDS, "profile", "legal", "finance")}
    form = ContractForm(
        request.POST or None, customer=customer, initial=initial | {"version": words.pop("version", None)}
    )
    preset = request.POST.get("preset", "")
    is_sent = request.method == "POST" and preset not in PRESETS and form.is_valid()
    if is_sent and attempt(form, lambda: save(_terms(request, form, first))):
        return leave(request, done(), _("Saved."))
    unit = request.POST.get("unit") or (
        AMOUNT if first.shares and first.shares[0].percent is None else PERCENT
    )
    if preset in PRESETS:
        unit = PERCENT
    lines = _lines(request, first)
    context = {
        "form": form, "unit": unit, "lines": lines, "milestones": _milestones(request, first),
        "products": Product.objects.choosable(ids_in([line["product"] for line in lines])), "triggers": Trigger.choices, "presets": list(PRESET_WORDS.items()),
        "customer": customer, "customer_name": shown_name(user_of(request), customer), "cancel_url": back(request, reverse("contracts:list")), **words,
    }  # fmt: skip
    return render(
        request, "contracts/edit.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _lines(request: HttpRequest, first: Terms) -> list[dict[str, Any]]:
    if request.method == "POST":
        return list(rows_in(request.POST, "line", LINE))
    return [shown_line(line) for line in first.lines]


def _milestones(request: HttpRequest, first: Terms) -> list[dict[str, Any]]:
    preset = request.POST.get("preset", "")
    if preset in PRESETS:
        return [shown_share(share) for share in PRESETS[preset]]
    if request.method == "POST":
        return list(rows_in(request.POST, "ms", MILESTONE))
    return [shown_share(share) for share in first.shares]


def _terms(request: HttpRequest, form: ContractForm, first: Terms) -> Terms:
    """Return what the form says. Raises RuleError `rows_unreadable`."""
    data = form.cleaned_data
    unit = AMOUNT if request.POST.get("unit") == AMOUNT else PERCENT
    people: dict[str, Any] = {
        name: data[name].pk if data[name] else None for name in ("profile", "legal", "finance")
    }
    return replace(
        first,
        **{name: data[name] for name in FIELDS} | {"discount": data["discount"] or Decimal(0)},
        **people,
        lines=lines_in(request.POST),
        shares=shares_in(request.POST, unit=unit),
    )
