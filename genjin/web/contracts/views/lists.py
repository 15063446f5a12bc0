"""Contracts as a list, by state, with what is paid of each."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right
from genjin.contracts.models import Contract, ContractQuerySet
from genjin.contracts.queries.plan import about
from genjin.contracts.rules import ContractState
from genjin.contracts.rules.states import RUNNING
from genjin.web.contracts.words import contract_rows
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged

SOON = timedelta(days=90)


def _views(rows: ContractQuerySet) -> dict[str, tuple[Any, ContractQuerySet]]:
    """Return the views of the list: word and rows by key."""
    today = timezone.localdate()
    state = ContractState
    ending = rows.filter(state__in=RUNNING, ends_on__lte=today + SOON)
    return {
        "": (_("All"), rows),
        "draft": (pgettext("contract", "Draft"), rows.filter(state__in=[state.DRAFT, state.REJECTED])),
        "review": (pgettext("contract", "In review"), rows.filter(state=state.REVIEW)),
        "approved": (pgettext("contract", "Approved, to be signed"), rows.filter(state=state.APPROVED)),
        "running": (pgettext("contracts", "Signed and in fulfilment"), rows.filter(state__in=RUNNING)),
        "ending": (_("End within 90 days"), ending),
        "done": (pgettext("contract", "Fulfilled"), rows.filter(state=state.DONE)),
        "void": (pgettext("contract", "Void"), rows.filter(state=state.VOID)),
    }


@require_GET
def contract_list(request: HttpRequest) -> HttpResponse:
    """Show contracts by state; what is asked for is looked for in number, title and company."""
    user, url, text = user_of(request), reverse("contracts:list"), request.GET.get("q", "").strip()[:60]
    rows = Contract.objects.visible_to(user).select_related("customer__owner", "customer__pool", "owner")
    if text:
        rows = rows.filter(about(text, ""))
    views = _views(rows)
    view = request.GET.get("view", "")
    view = view if view in views else ""
    counted = {"review", "approved", "ending"}
    tabs = [
        {"url": f"{url}?view={key}" if key else url, "label": word, "active": key == view, "count": (found.count() or "") if key in counted else ""}
        for key, (word, found) in views.items()
    ]  # fmt: skip
    shown = paged(request, views[view][1].order_by("ends_on", "id") if view == "ending" else views[view][1])
    labels = [
        (_("Contract"), False), (_("Customer"), False), (_("State"), False), (_("Amount with tax"), True), (_("Received"), False),
        (_("Signed on"), False), (_("Ends"), False), (_("Owner"), False),
    ]  # fmt: skip
    context = {
        "title": _("Contracts"), "tabs": tabs, "query": request.GET.get("q", ""), "kept_in_search": [("view", view)],
        "columns": [{"label": label, "number": number} for label, number in labels],
        "rows": contract_rows(user, shown.rows, timezone.localdate()),
        "create": {"url": reverse("contracts:choose"), "label": _("New contract"), "dialog": True} if user.may(Right.CONTRACT) and user.may(Right.SELL) else None,
        "empty": {"icon": "file-certificate", "title": _("No contracts here"), "text": _("A contract begins from a proposal the customer has, or by hand for an opportunity.")},
    }  # fmt: skip
    return render(request, "contracts/list.html", shown.context() | context)
