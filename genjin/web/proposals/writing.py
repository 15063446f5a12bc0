"""Beginning a proposal, and the page on which several people write a version."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.kit.errors import RuleError
from genjin.proposals.actions.drafts import NewProposal, open_proposal, save_draft
from genjin.proposals.actions.rights import require_sell, require_write
from genjin.proposals.models import Proposal
from genjin.proposals.rules.drafts import check_open
from genjin.selling.models import Product
from genjin.web.customers.views.detail import customer_of
from genjin.web.proposals.forms import BeginForm, VersionForm
from genjin.web.proposals.shown import seen_version
from genjin.web.selling.forms import ids_in
from genjin.web.shell.pages import attempt, form_page, leave, user_of


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a proposal for one of a customer's opportunities, then go on to write it."""
    user, customer = user_of(request), customer_of(request, pk)
    require_sell(user, customer)
    form = BeginForm(
        request.POST or None, customer=customer, initial={"opportunity": request.GET.get("opportunity")}
    )
    made: list[Proposal] = []

    def save(data: dict[str, Any]) -> None:
        made.append(
            open_proposal(user, customer, NewProposal(data["opportunity"], data["title"]), now=timezone.now())
        )

    return form_page(
        request, form, title=_("New proposal"), submit_label=_("Begin"), save=save, template="proposals/begin.html", customer_id=pk,
        has_choice=form.fields["opportunity"].queryset.exists(),  # type: ignore[attr-defined]
        done=lambda: reverse("proposals:edit", args=[made[0].versions.get().pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a version; what a colleague changed meanwhile stands beside one's own."""
    user = user_of(request)
    version = seen_version(user, pk)
    require_write(user, version.proposal)
    check_open(version.state)
    form = VersionForm(request.POST or None, version=version)
    url = f"{reverse('proposals:proposal', args=[version.proposal_id])}?v={version.number}"

    def save() -> None:
        data = form.changes(form.cleaned_data)
        seen = data.pop("version", None) or version.revision
        try:
            save_draft(user, version, data, seen=seen, now=timezone.now())
        except RuleError as refusal:
            if conflicts := refusal.details.get("conflicts"):
                form.show_conflicts(conflicts, refusal.details["version"])
            raise

    if request.method == "POST" and form.is_valid() and attempt(form, save):
        more = "more" in request.POST
        return leave(request, reverse("proposals:edit", args=[pk]) if more else url, _("Saved."))
    context = {
        "title": f"{version.proposal.number} V{version.number}", "form": form, "version": version, "cancel_url": url,
        "products": Product.objects.choosable(ids_in([row["product"] for row in form.rows])),
        "lines_seen": form.data.get("initial-lines", "") if form.is_bound else form.initial["lines"],
        "fields": [form[name] for name in ("title", "modules", "price_book")],
        "fields_below": [form[name] for name in ("discount", "duration", "valid_until", "terms")],
    }  # fmt: skip
    status = 409 if form.is_conflict else 422 if form.errors else 200
    return render(request, "proposals/edit.html", context, status=status)
