"""Contracts as a list, by state, with what is paid of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right
from genjin.contracts.queries.lists import contract_views
from genjin.web.contracts.words import contract_rows
from genjin.web.exports.offer import export_url
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged


def _words() -> dict[str, str]:
    """Return what the views of the list are called."""
    return {
        "": _("All"), "draft": pgettext("contract", "Draft"), "review": pgettext("contract", "In review"),
        "approved": pgettext("contract", "Approved, to be signed"), "running": pgettext("contracts", "Signed and in fulfilment"),
        "ending": _("End within 90 days"), "done": pgettext("contract", "Fulfilled"), "void": pgettext("contract", "Void"),
    }  # fmt: skip


@require_GET
def contract_list(request: HttpRequest) -> HttpResponse:
    """Show contracts by state; what is asked for is looked for in number, title and company."""
    user, url = user_of(request), reverse("contracts:list")
    views = contract_views(user, request.GET, timezone.localdate())
    view = request.GET.get("view", "")
    view = view if view in views else ""
    counted = {"review", "approved", "ending"}
    tabs = [
        {"url": f"{url}?view={key}" if key else url, "label": word, "active": key == view, "count": (views[key].count() or "") if key in counted else ""}
        for key, word in _words().items()
    ]  # fmt: skip
    shown = paged(request, views[view].select_related("customer__owner", "customer__pool", "owner"))
    labels = [
        (_("Contract"), False), (_("Customer"), False), (_("State"), False), (_("Amount with tax"), True), (_("Received"), False),
        (_("Signed on"), False), (_("Ends"), False), (_("Owner"), False),
    ]  # fmt: skip
    context = {
        "title": _("Contracts"), "tabs": tabs, "query": request.GET.get("q", ""), "kept_in_search": [("view", view)],
        "columns": [{"label": label, "number": number} for label, number in labels],
        "export_url": export_url(request, "contracts"), "rows": contract_rows(user, shown.rows, timezone.localdate()),
        "create": {"url": reverse("contracts:choose"), "label": _("New contract"), "dialog": True} if user.may(Right.CONTRACT) and user.may(Right.SELL) else None,
        "empty": {"icon": "file-certificate", "title": _("No contracts here"), "text": _("A contract begins from a proposal the customer has, or by hand for an opportunity.")},
    }  # fmt: skip
    return render(request, "contracts/list.html", shown.context() | context)
